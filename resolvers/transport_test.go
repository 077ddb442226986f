package resolvers_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const (
	anyMedia = ""
	plain    = "application/json"
	modern   = "application/graphql-response+json"
)

// wire sends a raw request and gives back what came over the wire.
func (s *server) wire(method, target string, header http.Header, body io.Reader) *httptest.ResponseRecorder {
	s.t.Helper()
	request := httptest.NewRequestWithContext(s.t.Context(), method, target, body)
	request.Header = header
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return recorder
}

// TestPostSpeaksGraphQLOverHTTP follows the draft specification of GraphQL over HTTP: which status and media type an
// answer has, and that a request which was never executed has no data entry.
func TestPostSpeaksGraphQLOverHTTP(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for name, c := range map[string]struct {
		content, accept, body string
		status                int
		media, code           string
	}{
		"a query":                        {plain, anyMedia, `{"query":"{ __typename }"}`, 200, plain, ""},
		"with a character set":           {plain + "; charset=utf-8", modern, `{"query":"{ __typename }"}`, 200, modern, ""},
		"the first wanted of several":    {plain, modern + ", " + plain + ";q=0.9", `{"query":"{ __typename }"}`, 200, modern, ""},
		"anything goes":                  {plain, "*/*", `{"query":"{ __typename }"}`, 200, plain, ""},
		"null variables":                 {plain, modern, `{"query":"{ __typename }","variables":null,"extensions":null}`, 200, modern, ""},
		"a form":                         {"application/x-www-form-urlencoded", plain, `query={__typename}`, 415, plain, "BAD_USER_INPUT"},
		"plain text, sent by any page":   {"text/plain", plain, `{"query":"{ __typename }"}`, 415, plain, "BAD_USER_INPUT"},
		"no media type":                  {"", plain, `{"query":"{ __typename }"}`, 415, plain, "BAD_USER_INPUT"},
		"not JSON":                       {plain, modern, `{"query":`, 400, modern, "BAD_USER_INPUT"},
		"two values":                     {plain, modern, `{"query":"{ __typename }"}{}`, 400, modern, "BAD_USER_INPUT"},
		"a batch":                        {plain, modern, `[{"query":"{ __typename }"}]`, 400, modern, "BAD_USER_INPUT"},
		"no query":                       {plain, modern, `{}`, 400, modern, "BAD_USER_INPUT"},
		"a number for a query":           {plain, modern, `{"query":1}`, 400, modern, "BAD_USER_INPUT"},
		"a text for variables":           {plain, modern, `{"query":"{ __typename }","variables":"{}"}`, 400, modern, "BAD_USER_INPUT"},
		"a query that does not parse":    {plain, modern, `{"query":"{"}`, 400, modern, "GRAPHQL_PARSE_FAILED"},
		"the same for an old client":     {plain, plain, `{"query":"{"}`, 200, plain, "GRAPHQL_PARSE_FAILED"},
		"a field that does not exist":    {plain, modern, `{"query":"{ nothing }"}`, 400, modern, "GRAPHQL_VALIDATION_FAILED"},
		"a variable that is missing":     {plain, modern, `{"query":"query($c: String!) { campaign(code: $c) { id } }"}`, 400, modern, "GRAPHQL_VALIDATION_FAILED"},
		"an operation that is not there": {plain, modern, `{"query":"query A { __typename }","operationName":"B"}`, 400, modern, "GRAPHQL_VALIDATION_FAILED"},
		"too large a body":               {plain, modern, `{"query":"{ __typename }","variables":{"x":"` + strings.Repeat("x", 1<<20) + `"}}`, 413, modern, "PAYLOAD_TOO_LARGE"},
		"too many tokens":                {plain, modern, `{"query":"{` + strings.Repeat("__typename ", 2001) + `}"}`, 400, modern, "COMPLEXITY_LIMIT_EXCEEDED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			for key, value := range map[string]string{"Content-Type": c.content, "Accept": c.accept} {
				if value != "" {
					header.Set(key, value)
				}
			}
			checkWire(t, s.wire(http.MethodPost, "/graphql", header, strings.NewReader(c.body)), c.status, c.media, c.code)
		})
	}
}

func checkWire(t *testing.T, got *httptest.ResponseRecorder, status int, media, code string) {
	t.Helper()
	var answer struct {
		Data   *json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(got.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %s", err, got.Body)
	}
	if got.Code != status || got.Header().Get("Content-Type") != media+"; charset=utf-8" {
		t.Errorf("%d %s, want %d %s: %s", got.Code, got.Header().Get("Content-Type"), status, media, got.Body)
	}
	if code == "" {
		if answer.Data == nil || len(answer.Errors) > 0 {
			t.Errorf("%s", got.Body)
		}
		return
	}
	if answer.Data != nil || len(answer.Errors) != 1 || answer.Errors[0].Extensions.Code != code || answer.Errors[0].Message == "" {
		t.Errorf("want %s: %s", code, got.Body)
	}
}

func TestGetAnswersQueriesOnly(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	ask := func(values url.Values, header http.Header) *httptest.ResponseRecorder {
		return s.wire(http.MethodGet, "/graphql?"+values.Encode(), header, nil)
	}
	asked := http.Header{"Graphql-Preflight": {"1"}, "Accept": {modern}}
	query := "query Q($y: Int!) { awardTypes { code } __typename @skip(if: false) }"
	checkWire(t, ask(url.Values{"query": {"{ __typename }"}}, asked), 200, modern, "")
	checkWire(t, ask(url.Values{"query": {query}, "operationName": {"Q"}, "variables": {`{"y":1}`}}, asked), 400, modern, "GRAPHQL_VALIDATION_FAILED") // $y goes unused
	checkWire(t, ask(url.Values{"query": {"{ __typename }"}, "variables": {"x"}}, asked), 400, modern, "BAD_USER_INPUT")
	checkWire(t, ask(url.Values{}, asked), 400, modern, "BAD_USER_INPUT")
	checkWire(t, ask(url.Values{"query": {"{ __typename }"}}, http.Header{"Accept": {modern}}), 400, modern, "BAD_USER_INPUT")

	mutation := `mutation { signIn(input: {username: "admin", password: "` + password + `"}) { session { accessToken } } }`
	refused := ask(url.Values{"query": {mutation}}, asked)
	checkWire(t, refused, 405, modern, "BAD_USER_INPUT")
	if refused.Header().Get("Allow") != http.MethodPost {
		t.Errorf("Allow: %q", refused.Header().Get("Allow"))
	}
	if other := s.wire(http.MethodPut, "/graphql", http.Header{}, nil); other.Code != http.StatusMethodNotAllowed && other.Code != http.StatusBadRequest {
		t.Errorf("PUT: %d", other.Code)
	}
}

func TestTokenThatDoesNotWorkRefusesTheRequest(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for _, value := range []string{"Bearer x", "Bearer ", "Basic YTpi", s.token("admin"), "Bearer " + s.token("admin") + "x"} {
		header := http.Header{"Content-Type": {plain}, "Authorization": {value}}
		checkWire(t, s.wire(http.MethodPost, "/graphql", header, strings.NewReader(`{"query":"{ __typename }"}`)), 401, plain, "UNAUTHENTICATED")
	}
}

// part is one entry of a multipart form; a file when it has a file name.
type part struct{ name, file, content string }

func formOf(t *testing.T, parts []part) (contentType string, body io.Reader) {
	t.Helper()
	var buffer bytes.Buffer
	w := multipart.NewWriter(&buffer)
	for _, p := range parts {
		field := func() (io.Writer, error) { return w.CreateFormField(p.name) }
		if p.file != "" {
			field = func() (io.Writer, error) { return w.CreateFormFile(p.name, p.file) }
		}
		target, err := field()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(target, p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &buffer
}

// TestHostileFormsAreRefused follows the GraphQL multipart request specification, and what a form can do wrong.
func TestHostileFormsAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	const query = `mutation($f: Upload!) { importSeason(input: {file: $f}) { files { file } } }`
	operations := func(variables string) part {
		return part{name: "operations", content: `{"query":` + quoted(query) + `,"variables":` + variables + `}`}
	}
	fine := operations(`{"f":null}`)
	file := part{name: "0", file: "season.zip", content: "PK"}
	places := func(content string) part { return part{name: "map", content: content} }
	for name, parts := range map[string][]part{
		"no map":                    {fine, file},
		"map before operations":     {places(`{"0":["variables.f"]}`), fine, file},
		"operations not JSON":       {{name: "operations", content: "{"}, places(`{}`)},
		"operations a list":         {{name: "operations", content: "[]"}, places(`{}`)},
		"map not an object":         {fine, places(`[]`), file},
		"path outside variables":    {fine, places(`{"0":["query"]}`), file},
		"path to nothing":           {fine, places(`{"0":["variables.g"]}`), file},
		"path of one step":          {fine, places(`{"0":["variables"]}`), file},
		"path through a null":       {fine, places(`{"0":["variables.f.x"]}`), file},
		"path into a text":          {operations(`{"f":"x"}`), places(`{"0":["variables.f"]}`), file},
		"path past a list":          {operations(`{"f":[null]}`), places(`{"0":["variables.f.1"]}`), file},
		"negative place in a list":  {operations(`{"f":[null]}`), places(`{"0":["variables.f.-1"]}`), file},
		"very long path":            {fine, places(`{"0":["variables` + strings.Repeat(".f", 1000) + `"]}`), file},
		"empty path":                {fine, places(`{"0":[""]}`), file},
		"one place for two files":   {fine, places(`{"0":["variables.f"],"1":["variables.f"]}`), file, {name: "1", file: "b.zip", content: "PK"}},
		"a file nobody asked for":   {fine, places(`{}`), file},
		"a file that does not come": {fine, places(`{"0":["variables.f"]}`)},
		"no variables to put it in": {{name: "operations", content: `{"query":"{ __typename }"}`}, places(`{"0":["variables.f"]}`), file},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contentType, body := formOf(t, parts)
			header := http.Header{"Content-Type": {contentType}, "Accept": {modern}, "Authorization": {"Bearer " + s.token("admin")}}
			checkWire(t, s.wire(http.MethodPost, "/graphql", header, body), 400, modern, "BAD_USER_INPUT")
		})
	}
	t.Run("from a page that did not ask first", func(t *testing.T) {
		t.Parallel()
		contentType, body := formOf(t, []part{fine, places(`{"0":["variables.f"]}`), file})
		checkWire(t, s.wire(http.MethodPost, "/graphql", http.Header{"Content-Type": {contentType}, "Accept": {modern}}, body), 400, modern, "BAD_USER_INPUT")
	})
	t.Run("too large", func(t *testing.T) {
		t.Parallel()
		contentType, body := formOf(t, []part{fine, places(`{"0":["variables.f"]}`), {name: "0", file: "a.zip", content: strings.Repeat("x", 3<<20)}})
		header := http.Header{"Content-Type": {contentType}, "Accept": {modern}, "Graphql-Preflight": {"1"}}
		checkWire(t, s.wire(http.MethodPost, "/graphql", header, body), 413, modern, "PAYLOAD_TOO_LARGE")
	})
}

func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}
