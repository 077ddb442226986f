package resolvers_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vinhdanh/internal/message"
	"vinhdanh/resolvers"
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// persisted is a request by the hash of a document, with its text when given.
func persisted(hash, text string) string {
	body := map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}}
	if text != "" {
		body["query"] = text
	}
	request, _ := json.Marshal(body)
	return string(request)
}

func (s *server) post(body, token string) *httptest.ResponseRecorder {
	header := http.Header{"Content-Type": {plain}, "Accept": {modern}}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	return s.wire(http.MethodPost, "/graphql", header, strings.NewReader(body))
}

// TestDocumentsAreKnownByTheirHash speaks the protocol of Apollo's automatic persisted queries.
func TestDocumentsAreKnownByTheirHash(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	const text, invalid = "query Types { awardTypes { code } }", "query Types { nothing }"
	missed := s.post(persisted(hashOf(text), ""), "")
	checkWire(t, missed, 400, modern, "PERSISTED_QUERY_NOT_FOUND")
	if !strings.Contains(missed.Body.String(), `"message":"PersistedQueryNotFound"`) {
		t.Errorf("older clients look at the message: %s", missed.Body)
	}
	checkWire(t, s.post(persisted(hashOf("{ other }"), text), ""), 400, modern, "BAD_USER_INPUT")
	checkWire(t, s.post(persisted(hashOf(text), ""), ""), 400, modern, "PERSISTED_QUERY_NOT_FOUND")
	checkWire(t, s.post(persisted(hashOf(invalid), invalid), ""), 400, modern, "GRAPHQL_VALIDATION_FAILED")
	checkWire(t, s.post(persisted(hashOf(invalid), ""), ""), 400, modern, "PERSISTED_QUERY_NOT_FOUND")
	checkWire(t, s.post(persisted(hashOf(text), text), ""), 200, modern, "")
	checkWire(t, s.post(persisted(hashOf(text), ""), ""), 200, modern, "")
	for _, extension := range []string{`"x"`, `{}`, `{"sha256Hash":1}`, `[]`} {
		checkWire(t, s.post(`{"extensions":{"persistedQuery":`+extension+`}}`, ""), 400, modern, "BAD_USER_INPUT")
	}
	checkWire(t, s.post(`{"extensions":{"persistedQuery":null}}`, ""), 400, modern, "BAD_USER_INPUT")

	byHash := url.Values{"extensions": {`{"persistedQuery":{"version":1,"sha256Hash":"` + hashOf(text) + `"}}`}}.Encode()
	got := s.wire(http.MethodGet, "/graphql?"+byHash, http.Header{"Accept": {modern}}, nil)
	checkWire(t, got, 200, modern, "")
	if got.Header().Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("a hash by GET: %v", got.Header())
	}
	mutation := "mutation { signOut(input: {refreshToken: \"x\"}) { ended } }"
	_ = s.post(persisted(hashOf(mutation), mutation), "")
	byHash = url.Values{"extensions": {`{"persistedQuery":{"version":1,"sha256Hash":"` + hashOf(mutation) + `"}}`}}.Encode()
	checkWire(t, s.wire(http.MethodGet, "/graphql?"+byHash, http.Header{"Accept": {modern}, "Graphql-Preflight": {"1"}}, nil), 405, modern, "BAD_USER_INPUT")
}

// listed is a server on which only listed operations run.
func listed(t *testing.T, forEveryone bool, documents map[string]string) *server {
	t.Helper()
	s := serve(t, "sqlite", empty)
	text, _ := json.Marshal(documents)
	file := filepath.Join(t.TempDir(), "operations.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	operations, err := resolvers.ReadOperations(file, forEveryone)
	if err != nil {
		t.Fatal(err)
	}
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := &resolvers.Resolver{Store: s.store, Links: s.store.Tokens, Words: words}
	token := s.token("admin")
	s = &server{t: t, handler: r.Handler(resolvers.Options{Operations: operations}), store: s.store}
	s.tokens.Store("admin", token)
	return s
}

func TestOnlyListedOperationsRun(t *testing.T) {
	t.Parallel()
	const text, other, relay = "query Types { awardTypes { code } }", "{ awardTypes { name } }", "0123456789abcdef0123456789abcdef"
	documents := map[string]string{relay: text, hashOf("{ businessTime }"): "{ businessTime }"}
	example, err := os.ReadFile("explorer/examples/public/07-catalogue.graphql")
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("explorer/operations/signIn.graphql")
	if err != nil {
		t.Fatal(err)
	}
	for _, everyone := range []bool{false, true} {
		s := listed(t, everyone, documents)
		admin := s.token("admin")
		plainly := func(text string) string { return `{"query":` + quoted(text) + `}` }
		for name, c := range map[string]struct{ body, token, code string }{
			"a listed hash":                  {persisted(relay, ""), "", ""},
			"a listed hash with its text":    {persisted(relay, text), "", ""},
			"a listed text":                  {plainly(text), "", ""},
			"a listed text by its own hash":  {persisted(hashOf(text), text), "", ""},
			"a listed hash with another":     {persisted(relay, other), "", "BAD_USER_INPUT"},
			"a hash nobody listed":           {persisted(hashOf("{ x }"), ""), "", "PERSISTED_QUERY_NOT_FOUND"},
			"another text":                   {plainly(other), "", "FORBIDDEN"},
			"another text by hash":           {persisted(hashOf(other), other), "", "FORBIDDEN"},
			"nearly a listed text":           {plainly(text + " "), "", "FORBIDDEN"},
			"what cannot be read":            {plainly("{"), "", "FORBIDDEN"},
			"an example of the page":         {plainly(string(example)), "", ""},
			"what the page signs in with":    {`{"query":` + quoted(string(own)) + `,"variables":{"input":{"username":"admin","password":"` + password + `"}}}`, "", ""},
			"another text of the signed in":  {plainly(other), admin, map[bool]string{true: "FORBIDDEN"}[everyone]},
			"which nobody else may run then": {persisted(hashOf(other), ""), "", ""},
		} {
			got := s.post(c.body, c.token)
			if name == "which nobody else may run then" {
				if code := s.code(got); code != "FORBIDDEN" && code != "PERSISTED_QUERY_NOT_FOUND" {
					t.Errorf("%s: %s", name, got.Body)
				}
				continue
			}
			if code := s.code(got); code != c.code {
				t.Errorf("everyone %t, %s: %s, want %q", everyone, name, got.Body, c.code)
			}
		}
	}
}

// code is the code of the first error of an answer.
func (s *server) code(got *httptest.ResponseRecorder) string {
	s.t.Helper()
	var r reply
	if err := json.Unmarshal(got.Body.Bytes(), &r); err != nil {
		s.t.Fatalf("%v: %s", err, got.Body)
	}
	return r.code()
}

func TestListsThatCannotWorkAreRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"not JSON":          `{`,
		"no map":            `["{ __typename }"]`,
		"empty":             `{}`,
		"not parsing":       `{"a":"{"}`,
		"not valid":         `{"a":"{ nothing }"}`,
		"beyond the limits": `{"a":` + quoted("{"+numbered(" a%d: __typename", 31)+" }") + `}`,
	} {
		file := filepath.Join(t.TempDir(), "operations.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := resolvers.ReadOperations(file, false); err == nil || !strings.Contains(err.Error(), "operations") {
			t.Errorf("%s: %v", name, err)
		}
	}
	folder := t.TempDir()
	if _, err := resolvers.ReadOperations(folder, false); err == nil {
		t.Error("an empty folder is a list")
	}
	for name, content := range map[string]string{"a.json": `{"a":"{ businessTime }"}`, "b.json": `{"b":"{ __typename }"}`, "readme.txt": "x"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := resolvers.ReadOperations(folder, false); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "c.json"), []byte(`{"a":"{ __typename }"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := resolvers.ReadOperations(folder, false); err == nil {
		t.Error("two documents have one hash")
	}
}
