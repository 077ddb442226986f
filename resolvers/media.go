package resolvers

import (
	"cmp"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of answers (GraphQL over HTTP).
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// mediaOf is the media type a client wants most, plain JSON where it does not care, "" when it takes neither.
func mediaOf(r *http.Request) string {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return mediaJSON
	}
	plain, response := wishFor(mediaJSON, accept), wishFor(mediaResponse, accept)
	switch {
	case plain.quality == 0 && response.quality == 0:
		return ""
	case response.above(plain):
		return mediaResponse
	}
	return mediaJSON
}

// wish is how much a client wants a media type: by quality, then by how exactly, then by how early it names it.
type wish struct {
	quality          float64
	exactness, place int
}

func (w wish) above(o wish) bool {
	return cmp.Or(cmp.Compare(w.quality, o.quality), cmp.Compare(w.exactness, o.exactness), cmp.Compare(o.place, w.place)) > 0
}

// wishFor reads the most exact range that holds the media type.
func wishFor(media, accept string) wish {
	exactness := map[string]int{media: 3, "application/*": 2, "*/*": 1}
	var found wish
	for i, part := range strings.Split(accept, ",") {
		name, params, err := mime.ParseMediaType(part)
		charset := cmp.Or(params["charset"], "utf-8")
		if err != nil || exactness[name] <= found.exactness || !strings.EqualFold(charset, "utf-8") {
			continue
		}
		found = wish{quality: 1, exactness: exactness[name], place: i}
		if text, given := params["q"]; given {
			found.quality, _ = strconv.ParseFloat(text, 64) // what is no number is not wanted
		}
	}
	return found
}

// sendsJSON says whether the body of a request is JSON in UTF-8.
func sendsJSON(r *http.Request) bool {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == mediaJSON && strings.EqualFold(cmp.Or(params["charset"], "utf-8"), "utf-8")
}
