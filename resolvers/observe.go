package resolvers

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"

	"vinhdanh/internal/logging"
	"vinhdanh/internal/trace"
)

// observed gives each request an id, which the answer and every line of the log carry, and tells of the request when
// asked to. A panic outside operations ends the request, not the server, and is told like one inside.
func (r *Resolver) observed(options Options, mux *http.ServeMux) http.Handler {
	return r.Trace.Requests(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		id := logging.AcceptRequestID(req.Header.Get("X-Request-Id"))
		w.Header().Set("X-Request-Id", id)
		req = req.WithContext(logging.WithRequestID(req.Context(), id))
		answer, start := &sizedWriter{ResponseWriter: w}, time.Now()
		defer func() {
			if cause := recover(); cause == http.ErrAbortHandler { //nolint:errorlint // a panic value, compared as net/http does
				panic(cause)
			} else if cause != nil {
				_ = recovered(req.Context(), cause)
				http.Error(answer, "internal error", http.StatusInternalServerError)
			}
			// The pattern, not the address: addresses hold ids, and links that are as good as a key.
			method, route := methodLabel(req.Method), cmp.Or(req.Pattern, "none")
			r.Metrics.Request(route, method, answer.status(), answer.bytes)
			trace.Answered(req.Context(), method, route, answer.status())
			if options.LogRequests {
				slog.InfoContext(req.Context(), "request", "method", method, "route", route, "status", answer.status(),
					"bytes", answer.bytes, "milliseconds", milliseconds(time.Since(start)))
			}
		}()
		mux.ServeHTTP(answer, req)
	}))
}

// methodLabel is a method the program knows.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions:
		return method
	}
	return "other"
}

// sizedWriter remembers what was answered.
type sizedWriter struct {
	http.ResponseWriter
	code  int
	bytes int64
}

// WriteHeader remembers the status.
func (w *sizedWriter) WriteHeader(code int) {
	w.code = cmp.Or(w.code, code)
	w.ResponseWriter.WriteHeader(code)
}

// Write counts what is sent.
func (w *sizedWriter) Write(text []byte) (int, error) {
	n, err := w.ResponseWriter.Write(text)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController flush and hijack.
func (w *sizedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *sizedWriter) status() int { return cmp.Or(w.code, http.StatusOK) }
