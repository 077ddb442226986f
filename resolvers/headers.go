package resolvers

import (
	"net/http"

	"github.com/rs/cors"

	"vinhdanh/internal/message"
)

func withLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		next.ServeHTTP(w, req.WithContext(message.WithLanguage(req.Context(), req.Header.Get("Accept-Language"))))
	})
}

// withHeaders keeps browsers from guessing types, framing pages, running answers as pages, telling where they come from and
// storing them. Whoever knows better for one answer says so after.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "private, no-store")
		// A browser heeds this over TLS alone, so that a proxy's word for it is enough.
		if req.TLS != nil || req.Header.Get("X-Forwarded-Proto") == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, req)
	})
}

// crossOrigin lets pages of the named origins ask. There are no cookies, so that a page has no more than what it sends.
func crossOrigin(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: append([]string{"Accept", "Accept-Language", "Acting-For", "Content-Type", "If-None-Match"}, preflightHeaders...),
		ExposedHeaders: []string{"ETag", "Retry-After", "X-Request-Id"},
		MaxAge:         600,
	}).Handler(next)
}
