package resolvers_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"vinhdanh/graph"
	"vinhdanh/resolvers"
)

// TestExplorerExamples runs every example on the played season as the demo account of its kind of reader.
func TestExplorerExamples(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", played)
	for folder, login := range map[string]string{
		"public": "", "head": "cb0021", "reviewer": "cb0003", "secretary": secretary, "approver": chair, "auditor": "auditor", "admin": "admin",
	} {
		names, err := filepath.Glob("explorer/examples/" + folder + "/*.graphql")
		if err != nil || len(names) == 0 {
			t.Errorf("%s has no examples: %v", folder, err)
		}
		for _, name := range names {
			t.Run(folder+"/"+filepath.Base(name), func(t *testing.T) {
				t.Parallel()
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				checkExample(t, s, string(text), login)
			})
		}
	}
}

var (
	exampleCaption = regexp.MustCompile(`^# \S.* · \S.*\n`)
	// nothing is what an example that shows nothing answers.
	nothing = regexp.MustCompile(`"nodes":\[\]|"data":\{"\w+":(null|\[\])|"tasks":\[\]`)
)

func checkExample(t *testing.T, s *server, text, login string) {
	t.Helper()
	if !exampleCaption.MatchString(text) {
		t.Error("the first line is no caption in English and Vietnamese")
	}
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	if _, errs := gqlparser.LoadQueryWithRules(schema, text, rules.NewDefaultRules()); len(errs) > 0 {
		t.Fatalf("not valid: %v", errs)
	}
	if strings.Contains(text, "\nsubscription ") {
		stream := s.follow(s.online(), login, text)
		if data := stream.must("next"); strings.Contains(data, `"errors"`) {
			t.Error(data)
		}
		return
	}
	r := s.as(login, text, nil)
	if r.Status != http.StatusOK || len(r.Errors) > 0 {
		t.Fatalf("%d: %s", r.Status, r.Text)
	}
	if nothing.Match(r.Text) {
		t.Errorf("shows nothing: %s", r.Text)
	}
}

// explorerPage fetches the page at / with its policy.
func explorerPage(t *testing.T, options resolvers.Options) (page, policy string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	(&resolvers.Resolver{}).Handler(options).ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if recorder.Code != http.StatusOK || recorder.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %s", recorder.Code, recorder.Header().Get("Content-Type"))
	}
	return recorder.Body.String(), recorder.Header().Get("Content-Security-Policy")
}

var demoOptions = resolvers.Options{Demo: true, Password: password, Accounts: []resolvers.DemoAccount{
	{Username: "cb0022", Role: "APPROVER, REVIEWER", Name: `<b>"Hồ"</b>`}, {Username: "cb0003", Role: "REVIEWER"}}}

func TestExplorerRunsNothingButItself(t *testing.T) {
	t.Parallel()
	page, policy := explorerPage(t, demoOptions)
	given := regexp.MustCompile(`script-src 'nonce-(\w{20,})'`).FindStringSubmatch(policy)
	if given == nil {
		t.Fatalf("no nonce in %q", policy)
	}
	for _, part := range []string{"default-src 'none'", "style-src 'nonce-" + given[1] + "'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
		"frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("%q lacks %s", policy, part)
		}
	}
	for _, tag := range regexp.MustCompile(`<(script|style)[^>]*>`).FindAllString(page, -1) {
		if !strings.HasSuffix(tag, ` nonce="`+given[1]+`">`) {
			t.Errorf("%s does not carry the nonce", tag)
		}
	}
	if found := regexp.MustCompile(`(?i)https?:|<[^>]+\s(on\w+|style|src|action)=|innerHTML|\bsrc=`).FindString(page); found != "" {
		t.Errorf("the page has %q", found)
	}
	if strings.Contains(page, "ZgotmplZ") || strings.Contains(page, demoOptions.Accounts[0].Name) {
		t.Error("something is not escaped as it should be")
	}
	if _, next := explorerPage(t, demoOptions); next == policy {
		t.Error("the nonce is used twice")
	}
}

func TestExplorerNamesAccountsInDemoOnly(t *testing.T) {
	t.Parallel()
	page, _ := explorerPage(t, demoOptions)
	for _, part := range []string{"<body data-demo>", `data-account=""`, `data-account="cb0022"`, `data-account="cb0003"`, password} {
		if !strings.Contains(page, part) {
			t.Errorf("the demo lacks %s", part)
		}
	}
	office := demoOptions
	office.Demo = false
	page, _ = explorerPage(t, office)
	for _, part := range []string{"<body data-demo>", "data-account=", "cb0022", password} {
		if strings.Contains(page, part) {
			t.Errorf("the office has %s", part)
		}
	}
}
