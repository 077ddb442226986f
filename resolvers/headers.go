package resolvers

import (
	"compress/gzip"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
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
		h.Set("Vary", "Accept, Accept-Language, Authorization")
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

// compressedTag marks the ETag of an answer that was compressed on its way.
const compressedTag = "-gzip"

// compressed sends longer answers with gzip to those who ask for it; streams go as they are. Who guesses at a secret by the
// size of answers (BREACH) gains nothing: a token is never in an answer to a request that a page of another site can make.
func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.EnableZstd(false), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.MinSize(1<<10),
		gzhttp.SuffixETag(compressedTag), gzhttp.ContentTypes([]string{mediaJSON, mediaResponse, "text/html"}))
	if err != nil {
		return next // the options above are valid
	}
	zipped := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Upgrade") != "" {
			next.ServeHTTP(w, req)
			return
		}
		zipped.ServeHTTP(w, req)
	})
}
