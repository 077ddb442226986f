package resolvers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// numbered repeats a text n times, each with its number in it.
func numbered(format string, n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

// TestDocumentsHaveLimits asks a little too much in each way, and as much as may be asked.
func TestDocumentsHaveLimits(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	nested := func(n int) string {
		return `{ organization(code: "x") {` + strings.Repeat(" parent {", n) + " code" + strings.Repeat(" }", n) + " } }"
	}
	doubling := func(levels int) string { // the last of 2^levels spreads selects a field
		var text strings.Builder
		text.WriteString("{ ...F0 }")
		for i := range levels {
			fmt.Fprintf(&text, " fragment F%d on Query { ...F%d ...F%d }", i, i+1, i+1)
		}
		fmt.Fprintf(&text, " fragment F%d on Query { __typename }", levels)
		return text.String()
	}
	for name, c := range map[string]struct{ fits, refused, key string }{
		"tokens":                      {"{ __typename } # " + strings.Repeat("x ", 5000), `{ awards(filter: {years: [` + strings.Repeat("1 ", 2000) + `]}) { totalCount } }`, "2000 tokens"},
		"characters":                  {"{ __typename } #" + strings.Repeat("x", 60_000), "{ __typename } #" + strings.Repeat("x", 66_000), "65536 bytes"},
		"depth":                       {nested(18), nested(19), "20 levels"},
		"depth through fragments":     {"", `{ organization(code: "x") { ...A } } fragment A on Organization {` + strings.Repeat(" parent {", 10) + " ...B" + strings.Repeat(" }", 10) + ` } fragment B on Organization {` + strings.Repeat(" parent {", 10) + " code" + strings.Repeat(" }", 10) + " }", "20 levels"},
		"fields of fragments":         {doubling(4), doubling(13), "at most 5000"},
		"a bomb of fragments":         {"", doubling(150), "at most 5000"},
		"a bomb without fields":       {"", strings.Replace(doubling(150), "__typename", "...F150", 1), "at most 5000"},
		"aliases":                     {`{ awardTypes {` + numbered(" a%d: code", 50) + " } }", `{ awardTypes {` + numbered(" a%d: code", 51) + " } }", "at most 50"},
		"aliases in fragments":        {"", `{ awardTypes { ...A ...B } } fragment A on AwardType {` + numbered(" a%d: code", 30) + " } fragment B on AwardType {" + numbered(" b%d: code", 30) + " }", "at most 50"},
		"directives":                  {"{ awardTypes {" + strings.Repeat(" code @skip(if: true)", 50) + " name } }", "{ awardTypes {" + strings.Repeat(" code @skip(if: true)", 51) + " name } }", "at most 50"},
		"directives of an operation":  {"", "query" + strings.Repeat(" @x", 51) + " { __typename }", "at most 50"},
		"directives of a variable":    {"", "query($a: Int" + strings.Repeat(" @x", 51) + ") { __typename }", "at most 50"},
		"root fields":                 {"{" + numbered(" a%d: __typename", 30) + " }", "{" + numbered(" a%d: __typename", 31) + " }", "at most 30"},
		"root fields in fragments":    {"", "{ ...A ...B } fragment A on Query {" + numbered(" a%d: __typename", 20) + " } fragment B on Query {" + numbered(" b%d: __typename", 20) + " }", "at most 30"},
		"root fields of the second":   {"", "query A { __typename } query B {" + numbered(" a%d: __typename", 31) + " }", "at most 30"},
		"the same field again":        {"{ awardTypes {" + strings.Repeat(" code", 101) + " } }", "{ awardTypes {" + strings.Repeat(" code", 102) + " } }", "at most 100 times"},
		"again in inline fragments":   {"", "{ awardTypes {" + strings.Repeat(" ... { code }", 102) + " } }", "at most 100 times"},
		"again where nothing is used": {"", "{ __typename } fragment X on AwardType {" + strings.Repeat(" code", 102) + " }", "at most 100 times"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.fits != "" {
				if r := s.as("", c.fits, nil); r.code() != "" && r.code() != "NOT_FOUND" {
					t.Errorf("what fits: %s", r.Text)
				}
			}
			r := s.as("", c.refused, nil)
			if len(r.Errors) != 1 || r.code() != "COMPLEXITY_LIMIT_EXCEEDED" || r.Data != nil || !strings.Contains(r.Errors[0].Message, c.key) {
				t.Errorf("what does not: %.500s", r.Text)
			}
		})
	}
}

func TestFragmentsInCirclesAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for _, text := range []string{
		"{ ...A } fragment A on Query { ...A }",
		"{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
		"{ awardTypes { ...A } } fragment A on AwardType { ...B } fragment B on AwardType { ...C code } fragment C on AwardType { ...A }",
		`{ organization(code: "x") { ...A } } fragment A on Organization { parent { ...A } }`,
	} {
		if r := s.as("", text, nil); r.code() != "GRAPHQL_VALIDATION_FAILED" || r.Data != nil {
			t.Errorf("%s: %s", text, r.Text)
		}
	}
}

// TestCostGrowsWithTheRecords holds the cost of operations against what they can give: pages times pages, lists without
// pages, records by id; in the answer and in the refusal.
func TestCostGrowsWithTheRecords(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
		cost      float64
		refused   bool
	}{
		"a field":                      {"{ __typename }", nil, 1, false},
		"a page":                       {"{ awards(first: 10) { nodes { id } } }", nil, 1 + 10*2, false},
		"the page as edges":            {"{ awards(first: 10) { edges { node { id } } totalCount } }", nil, 1 + 10*4, false},
		"a page by a variable":         {"query($n: Int) { awards(last: $n) { nodes { id } } }", map[string]any{"n": 20}, 1 + 20*2, false},
		"a page nobody sized":          {"{ awards { nodes { id } } }", nil, 1 + 50*2, false},
		"a page larger than there are": {"{ awards(first: 1000000) { nodes { id } } }", nil, 1 + 100*2, false},
		"a list without pages":         {"{ awardTypes { code name } }", nil, 1 + 5*2, false},
		"texts in a list":              {`{ decisions(first: 1) { nodes { legalBases } } }`, nil, 1 + 1*2, false},
		"records by id":                {`{ nodes(ids: ["a", "b", "c"]) { id } }`, nil, 1 + 3, false},
		"records by ids of a variable": {`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": []string{"a", "b"}}, 1 + 2, false},
		"two of them":                  {"{ a: awardTypes { code } b: awardTypes { code } }", nil, 12, false},
		"by a fragment":                {"{ ...A } fragment A on Query { awardTypes { code } }", nil, 6, false},
		"pages of pages":               {"{ awards(first: 100) { nodes { unit { awards(first: 100) { nodes { id } } } } } }", nil, 1 + 100*(1+1+1+100*2), true},
		"pages of pages of pages":      {"{ organizations(first: 100) { nodes { awards(first: 100) { nodes { unit { awards(first: 100) { nodes { id } } } } } } } }", nil, 1 + 100*(1+1+100*(1+1+1+100*2)), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := s.as("", c.query, c.variables)
			var shown struct {
				Extensions struct {
					Cost struct{ Requested, Limit float64 }
				}
			}
			if err := json.Unmarshal(r.Text, &shown); err != nil {
				t.Fatal(err)
			}
			if shown.Extensions.Cost.Requested != c.cost || shown.Extensions.Cost.Limit != 20_000 || (r.code() == "COMPLEXITY_LIMIT_EXCEEDED") != c.refused {
				t.Errorf("want %v: %s", c.cost, r.Text)
			}
		})
	}
}

// TestMistakesAreToldInTheReadersLanguage asks what does not parse or is not valid.
func TestMistakesAreToldInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	for language, words := range map[string][3]string{
		"vi": {"Không đọc được tài liệu GraphQL: ", "Tài liệu GraphQL không hợp lệ: ", "Thao tác lồng quá sâu"},
		"en": {"The document cannot be read: ", "The document is not valid: ", "The operation is nested too deeply"},
	} {
		for i, text := range []string{"{", "{ nothing }", strings.Repeat("{ a ", 30) + strings.Repeat("}", 30)} {
			r := s.send(http.Header{"Content-Type": {plain}, "Accept-Language": {language}}, []byte(`{"query":`+quoted(text)+`}`))
			if len(r.Errors) != 1 || !strings.HasPrefix(r.Errors[0].Message, words[i]) {
				t.Errorf("%s in %s: %s", text, language, r.Text)
			}
		}
	}
	if r := s.as("", "{"+numbered(" field%d", 30)+" }", nil); len(r.Errors) != 5 {
		t.Errorf("%d mistakes are told", len(r.Errors))
	}
}

// TestTimeIsBounded gives a request no time: what is under way ends with it and says so.
func TestTimeIsBounded(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", small)
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ awards { totalCount } }"}`))
	request.Header = http.Header{"Content-Type": {plain}, "Accept": {modern}}
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	checkWire(t, recorder, 503, modern, "TIMEOUT")
}
