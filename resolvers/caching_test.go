package resolvers_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// by sends a query by GET.
func (s *server) by(query string, header http.Header) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.wire(http.MethodGet, "/graphql?query="+url.QueryEscape(query), header, nil)
}

// TestOnlyPublicAnswersAreKept asks what everyone may keep and what nobody may.
func TestOnlyPublicAnswersAreKept(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", small)
	const public = "{ awards { nodes { recipientName } } }"
	asked, signedIn := http.Header{"Graphql-Preflight": {"1"}}, http.Header{"Authorization": {"Bearer " + s.token("admin")}}
	for name, c := range map[string]struct {
		query  string
		header http.Header
		kept   bool
	}{
		"awards":                      {public, http.Header{}, true},
		"with a header":               {public, asked, true},
		"from a fragment":             {"{ ...A } fragment A on Query { awardTypes { code } }", http.Header{}, true},
		"with the type's name":        {"{ __typename awardTypes { code } }", http.Header{}, true},
		"the type's name alone":       {"{ __typename }", asked, false},
		"statistics":                  {"{ awardStatistics(groupBy: [YEAR]) { count } }", http.Header{}, true},
		"a code that was never given": {`{ verifyAward(code: "NOSUCHCODE") { valid } }`, asked, false},
		"in somebody's name":          {public, signedIn, false},
		"the reader":                  {"{ viewer { account { id } } }", asked, false},
		"the reader beside awards":    {"{ awards { totalCount } viewer { account { id } } }", asked, false},
		"the reader in a fragment":    {"{ awards { totalCount } ...A } fragment A on Query { viewer { account { id } } }", asked, false},
		"the clock":                   {"{ businessTime }", asked, false},
		"any record":                  {`{ nodes(ids: []) { id } }`, asked, false},
		"what is not there":           {`{ decision(number: "0", year: 2000) { number } }`, asked, false},
		"something for others beside": {"{ awards { totalCount } accounts { totalCount } }", asked, false},
		"the reader skipped":          {"{ awards { totalCount } viewer @skip(if: true) { account { id } } }", http.Header{}, true},
		"a mistake":                   {"{ awards { nothing } }", asked, false},
		"more than may be asked":      {"{ awards(first: 500) { totalCount } }", asked, false},
	} {
		got := s.by(c.query, c.header)
		control, tag := got.Header().Get("Cache-Control"), got.Header().Get("ETag")
		if c.kept && (got.Code != 200 || control != "public, max-age=60" || tag == "") || !c.kept && (control != "private, no-store" || tag != "") {
			t.Errorf("%s: %d, %s, tag %s: %s", name, got.Code, control, tag, got.Body)
		}
		if vary := strings.Join(got.Header().Values("Vary"), ", "); !strings.Contains(vary, "Accept, Accept-Language, Authorization") || !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("%s: varies by %s", name, vary)
		}
	}
	posted := s.wire(http.MethodPost, "/graphql", http.Header{"Content-Type": {plain}}, strings.NewReader(`{"query":`+quoted(public)+`}`))
	if posted.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("by POST: %v", posted.Header())
	}
}

// TestAddressesAnyPageCanOpen asks by GET without a header that forces a preflight: only what everyone is told alike.
func TestAddressesAnyPageCanOpen(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", small)
	checkWire(t, s.by("{ awards { totalCount } }", http.Header{"Accept": {modern}}), 200, modern, "")
	for _, query := range []string{"{ __typename }", "{ viewer { account { id } } }", "{ businessTime }", "{ awards { totalCount } businessTime }"} {
		checkWire(t, s.by(query, http.Header{"Accept": {modern}}), 400, modern, "BAD_USER_INPUT")
	}
}

func TestWhatAClientHasIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", small)
	const query = "{ awardTypes { code name } }"
	first := s.by(query, http.Header{})
	tag := first.Header().Get("ETag")
	if !strings.HasPrefix(tag, `"`) {
		t.Fatalf("the tag is weak: %s", tag)
	}
	for _, sent := range []string{tag, `"x", ` + tag, "W/" + tag, "*", strings.TrimSuffix(tag, `"`) + `-gzip"`} {
		got := s.by(query, http.Header{"If-None-Match": {sent}})
		if got.Code != http.StatusNotModified || got.Body.Len() != 0 || got.Header().Get("ETag") != tag || got.Header().Get("Cache-Control") != "public, max-age=60" {
			t.Errorf("%s: %d %v %s", sent, got.Code, got.Header(), got.Body)
		}
	}
	for name, got := range map[string]*httptest.ResponseRecorder{
		"another tag":        s.by(query, http.Header{"If-None-Match": {`"x"`}}),
		"another media type": s.by(query, http.Header{"If-None-Match": {tag}, "Accept": {modern}}),
		"another query":      s.by("{ awardTypes { code } }", http.Header{"If-None-Match": {tag}}),
		"in somebody's name": s.by(query, http.Header{"If-None-Match": {tag}, "Authorization": {"Bearer " + s.token("admin")}}),
	} {
		if got.Code != http.StatusOK || got.Body.Len() == 0 {
			t.Errorf("%s: %d", name, got.Code)
		}
	}
}

// TestLongAnswersAreCompressed asks with and without leave to compress.
func TestLongAnswersAreCompressed(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", small)
	const long = "{ awardTypes { id code name category level recipientKinds validFrom } }"
	plainly := s.by(long, http.Header{})
	zipped := s.by(long, http.Header{"Accept-Encoding": {"gzip, br"}})
	if zipped.Header().Get("Content-Encoding") != "gzip" || plainly.Header().Get("Content-Encoding") != "" {
		t.Fatalf("%v %v", plainly.Header(), zipped.Header())
	}
	reader, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil || string(text) != plainly.Body.String() {
		t.Errorf("%v: %s", err, text)
	}
	if zipped.Header().Get("ETag") == plainly.Header().Get("ETag") {
		t.Error("both forms have one tag")
	}
	for name, got := range map[string]*httptest.ResponseRecorder{
		"a short answer": s.by("{ awardTypes(asOf: \"1900-01-01\") { code } }", http.Header{"Accept-Encoding": {"gzip"}}),
		"refused":        s.by(long, http.Header{"Accept-Encoding": {"gzip;q=0"}}),
	} {
		if got.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %v", name, got.Header())
		}
	}
}
