package message_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vinhdanh/internal/message"
	"vinhdanh/model"
)

func read(t *testing.T, name string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(text, &words); err != nil {
		t.Fatal(err)
	}
	return words
}

var variable = regexp.MustCompile(`\.(\w+)`)

// variables are the arguments a message names.
func variables(text string) []string {
	var names []string
	for _, part := range regexp.MustCompile(`\{\{[^}]*\}\}`).FindAllString(text, -1) {
		for _, m := range variable.FindAllStringSubmatch(part, -1) {
			names = append(names, m[1])
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	vi, en := read(t, "vi.json"), read(t, "en.json")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(vi)), slices.Sorted(maps.Keys(en))); diff != "" {
		t.Fatalf("keys (-vi +en):\n%s", diff)
	}
	for key := range vi {
		if diff := cmp.Diff(variables(vi[key]), variables(en[key])); diff != "" {
			t.Errorf("%s (-vi +en):\n%s", key, diff)
		}
	}
}

// use is a message key in the source, with the names of the arguments given beside it, where they can be read off.
type use struct {
	place string
	names []string
}

var keyText = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*$`)

// keyed are the functions that take a message key, and at which argument.
var keyed = map[string]int{"Errorf": 1, "BadInput": 1, "Violated": 1, "fault": -1, "Fault": 3, "passed": 0, "failed": 0, "unknown": 0, "refuseFindings": 1, "refuse": -2, "unreadable": 2, "tooComplex": 0}

// uses finds every message key in the program's source.
func uses(t *testing.T) map[string][]use {
	t.Helper()
	found := map[string][]use{}
	files := token.NewFileSet()
	err := filepath.WalkDir("../..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/graph/") {
			return err
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return true
			}
			at, ok := keyed[called(call)]
			if !ok {
				return true
			}
			for i, arg := range call.Args {
				if at >= 0 && i != at {
					continue
				}
				if key, ok := literal(arg); ok && keyText.MatchString(key) && (at >= 0 || strings.Contains(key, ".") && !strings.HasPrefix(key, "input.") && !strings.HasSuffix(key, ".csv")) {
					found[key] = append(found[key], use{files.Position(arg.Pos()).String(), names(call.Args[i+1:])})
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// names are the argument names that follow a key, as pairs or as model.Args; nil when they cannot be read off.
func names(args []ast.Expr) []string {
	found := []string{}
	for i, arg := range args {
		if composite, ok := arg.(*ast.CompositeLit); ok {
			for _, element := range composite.Elts {
				if pair, ok := element.(*ast.KeyValueExpr); ok {
					name, _ := literal(pair.Key)
					found = append(found, name)
				}
			}
			return found
		}
		if i%2 == 0 {
			name, ok := literal(arg)
			if !ok {
				return nil
			}
			found = append(found, name)
		}
	}
	return found
}

func TestEveryKeyHasWordsAndEveryMessageIsUsed(t *testing.T) {
	t.Parallel()
	words, found := read(t, "en.json"), uses(t)
	for key, places := range found {
		text, ok := words[key]
		if !ok {
			t.Errorf("%s: no words for %s", places[0].place, key)
			continue
		}
		for _, u := range places {
			for _, name := range variables(text) {
				if len(u.names) > 0 && !slices.Contains(u.names, name) && !added[key+"."+name] {
					t.Errorf("%s: %s names %s, which is not given", u.place, key, name)
				}
			}
		}
		_, remedied := words[key+".remedy"]
		if open := strings.HasPrefix(key, "eligibility.") && slices.ContainsFunc([]string{".failed", ".unknown", ".claimed", ".not_linked", "unknown_rule"}, func(s string) bool { return strings.HasSuffix(key, s) }); open && !remedied {
			t.Errorf("%s has no remedy", key)
		}
	}
	for key := range words {
		head, _, _ := strings.Cut(key, ".")
		shown := head == "noun" || strings.ToUpper(head[:1]) == head[:1] || strings.HasSuffix(key, ".remedy")
		if found[key] == nil && !shown && !elsewhere[key] {
			t.Errorf("%s is said nowhere", key)
		}
	}
}

// added are arguments put on a refusal after it is made.
var added = map[string]bool{"campaign.phase_closed.closesOn": true, "campaign.phase_closed.late": true, "score.missing.count": true}

// elsewhere are keys that are not literals where they are used.
var elsewhere = map[string]bool{}

func TestArgumentsAreWordedInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	args := model.Args{"opensOn": model.Date("2025-01-02"), "closesOn": model.Date("2025-01-17"), "today": model.Date("2025-02-01"), "campaign": "CCHC-2024",
		"phase": model.CampaignPhaseVoting, "wanted": model.CampaignPhaseReviewing, "late": model.Date("2025-01-17")}
	for accept, want := range map[string]string{
		"":                   "Việc này chỉ làm được ở giai đoạn xét chấm, từ 02/01/2025 đến 17/01/2025. Đợt CCHC-2024 đang ở giai đoạn bỏ phiếu, hôm nay 01/02/2025. Thư ký có thể gia hạn cho tất cả hoặc cho một đơn vị, có nêu lý do.",
		"fr-FR, en-GB;q=0.8": "This can be done in the phase reviewing only, from 02/01/2025 to 17/01/2025. The campaign CCHC-2024 is in voting and today is 01/02/2025. The secretary can extend the phase, for all or for one unit, with a reason.",
	} {
		if got := words.Language(accept).Text("campaign.phase_closed", args); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", accept, got, want)
		}
	}
	at := time.Date(2025, 2, 14, 18, 30, 0, 0, time.UTC)
	if got := words.Language("en").Text("time.invalid", model.Args{"value": at}); !strings.HasPrefix(got, "01:30 15/02/2025") {
		t.Errorf("an instant is shown in Vietnam: %s", got)
	}
}
