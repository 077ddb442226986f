package resolvers_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"testing"
)

// readmeExample is an operation and its answer in the README; the login stands before it in brackets: (`cb0021`).
var readmeExample = regexp.MustCompile("```graphql\n([^`]*)\n```\n```json\n([^`]*)\n```|\\(`(\\w+)`\\)")

// TestReadmeTellsTheTruth asks what the README asks, as whom it says, on the played season.
func TestReadmeTellsTheTruth(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", played)
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	login, examples := "", 0
	for _, found := range readmeExample.FindAllStringSubmatch(string(text), -1) {
		if found[3] != "" {
			login = found[3]
			continue
		}
		examples++
		var want map[string]any
		if err := json.Unmarshal([]byte(found[2]), &want); err != nil {
			t.Errorf("%v:\n%s", err, found[2])
			continue
		}
		if got := s.must(login, found[1], nil); !tells(want["data"], any(got.Data)) {
			t.Errorf("%s as %q says:\n%s", found[1], login, got.Text)
		}
	}
	if examples < 6 {
		t.Errorf("only %d examples found", examples)
	}
}

// tells says whether an answer is as told, where "…" stands for whatever is left out.
func tells(want, got any) bool {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		for key, value := range want {
			ok = ok && tells(value, got[key])
		}
		return ok && len(got) == len(want)
	case []any:
		got, ok := got.([]any)
		return ok && tellsList(want, got)
	default:
		return want == "…" || reflect.DeepEqual(want, got)
	}
}

func tellsList(want, got []any) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] == "…" {
		return tellsList(want[1:], got) || len(got) > 0 && tellsList(want, got[1:])
	}
	return len(got) > 0 && tells(want[0], got[0]) && tellsList(want[1:], got[1:])
}
