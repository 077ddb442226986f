package resolvers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"vinhdanh/graph"
	"vinhdanh/resolvers"
)

// schema is the contract as the program has it.
func schema() *ast.Schema {
	return graph.NewExecutableSchema(graph.Config{Resolvers: &resolvers.Resolver{}}).Schema()
}

// rootFields are the fields of Query, Mutation and Subscription, each with its definition.
func rootFields() map[string]*ast.FieldDefinition {
	fields := map[string]*ast.FieldDefinition{}
	for _, root := range []*ast.Definition{schema().Query, schema().Mutation, schema().Subscription} {
		for _, f := range root.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				fields[f.Name] = f
			}
		}
	}
	return fields
}

func TestEveryRootFieldHasExactlyOneFloor(t *testing.T) {
	t.Parallel()
	for name, f := range rootFields() {
		floors := 0
		for _, floor := range []string{"public", "signedIn", "hasRole"} {
			if f.Directives.ForName(floor) != nil {
				floors++
			}
		}
		if floors != 1 {
			t.Errorf("%s has %d of @public, @signedIn and @hasRole", name, floors)
		}
	}
}

func TestEveryElementIsDescribed(t *testing.T) {
	t.Parallel()
	for name, d := range schema().Types {
		if d.BuiltIn {
			continue
		}
		if d.Description == "" {
			t.Errorf("%s is not described", name)
		}
		for _, f := range d.Fields {
			if f.Description == "" && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("%s.%s is not described", name, f.Name)
			}
			for _, a := range f.Arguments {
				if a.Description == "" && !strings.HasPrefix(f.Name, "__") {
					t.Errorf("%s.%s(%s) is not described", name, f.Name, a.Name)
				}
			}
		}
		for _, v := range d.EnumValues {
			if v.Description == "" {
				t.Errorf("%s.%s is not described", name, v.Name)
			}
		}
	}
}

func TestWhatHasAnIDIsANode(t *testing.T) {
	t.Parallel()
	for name, d := range schema().Types {
		if d.Kind != ast.Object || d.Fields.ForName("id") == nil {
			continue
		}
		if !slices.Contains(d.Interfaces, "Node") || d.Fields.ForName("id").Type.String() != "ID!" {
			t.Errorf("%s has an id, and is no Node", name)
		}
	}
}

// TestAuthorization asks every root field in the name of everybody and holds the answers against
// testdata/authorization.txt. The example of a field names records of unit B and of the body UB.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	logins, table := readAuthorization(t)
	examples := readExamples(t)
	for name := range rootFields() {
		if table[name] == nil || examples[name] == "" {
			t.Errorf("%s: say in testdata/authorization.txt who may use it, and give an example in testdata/operations.graphql", name)
		}
	}
	if t.Failed() {
		return
	}
	onBoth(t, deciding, func(t *testing.T, s *server) {
		known := records(s)
		fields := make([]string, 0, len(table))
		for name := range table {
			fields = append(fields, name)
		}
		slices.Sort(fields)
		// The least powerful come first: what they are refused changes nothing for the others.
		for i, login := range logins {
			for _, field := range fields {
				want := table[field][i]
				if got := outcome(s, login, known.Replace(examples[field])); got != want {
					t.Errorf("%s as %s: %s, want %s", field, login, got, want)
				}
			}
		}
	})
}

// outcome is how far a request came: ok when nothing but the state of things can have refused it.
func outcome(s *server, login, query string) string {
	user := login
	if login == "nobody" {
		user = ""
	}
	var r reply
	switch {
	case strings.HasPrefix(query, "subscription"):
		r = firstOf(s, user, query)
	case strings.Contains(query, "$file"):
		body, contentType := form(query, "report.pdf")
		header := http.Header{"Content-Type": {contentType}, "Graphql-Preflight": {"1"}}
		if user != "" {
			header.Set("Authorization", "Bearer "+s.token(user))
		}
		r = s.send(header, body)
	default:
		r = s.as(user, query, nil)
	}
	switch code := r.code(); code {
	case "FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED", "CONFLICT_OF_INTEREST", "INTERNAL_SERVER_ERROR", "GRAPHQL_VALIDATION_FAILED":
		return code
	default:
		return "ok"
	}
}

// firstOf is what a subscription answers at once: nothing when it is let in.
func firstOf(s *server, user, query string) (r reply) {
	s.t.Helper()
	stream := s.follow(s.online(), user, query)
	defer stream.close()
	if name, data := stream.next(); name == "next" {
		if err := json.Unmarshal([]byte(data), &r); err != nil {
			s.t.Fatal(err)
		}
	}
	return r
}

// records names the records the examples are about.
func records(s *server) *strings.Replacer {
	s.t.Helper()
	nomination, _ := s.nomination("CN-2")
	r := s.must("s1", `{ campaign(code: "MAU-2024") { id ballotRounds { id } } nomination(campaignCode: "MAU-2024", reference: "CN-2") { evidence { id } }
		reformResults(filter: {organizationCode: "V", status: PROVISIONAL}) { nodes { id } }
		person(code: "B2") { personnelFacts { id } } }`, nil)
	award := s.must("", `{ awards { nodes { id } } }`, nil).at("awards.nodes.0.id").(string)
	s.must("approver", `mutation($id: ID!) { approveNominations(input: {nominations: [{nominationId: $id, expectedVersion: `+version(s, "CN-1")+`}]}) { nominations { id } } }`,
		map[string]any{"id": first(s.nomination("CN-1"))})
	draft := s.must("s1", `mutation { draftDecision(input: {campaignCode: "MAU-2024", decidedOn: "2025-03-28", signerCode: "C1", signerPosition: "CHỦ TỊCH", signingMode: KY}) { decision { id } } }`, nil)
	admin := s.must("admin", `{ account(username: "stranger") { id } h2: account(username: "h2") { grants { id } } }`, nil)
	lent := s.must("h3", `mutation { createDelegation(input: {toUsername: "stranger", role: DEPARTMENT_HEAD, validFrom: "2030-01-01", validTo: "2030-01-02", reason: "later"}) { delegation { id } } }`, nil)
	return strings.NewReplacer("NOMINATION", nomination, "ROUND", r.at("campaign.ballotRounds.0.id").(string), "CAMPAIGN", r.at("campaign.id").(string),
		"EVIDENCE", r.at("nomination.evidence.0.id").(string), "RESULT", r.at("reformResults.nodes.0.id").(string), "FACT", r.at("person.personnelFacts.0.id").(string),
		"AWARD", award, "DECISION", draft.at("draftDecision.decision.id").(string), "GRANT", admin.at("h2.grants.0.id").(string),
		"DELEGATION", lent.at("createDelegation.delegation.id").(string))
}

func first(id string, _ int) string { return id }

func version(s *server, reference string) string {
	_, v := s.nomination(reference)
	return fmt.Sprint(v)
}

// readAuthorization reads the table: a line of logins, then a line per field.
func readAuthorization(t *testing.T) (logins []string, table map[string][]string) {
	t.Helper()
	text, err := os.ReadFile("testdata/authorization.txt")
	if err != nil {
		t.Fatal(err)
	}
	short := map[string]string{"+": "ok", "F": "FORBIDDEN", "N": "NOT_FOUND", "U": "UNAUTHENTICATED", "C": "CONFLICT_OF_INTEREST"}
	table = map[string][]string{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case logins == nil:
			logins = words[1:]
		default:
			if len(words) != len(logins)+1 {
				t.Fatalf("%s: %d answers for %d logins", words[0], len(words)-1, len(logins))
			}
			for _, word := range words[1:] {
				if short[word] == "" {
					t.Fatalf("%s: %q is no answer", words[0], word)
				}
				table[words[0]] = append(table[words[0]], short[word])
			}
		}
	}
	return logins, table
}

// readExamples reads one operation per root field, each under a comment with the field's name.
func readExamples(t testing.TB) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/operations.graphql")
	if err != nil {
		t.Fatal(err)
	}
	examples := map[string]string{}
	for part := range strings.SplitSeq(string(text), "\n# ") {
		name, query, _ := strings.Cut(part, "\n")
		examples[strings.TrimPrefix(strings.TrimSpace(name), "# ")] = query
	}
	return examples
}
