package resolvers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestAttacksFindNothing does as nobody what the attack tool graphql-cop does, which reports what is wanted here as absent.
func TestAttacksFindNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	post := func(body string) string {
		return s.wire(http.MethodPost, "/graphql", http.Header{"Content-Type": {plain}}, strings.NewReader(body)).Body.String()
	}
	ask := func(query string) string { return post(`{"query":` + quoted(query) + `,"operationName":"cop"}`) }
	form := func(values url.Values) string {
		return s.wire(http.MethodPost, "/graphql", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, strings.NewReader(values.Encode())).Body.String()
	}
	get := func(path string, accept string) string {
		return s.wire(http.MethodGet, path, http.Header{"Accept": {accept}}, nil).Body.String()
	}
	cop := func(selections string) string { return "query cop { " + selections + " }" }
	types := "types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } }"
	for name, c := range map[string]struct{ answer, found string }{
		"alias overloading":         {ask(cop(numbered("alias%d: __typename ", 101))), "alias100"},
		"batch queries":             {post("[" + strings.TrimSuffix(strings.Repeat(`{"query":"query cop { __typename }"},`, 10), ",") + "]"), `"data"`},
		"directive overloading":     {fmt.Sprint(strings.Count(ask(cop("__typename "+strings.Repeat("@aa", 10))), "@aa"), " mistakes"), "10 mistakes"}, // each is told
		"circular introspection":    {ask(cop("__schema { " + types + " }")), `"data"`},
		"field duplication":         {ask(cop(strings.Repeat("__typename \n", 500))), `"data"`},
		"introspection":             {ask(cop("__schema { types { name fields { name } } }")), `"data"`},
		"introspection by a type":   {ask(cop(`t: __type(name: "Query") { name }`)), `"data"`},
		"suggestion of a field":     {ask(cop("__schema { directive }")), "Did you mean"},
		"suggestion of our field":   {ask(cop("awardz { id }")), "Did you mean"},
		"suggestion of a leaf":      {ask(cop("awards { nodes { recipientNam } }")), "Did you mean"},
		"suggestion of fields":      {ask(cop("viewer")), "Did you mean"},
		"suggestion of an argument": {ask(cop("awards(firs: 1) { totalCount }")), "Did you mean"},
		"suggestion of an input":    {ask(cop(`awards(filter: {txt: ""}) { totalCount }`)), "Did you mean"},
		"suggestion of a type":      {ask("query cop($f: AwardFilte) { awards(filter: $f) { totalCount } }"), "Did you mean"},
		"suggestion of a condition": {ask(cop("... on Quer { __typename }")), "Did you mean"},
		"suggestion of a value":     {ask(cop("awardStatistics(groupBy: [YEARS]) { count }")), "Did you mean"},
		"suggestion to a variable":  {post(`{"query":"query cop($f: AwardFilter) { awards(filter: $f) { totalCount } }","variables":{"f":{"txt":""}}}`), "Did you mean"},
		"query by GET":              {get("/graphql?query="+url.QueryEscape(cop("__typename")), ""), `"data"`},
		"mutation by GET":           {get("/graphql?query="+url.QueryEscape("mutation cop { __typename }"), ""), `"data"`},
		"query by a form":           {form(url.Values{"query": {cop("__typename")}}), `"data"`},
		"mutation by a form":        {form(url.Values{"query": {"mutation cop { __typename }"}}), `"data"`},
		"GraphiQL":                  {get("/graphiql", "text/html"), "GraphiQL"},
		"GraphiQL at the endpoint":  {get("/graphql", "text/html"), "<"},
		"playground":                {get("/playground", "text/html"), "<"},
		"console":                   {get("/console", "text/html"), "<"},
		"tracing":                   {ask(cop("__typename")), "tracing"},
		"unhandled errors":          {ask("qwerty cop { abc }"), "exception"},
		"a stack":                   {ask("qwerty cop { abc }"), ".go"},
	} {
		if strings.Contains(c.answer, c.found) {
			t.Errorf("%s: %.300s", name, c.answer)
		}
	}
}
