package resolvers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// in is the same server, with those who are signed in, for one run of a fuzz target.
func (s *server) in(t *testing.T) *server {
	same := &server{t: t, handler: s.handler, store: s.store}
	s.tokens.Range(func(username, token any) bool {
		same.tokens.Store(username, token)
		return true
	})
	return same
}

// fuzzed are servers to fuzz, one for each database there is.
func fuzzed(f *testing.F, start state) []*server {
	servers := []*server{serve(f, "sqlite", start)}
	if os.Getenv("TEST_DATABASE_URL") != "" {
		servers = append(servers, serve(f, "postgres", start))
	}
	return servers
}

// answered holds an answer against what every answer has to be: JSON in UTF-8 with data or errors, and never the server's fault.
func answered(t *testing.T, status int, text []byte) {
	t.Helper()
	var answer struct {
		Data   *json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	if !utf8.Valid(text) || json.Unmarshal(text, &answer) != nil || status >= http.StatusInternalServerError || answer.Data == nil && len(answer.Errors) == 0 {
		t.Fatalf("%d %q", status, text)
	}
	for _, e := range answer.Errors {
		if code := model.Code(e.Extensions.Code); code == "" || code == model.CodeInternal || code == model.CodeUnavailable {
			t.Fatalf("%d %s", status, text)
		}
	}
}

// FuzzBody posts anything as JSON.
func FuzzBody(f *testing.F) {
	s := serve(f, "sqlite", empty)
	header := http.Header{"Content-Type": {plain}, "Authorization": {"Bearer " + s.token("admin")}}
	for _, example := range readExamples(f) {
		body, err := json.Marshal(map[string]string{"query": example})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	for _, body := range []string{"", "null", "[]", `{"query":"{ __typename }","variables":{"a":1e400}}`, `{"query":"query($f: AwardFilter) { awards(filter: $f) { totalCount } }","variables":{"f":{"years":[1]}}}`,
		`{"query":"{ __schema { types { name } } }"}`, `{"query":"fragment A on Query { ...A } { ...A }"}`, `{"query":"{ a: awards(first: 1) { nodes { id } } }","operationName":null,"extensions":{}}`,
		`{"query":"query($i: CreateOrganizationInput!) { __typename }","variables":{"i":null}}`, `{"query":"{ __typename @skip(if: true) @include(if: \"x\") }"}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := s.in(t).wire(http.MethodPost, "/graphql", header, bytes.NewReader(body))
		answered(t, answer.Code, answer.Body.Bytes())
	})
}

// FuzzForm posts anything as a form.
func FuzzForm(f *testing.F) {
	s := serve(f, "sqlite", empty)
	header := http.Header{"Content-Type": {"multipart/form-data; boundary=x"}, "Authorization": {"Bearer " + s.token("admin")}}
	entry := func(disposition, content string) string {
		return "--x\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n"
	}
	operations := entry(`name="operations"`, `{"query":"mutation($f: Upload!, $l: [Upload]) { importSeason(input: {file: $f, dryRun: true}) { errors { file line message } } }","variables":{"f":null,"l":[null]}}`)
	for _, places := range []string{`{"0":["variables.f"]}`, `{"0":["variables.l.0"]}`, `{"0":["variables.l.-1"]}`, `{"0":["variables.f","variables.f"]}`, `{"0":[]}`, `null`, `{"0":["variables.f.f"]}`} {
		f.Add([]byte(operations + entry(`name="map"`, places) + entry(`name="0"; filename="a.zip"`, "PK") + "--x--\r\n"))
	}
	f.Add([]byte(operations))
	f.Add([]byte("--x\r\n\r\n\r\n--x--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := s.in(t).wire(http.MethodPost, "/graphql", header, bytes.NewReader(body))
		answered(t, answer.Code, answer.Body.Bytes())
	})
}

// FuzzAsking asks for records by any id, code, text and cursor.
func FuzzAsking(f *testing.F) {
	servers := fuzzed(f, small)
	var headers []http.Header
	for _, s := range servers {
		headers = append(headers, http.Header{"Content-Type": {plain}, "Authorization": {"Bearer " + s.token("auditor")}})
	}
	const query = `query($id: ID!, $c: Cursor, $t: String!, $n: Int) {
		node(id: $id) { id } nodes(ids: [$id]) { id } organization(code: $t) { id } person(code: $t) { id } verifyAward(code: $t) { valid }
		awards(first: $n, after: $c) { nodes { id } } found: awards(filter: {text: $t}, after: $c) { totalCount nodes { id } }
		people(last: $n, before: $c) { nodes { id } } sought: people(filter: {text: $t}, before: $c) { nodes { id } }
		nominations(after: $c, filter: {text: $t}) { totalCount } organizations(after: $c) { nodes { id } } auditEntries(before: $c) { nodes { id } } }`
	f.Add("person_1", "", "đặng", 1)
	known := servers[0].must("auditor", `{ people(first: 1) { edges { cursor node { id } } } }`, nil)
	f.Add(fmt.Sprint(known.at("people.edges.0.node.id")), fmt.Sprint(known.at("people.edges.0.cursor")), "%_\\'", 100)
	f.Add("award_\x00", "eyJvIjoxLCJ2IjpbXX0", "Tra\u0302\u0300n", 0)
	f.Add("audit_🙂", "AAAA", "' OR 1=1 --", -1)
	f.Add("round_?", "e30", "?0 ?1 ?TableAlias", 1<<40)
	f.Fuzz(func(t *testing.T, id, cursor, text string, n int) {
		body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"id": id, "c": cursor, "t": text, "n": n}})
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range servers {
			answer := s.in(t).wire(http.MethodPost, "/graphql", headers[i], bytes.NewReader(body))
			answered(t, answer.Code, answer.Body.Bytes())
		}
	})
}

// FuzzImport imports the small season with anything in the place of one file. With any fault nothing is written, and each
// fault says where it is; what went in without a fault is all there when it comes again.
func FuzzImport(f *testing.F) {
	servers := fuzzed(f, small)
	files, err := season.Open("testdata/small")
	if err != nil {
		f.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(files))
	for i, name := range names {
		f.Add(uint8(i), files[name])
		f.Add(uint8(i), bytes.ReplaceAll(files[name], []byte("2"), []byte("3")))
		f.Add(uint8(i), append(slices.Clone(files[name]), files[name]...))
	}
	for _, s := range servers {
		s.token("auditor")
	}
	f.Fuzz(func(t *testing.T, which uint8, content []byte) {
		changed, name := maps.Clone(files), names[int(which)%len(names)]
		changed[name] = content
		for _, s := range servers {
			importTwice(t, s.in(t), changed)
		}
	})
}

func importTwice(t *testing.T, s *server, files season.Files) {
	t.Helper()
	system := model.Actor{System: true}
	before := recorded(t, s)
	report, err := s.store.ImportSeason(t.Context(), system, files, false)
	refusal, refused := errors.AsType[*model.Error](err)
	if err != nil && (!refused || refusal.Code == model.CodeInternal) {
		t.Fatal(err)
	}
	if refused {
		for _, v := range refusal.Violations {
			if name, _, _ := strings.Cut(v.Path, ":"); files[name] == nil && !strings.HasSuffix(v.Path, ".csv") || v.Key == "" {
				t.Fatalf("a fault at %q: %s", v.Path, v.Key)
			}
		}
		if diff := cmp.Diff(before, recorded(t, s)); diff != "" || len(refusal.Violations) == 0 {
			t.Fatalf("refused with %d faults, and written (-before +after):\n%s", len(refusal.Violations), diff)
		}
		return
	}
	again, err := s.store.ImportSeason(t.Context(), system, files, false)
	if err != nil {
		t.Fatalf("taken once, then not: %v", err)
	}
	for i, file := range again.Files {
		if file.Created != 0 || file.Unchanged != report.Files[i].Created+report.Files[i].Unchanged {
			t.Fatalf("%s: %d new and %d unchanged after %d and %d", file.File, file.Created, file.Unchanged, report.Files[i].Created, report.Files[i].Unchanged)
		}
	}
}

// recorded counts everything an import writes, and what it says of that.
func recorded(t *testing.T, s *server) map[string]any {
	t.Helper()
	return s.must("auditor", `{ organizations { totalCount } people { totalCount } campaigns { totalCount } nominations { totalCount } reformResults { totalCount }
		awards { totalCount } reformIndicators { code } auditEntries { totalCount } }`, nil).Data
}
