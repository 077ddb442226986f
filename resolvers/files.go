package resolvers

import (
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"time"

	"vinhdanh/model"
)

// downloadTime is the most time a file may take on its way.
const downloadTime = 10 * time.Minute

// serveFile gives out a file to whoever holds a link signed for a reader of its nomination.
func (r *Resolver) serveFile(w http.ResponseWriter, req *http.Request) {
	id, query := req.PathValue("id"), req.URL.Query()
	expires, err := strconv.ParseInt(query.Get("expires"), 10, 64)
	if err != nil || !r.Links.CheckLink(id, expires, query.Get("signature")) {
		http.Error(w, "link expired or not valid", http.StatusForbidden)
		return
	}
	file, content, err := r.Store.EvidenceContent(req.Context(), id)
	switch {
	case model.CodeOf(err) == model.CodeNotFound:
		http.NotFound(w, req)
		return
	case err != nil:
		slog.ErrorContext(req.Context(), "file", "id", id, "error", err)
		http.Error(w, "file unavailable", http.StatusInternalServerError)
		return
	}
	// A large file over a slow line takes longer than an answer may; where there is no deadline there is none to move.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadTime))
	w.Header().Set("Content-Type", file.MediaType)
	w.Header().Set("Content-Disposition", contentDisposition(file.FileName))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content)
}

// contentDisposition offers a file for download under its own name, whatever letters it has.
func contentDisposition(name string) string {
	if header := mime.FormatMediaType("attachment", map[string]string{"filename": name}); header != "" {
		return header
	}
	return "attachment"
}
