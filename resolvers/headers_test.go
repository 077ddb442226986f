package resolvers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vinhdanh/resolvers"
)

func TestEveryAnswerCarriesTheHeadersThatProtect(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for _, c := range []struct{ method, target string }{
		{http.MethodPost, "/graphql"}, {http.MethodGet, "/graphql"}, {http.MethodPut, "/graphql"}, {http.MethodOptions, "/graphql"},
		{http.MethodGet, "/files/x"}, {http.MethodGet, "/livez"}, {http.MethodGet, "/readyz"}, {http.MethodGet, "/"}, {http.MethodGet, "/nowhere"}, {http.MethodPost, "/livez"},
	} {
		got := s.wire(c.method, c.target, http.Header{}, http.NoBody).Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
			"Cache-Control": "private, no-store", "Strict-Transport-Security": "", "Server": "", "X-Powered-By": "",
		} {
			if got.Get(name) != want {
				t.Errorf("%s %s: %s is %q, want %q", c.method, c.target, name, got.Get(name), want)
			}
		}
		if policy := got.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s %s: policy %q", c.method, c.target, policy)
		}
	}
	if got := s.wire(http.MethodGet, "/livez", http.Header{"X-Forwarded-Proto": {"https"}}, nil).Header().Get("Strict-Transport-Security"); got == "" {
		t.Error("browsers are not held to TLS")
	}
}

func TestOtherMethodsAreNamed(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodTrace, "PURGE"} {
		got := s.wire(method, "/graphql", http.Header{"Accept": {modern}}, http.NoBody)
		checkWire(t, got, 405, modern, "BAD_USER_INPUT")
		if got.Header().Get("Allow") != "GET, POST, OPTIONS" {
			t.Errorf("%s: Allow %q", method, got.Header().Get("Allow"))
		}
	}
	for _, method := range []string{http.MethodHead, http.MethodOptions} {
		got := s.wire(method, "/graphql", http.Header{}, http.NoBody)
		if want := map[string]int{http.MethodHead: 405, http.MethodOptions: 204}[method]; got.Code != want || got.Header().Get("Allow") == "" {
			t.Errorf("%s: %d, Allow %q", method, got.Code, got.Header().Get("Allow"))
		}
	}
}

func TestFrontendsElsewhereAskWhenTheyAreNamed(t *testing.T) {
	t.Parallel()
	const named, other = "https://thidua.example.vn", "https://example.com"
	ask := func(options resolvers.Options, header http.Header) http.Header {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, "/graphql", nil)
		request.Header = header
		recorder := httptest.NewRecorder()
		(&resolvers.Resolver{}).Handler(options).ServeHTTP(recorder, request)
		return recorder.Header()
	}
	preflight := func(origin string) http.Header {
		return http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {"authorization,content-type,graphql-preflight"}}
	}
	for name, c := range map[string]struct {
		origins      []string
		origin, want string
	}{
		"nobody is named": {nil, named, ""},
		"this one is":     {[]string{named}, named, named},
		"another is":      {[]string{named}, other, ""},
		"all are":         {[]string{"*"}, other, "*"},
	} {
		got := ask(resolvers.Options{AllowedOrigins: c.origins}, preflight(c.origin))
		if got.Get("Access-Control-Allow-Origin") != c.want || got.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v", name, got)
		}
		if c.want != "" && (got.Get("Access-Control-Allow-Headers") == "" || !strings.Contains(strings.Join(got.Values("Vary"), ","), "Origin") && c.want != "*") {
			t.Errorf("%s: %v", name, got)
		}
	}
}
