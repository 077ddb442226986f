package resolvers

import (
	"mime"
	"net/http"
)

// contentDisposition offers a file for download under its own name, whatever letters it has.
func contentDisposition(name string) string {
	if header := mime.FormatMediaType("attachment", map[string]string{"filename": name}); header != "" {
		return header
	}
	return "attachment"
}

func explorer(options Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("explorer")) })
}
