package resolvers_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestBodiesAreReadStrictly sends what two readers could understand differently, and what is made to exhaust one.
func TestBodiesAreReadStrictly(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	deep := func(open, closing string, n int) string {
		return `{"query":"{ __typename }","variables":` + strings.Repeat(open, n) + "1" + strings.Repeat(closing, n) + "}"
	}
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"a byte order mark":             {"\ufeff" + `{"query":"{ __typename }"}`, 200, ""},
		"blanks around":                 {" \r\n\t" + `{"query":"{ __typename }"}` + "\n ", 200, ""},
		"members nobody knows":          {`{"query":"{ __typename }","doc_id":1,"x":{"y":[]}}`, 200, ""},
		"another kind of letters":       {`{"QUERY":"{ __typename }"}`, 400, "BAD_USER_INPUT"},
		"a member twice":                {`{"query":"{ __typename }","query":"{ businessTime }"}`, 400, "BAD_USER_INPUT"},
		"a member twice by an escape":   {`{"query":"{ __typename }","\u0071uery":"{ businessTime }"}`, 400, "BAD_USER_INPUT"},
		"a variable twice":              {`{"query":"{ __typename }","variables":{"a":{"b":1,"b":2}}}`, 400, "BAD_USER_INPUT"},
		"invalid UTF-8":                 {"{\"query\":\"{ __typename }\",\"operationName\":\"\xff\"}", 400, "BAD_USER_INPUT"},
		"UTF-16":                        {"\xff\xfe{\x00}\x00", 400, "BAD_USER_INPUT"},
		"nothing":                       {"", 400, "BAD_USER_INPUT"},
		"null":                          {"null", 400, "BAD_USER_INPUT"},
		"a number":                      {"1", 400, "BAD_USER_INPUT"},
		"a comma missing":               {`{"query":"{ __typename }" "variables":{}}`, 400, "BAD_USER_INPUT"},
		"a comma too many":              {`{"query":"{ __typename }",}`, 400, "BAD_USER_INPUT"},
		"a batch of one":                {`[{"query":"{ __typename }"}]`, 400, "BAD_USER_INPUT"},
		"an empty batch":                {`[]`, 400, "BAD_USER_INPUT"},
		"lists in lists":                {deep("[", "]", 99), 400, "BAD_USER_INPUT"},
		"lists in lists without end":    {deep("[", "]", 200_000), 400, "BAD_USER_INPUT"},
		"objects in objects":            {deep(`{"a":`, "}", 99), 400, "BAD_USER_INPUT"},
		"objects, not too deep":         {deep(`{"a":`, "}", 90), 200, ""},
		"more values than anyone sends": {`{"query":"{ __typename }","variables":{"a":[` + strings.Repeat("1,", 50_000) + `1]}}`, 413, "PAYLOAD_TOO_LARGE"},
		"a huge number":                 {`{"query":"query($n: Int) { awards(first: $n) { totalCount } }","variables":{"n":1e999999999}}`, 400, "GRAPHQL_VALIDATION_FAILED"},
		"a huge whole number":           {`{"query":"query($n: Int) { awards(first: $n) { totalCount } }","variables":{"n":` + strings.Repeat("9", 5000) + `}}`, 400, "GRAPHQL_VALIDATION_FAILED"},
		"a NUL in the document":         {`{"query":"{ __typename \u0000 }"}`, 400, "GRAPHQL_PARSE_FAILED"},
		"half a letter in the document": {`{"query":"{ __typename \ud800 }"}`, 400, "GRAPHQL_PARSE_FAILED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Content-Type": {plain}, "Accept": {modern}}
			checkWire(t, s.wire(http.MethodPost, "/graphql", header, strings.NewReader(c.body)), c.status, modern, c.code)
		})
	}
}

func TestMediaTypesAreWeighed(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	ask := func(content string, accept ...string) (status int, media string) {
		header := http.Header{"Content-Type": {content}, "Accept": accept}
		got := s.wire(http.MethodPost, "/graphql", header, strings.NewReader(`{"query":"{ __typename }"}`))
		media, _, _ = strings.Cut(got.Header().Get("Content-Type"), ";")
		return got.Code, media
	}
	for accept, want := range map[string]string{
		"application/json;q=0.5, application/graphql-response+json;q=0.9": modern,
		"application/json;q=0.9, application/graphql-response+json;q=0.5": plain,
		"application/json, application/graphql-response+json":             plain,
		"application/graphql-response+json, application/json":             modern,
		"application/graphql-response+json;q=0, */*":                      plain,
		"application/json;q=0, */*;q=0.1":                                 modern,
		"text/html, application/xhtml+xml, */*;q=0.8":                     plain,
		"application/*": plain,
		"*/*;q=0.1, application/graphql-response+json;q=0.1":                      modern,
		"APPLICATION/JSON; charset=UTF-8":                                         plain,
		"multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/json": plain,
		"application/graphql-response+json; charset=utf-16, application/json":     plain,
		"application/json;q=x, application/graphql-response+json;q=0.001":         modern,
	} {
		if status, media := ask(plain, accept); status != 200 || media != want {
			t.Errorf("%s: %d %s, want %s", accept, status, media, want)
		}
	}
	if status, media := ask(plain, "text/html", modern); status != 200 || media != modern {
		t.Errorf("two headers: %d %s", status, media)
	}
	for _, accept := range []string{"text/html", "application/json;q=0", "application/json;q=0, text/html", "application/json; charset=utf-16", "image/*"} {
		if status, media := ask(plain, accept); status != http.StatusNotAcceptable || media != plain {
			t.Errorf("%s: %d %s", accept, status, media)
		}
	}
	for content, want := range map[string]int{
		"application/json; charset=UTF-8": 200, "Application/JSON": 200, "application/json; charset=utf-16": 415, "application/json; charset=iso-8859-1": 415,
		"application/graphql": 415, "application/graphql+json": 415, "multipart/mixed; boundary=x": 415, "application/json;;": 415, "application/jsonx": 415,
	} {
		if status, _ := ask(content, plain); status != want {
			t.Errorf("%s: %d, want %d", content, status, want)
		}
	}
}

func TestAddressesAreReadStrictly(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for _, query := range []string{
		"query=%7B__typename%7D&query=%7Ba%7D", "query=%zz", "query=%ff", "query=%7B__typename%7D&variables=%5B1%5D", "query=%7B__typename%7D&variables=%7B%7D%7B%7D",
		"query=%7B__typename%7D&extensions=1", "query=%7B__typename%7D&variables=%7B%22a%22:1,%22a%22:2%7D", "query=%7B__typename%7D;x", "variables=%7B%7D", "",
	} {
		checkWire(t, s.wire(http.MethodGet, "/graphql?"+query, http.Header{"Graphql-Preflight": {"1"}, "Accept": {modern}}, nil), 400, modern, "BAD_USER_INPUT")
	}
	checkWire(t, s.wire(http.MethodGet, "/graphql?query=%7B__typename%7D&variables=null&extensions=null&operationName=", http.Header{"Graphql-Preflight": {"1"}, "Accept": {modern}}, nil), 200, modern, "")
}

// TestRawFormsAreRefused sends forms no library makes.
func TestRawFormsAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	admin := s.token("admin")
	field := func(name, content string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n"
	}
	file := func(name string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"a.zip\"\r\n\r\nPK\r\n"
	}
	const operations = `{"query":"mutation($f: [Upload!]) { __typename }","variables":{"f":[null]}}`
	fine := field("operations", operations) + field("map", `{"0":["variables.f.0"]}`)
	for name, c := range map[string]struct{ content, body string }{
		"no boundary":                    {"multipart/form-data", fine + file("0") + "--b--\r\n"},
		"an empty boundary":              {"multipart/form-data; boundary=", fine + file("0") + "--b--\r\n"},
		"another boundary":               {"multipart/form-data; boundary=c", fine + file("0") + "--b--\r\n"},
		"no body":                        {"multipart/form-data; boundary=b", ""},
		"no parts":                       {"multipart/form-data; boundary=b", "--b--\r\n"},
		"cut off in a file":              {"multipart/form-data; boundary=b", fine + "--b\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a\"\r\n\r\nPK"},
		"cut off after the file":         {"multipart/form-data; boundary=b", fine + file("0")},
		"cut off in a header":            {"multipart/form-data; boundary=b", fine + "--b\r\nContent-Dispo"},
		"the map twice":                  {"multipart/form-data; boundary=b", fine + field("map", "{}") + file("0") + "--b--\r\n"},
		"a file twice":                   {"multipart/form-data; boundary=b", fine + file("0") + file("0") + "--b--\r\n"},
		"parts without end":              {"multipart/form-data; boundary=b", fine + strings.Repeat(file("0"), 5000) + "--b--\r\n"},
		"more files than anyone sends":   {"multipart/form-data; boundary=b", field("operations", operations) + field("map", "{"+strings.TrimSuffix(numbered(`"%d":["variables.f.0"],`, 21), ",")+"}") + "--b--\r\n"},
		"a batch":                        {"multipart/form-data; boundary=b", field("operations", "["+operations+"]") + field("map", `{"0":["0.variables.f.0"]}`) + file("0") + "--b--\r\n"},
		"a map of numbers":               {"multipart/form-data; boundary=b", field("operations", operations) + field("map", `{"0":[0]}`) + file("0") + "--b--\r\n"},
		"a map of texts":                 {"multipart/form-data; boundary=b", field("operations", operations) + field("map", `{"0":"variables.f.0"}`) + file("0") + "--b--\r\n"},
		"a map with nothing":             {"multipart/form-data; boundary=b", field("operations", operations) + field("map", `{"0":[]}`) + file("0") + "--b--\r\n"},
		"a map that names one twice":     {"multipart/form-data; boundary=b", field("operations", operations) + field("map", `{"0":["variables.f.0"],"0":["variables.f.0"]}`) + file("0") + "--b--\r\n"},
		"a place of a thousand millions": {"multipart/form-data; boundary=b", field("operations", operations) + field("map", `{"0":["variables.f.1000000000"]}`) + file("0") + "--b--\r\n"},
		"a place beyond numbers":         {"multipart/form-data; boundary=b", field("operations", operations) + field("map", `{"0":["variables.f.99999999999999999999"]}`) + file("0") + "--b--\r\n"},
		"a place with a sign":            {"multipart/form-data; boundary=b", field("operations", operations) + field("map", `{"0":["variables.f.+0"]}`) + file("0") + "--b--\r\n"},
		"a prototype":                    {"multipart/form-data; boundary=b", field("operations", operations) + field("map", `{"0":["variables.__proto__.x"]}`) + file("0") + "--b--\r\n"},
		"invalid UTF-8":                  {"multipart/form-data; boundary=b", field("operations", operations) + field("map", "{\"\xff\":[\"variables.f.0\"]}") + file("0") + "--b--\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Content-Type": {c.content}, "Accept": {modern}, "Authorization": {"Bearer " + admin}}
			checkWire(t, s.wire(http.MethodPost, "/graphql", header, io.NopCloser(strings.NewReader(c.body))), 400, modern, "BAD_USER_INPUT")
		})
	}
	t.Run("as it should be", func(t *testing.T) {
		t.Parallel()
		header := http.Header{"Content-Type": {"multipart/form-data; boundary=b"}, "Accept": {modern}, "Authorization": {"Bearer " + admin}}
		got := s.wire(http.MethodPost, "/graphql", header, strings.NewReader(fine+file("0")+"--b--\r\n"))
		checkWire(t, got, 400, modern, "GRAPHQL_VALIDATION_FAILED") // the form is fine, $f is used by nobody
	})
	t.Run("too large for who is not signed in", func(t *testing.T) {
		t.Parallel()
		large := fine + strings.Replace(file("0"), "PK", strings.Repeat("x", 1<<20), 1) + "--b--\r\n"
		for token, want := range map[string]int{"": 413, "Bearer " + admin: 400} {
			header := http.Header{"Content-Type": {"multipart/form-data; boundary=b"}, "Accept": {modern}, "Graphql-Preflight": {"1"}}
			if token != "" {
				header.Set("Authorization", token)
			}
			if got := s.wire(http.MethodPost, "/graphql", header, strings.NewReader(large)); got.Code != want {
				t.Errorf("%t: %s", token != "", fmt.Sprint(got.Code, got.Body))
			}
		}
	})
}
