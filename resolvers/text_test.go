package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// deceitful are texts as they stand inside a JSON string: bytes or escapes that no record may hold.
var deceitful = map[string]string{
	"NUL": `\u0000`, "escape": `\u001b`, "invalid UTF-8": "\xff", "cut UTF-8": "\xe1\xba", "overlong NUL": "\xc0\x80", "surrogate in UTF-8": "\xed\xa0\x80",
	"half a pair": `\ud800`, "the other half": `\udc00`, "pair turned round": `\udc00\ud800`, "replacement character": `\ufffd`,
	"override": `\u202e`, "isolate": `\u2066`, "mark": `\u200f`, "byte order mark": `\ufeff`, "no width": `\u200b`, "tag": `\udb40\udc41`,
}

// TestDeceitfulTextIsRefusedWhereverItStands sends each of them in every place that takes a text from a client. What comes
// back is UTF-8, says what is wrong, and is never the server's fault.
func TestDeceitfulTextIsRefusedWhereverItStands(t *testing.T) {
	t.Parallel()
	const create = `mutation($name: String!, $code: String!) { createOrganization(input: {code: $code, name: $name, kind: TEAM, validFrom: \"2025-01-01\"}) { organization { name } } }`
	places := map[string]string{
		"variable":          `{"query":"` + create + `","variables":{"code":"Z","name":"aXb"}}`,
		"code":              `{"query":"` + create + `","variables":{"code":"aXb","name":"Z"}}`,
		"input in variable": `{"query":"mutation($i: CreateOrganizationInput!) { createOrganization(input: $i) { organization { name } } }","variables":{"i":{"code":"Z","name":"aXb","kind":"TEAM","validFrom":"2025-01-01"}}}`,
		"id":                `{"query":"query($id: ID!) { node(id: $id) { id } }","variables":{"id":"person_X"}}`,
		"list of ids":       `{"query":"query($ids: [ID!]!) { nodes(ids: $ids) { id } }","variables":{"ids":["person_X"]}}`,
		"cursor":            `{"query":"query($c: Cursor) { awards(after: $c) { nodes { id } } }","variables":{"c":"aXb"}}`,
		"date":              `{"query":"query($d: Date) { awardTypes(asOf: $d) { code } }","variables":{"d":"2025-01-01X"}}`,
		"username":          `{"query":"mutation($u: String!) { signIn(input: {username: $u, password: \"long enough\"}) { session { accessToken } } }","variables":{"u":"adminX"}}`,
		"password":          `{"query":"mutation($p: String!) { signIn(input: {username: \"admin\", password: $p}) { session { accessToken } } }","variables":{"p":"long enoughX"}}`,
		"search":            `{"query":"query($t: String) { people(filter: {text: $t}) { totalCount } }","variables":{"t":"aXb"}}`,
		"enum":              `{"query":"query($s: AwardStatus) { awards(filter: {status: $s}) { totalCount } }","variables":{"s":"ACTIVEX"}}`,
		"key of an object":  `{"query":"query($f: AwardFilter) { awards(filter: $f) { totalCount } }","variables":{"f":{"teXt":"a"}}}`,
		"operation name":    `{"query":"query A { __typename } query B { __typename }","operationName":"AX"}`,
		"literal":           `{"query":"{ people(filter: {text: \"aXb\"}) { totalCount } }"}`,
		"block string":      `{"query":"{ people(filter: {text: \"\"\"aXb\"\"\"}) { totalCount } }"}`,
		"name in the query": `{"query":"{ peoXple { totalCount } }"}`,
	}
	onBoth(t, empty, func(t *testing.T, s *server) {
		header := http.Header{"Content-Type": {plain}, "Authorization": {"Bearer " + s.token("admin")}}
		for place, body := range places {
			for name, text := range deceitful {
				answer := s.wire(http.MethodPost, "/graphql", header, strings.NewReader(strings.Replace(body, "X", text, 1)))
				refusedFor(t, place+" with "+name, answer.Code, answer.Body.Bytes())
			}
		}
		for name, text := range deceitful {
			var raw string
			if json.Unmarshal([]byte(`"a`+text+`b"`), &raw) != nil || strings.HasPrefix(text, `\u0000`) || strings.HasPrefix(text, `\u001b`) {
				continue // no header holds these
			}
			if !strings.HasPrefix(text, `\`) {
				raw = "a" + text + "b"
			}
			header := http.Header{"Content-Type": {plain}, "Authorization": header["Authorization"], "Acting-For": {raw}}
			answer := s.wire(http.MethodPost, "/graphql", header, strings.NewReader(`{"query":"{ __typename }"}`))
			refusedFor(t, "header with "+name, answer.Code, answer.Body.Bytes())
		}
		stored := s.must("admin", `{ organizations { nodes { code name } } }`, nil)
		for _, code := range []string{`"Z"`, `"a`} {
			if bytes.Contains(stored.Text, []byte(code)) {
				t.Errorf("stored: %s", stored.Text)
			}
		}
	})
}

// refusedFor holds an answer against what every refusal of an input has to be.
func refusedFor(t *testing.T, what string, status int, text []byte) {
	t.Helper()
	var answer struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if !utf8.Valid(text) || json.Unmarshal(text, &answer) != nil || status >= http.StatusInternalServerError || len(answer.Errors) == 0 {
		t.Errorf("%s: %d %q", what, status, text)
		return
	}
	switch code := answer.Errors[0].Extensions.Code; code {
	case "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED":
	default:
		t.Errorf("%s: %s %s", what, code, text)
	}
}

// TestAddressesHoldTextToo asks by GET, where bytes come percent-encoded.
func TestAddressesHoldTextToo(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for _, raw := range []string{"\x00", "\xff", "\xed\xa0\x80", "\u202e"} {
		for place, query := range map[string]url.Values{
			"query":     {"query": {fmt.Sprintf(`{ people(filter: {text: "a%sb"}) { totalCount } }`, raw)}},
			"variables": {"query": {`query($t: String) { people(filter: {text: $t}) { totalCount } }`}, "variables": {`{"t":"a` + raw + `b"}`}},
		} {
			answer := s.wire(http.MethodGet, "/graphql?"+query.Encode(), http.Header{"Graphql-Preflight": {"1"}}, nil)
			refusedFor(t, fmt.Sprintf("%s with %q", place, raw), answer.Code, answer.Body.Bytes())
		}
	}
}

// TestWholePairsAreLetters takes letters beyond the first plane, such as chữ Nôm, in each way JSON and GraphQL write them.
func TestWholePairsAreLetters(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for i, written := range []string{"\U00020000", `\ud840\udc00`, `\\ud840\\udc00`, `\\u{20000}`} {
		body := fmt.Sprintf(`{"query":"mutation { createOrganization(input: {code: \"N%d\", name: \"%s\", kind: TEAM, validFrom: \"2025-01-01\"}) { organization { name } } }"}`, i, written)
		r := s.send(http.Header{"Content-Type": {plain}, "Authorization": {"Bearer " + s.token("admin")}}, []byte(body))
		if r.at("createOrganization.organization.name") != "\U00020000" {
			t.Errorf("%s: %s", written, r.Text)
		}
	}
}

// TestNamesOfFilesAreTexts uploads under names that deceive.
func TestNamesOfFilesAreTexts(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", deciding)
	id := s.must("auditor", `{ nominations(first: 1) { nodes { id version } } }`, nil).at("nominations.nodes.0.id")
	for _, name := range []string{"a\u202efdp.pdf", "a\xff.pdf", "a\u200b.pdf", "\ufeffa.pdf"} {
		contentType, body := formOf(t, []part{
			{name: "operations", content: fmt.Sprintf(`{"query":"mutation($f: Upload!) { attachEvidence(input: {nominationId: \"%s\", expectedVersion: 1, file: $f}) { evidence { id } } }","variables":{"f":null}}`, id)},
			{name: "map", content: `{"0":["variables.f"]}`}, {name: "0", file: name, content: "%PDF-1.7"},
		})
		answer := s.wire(http.MethodPost, "/graphql", http.Header{"Content-Type": {contentType}, "Authorization": {"Bearer " + s.token("s1")}}, body)
		refusedFor(t, name, answer.Code, answer.Body.Bytes())
	}
}
