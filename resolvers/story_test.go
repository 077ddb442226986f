package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// TestStories plays testdata/stories/*.txtar on both databases. A story is told in steps; each has a heading
// «what happens | login» and a body: the operation, a line of ===, and the answer. In an answer "*" stands for anything
// and "=name" for anything that is remembered; {{name}} puts what was remembered into a later step. A step may be a
// date for the clock («clock», body YYYY-MM-DD). After the login may stand «for USER» to act under a delegation, and
// further parts: file=NAME sends a small file of that type, file=NAME:text that text, lang=vi asks for Vietnamese.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/stories/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			onBoth(t, startOf(archive), func(t *testing.T, s *server) {
				told := &story{server: s, known: map[string]string{}}
				for _, step := range archive.Files {
					told.step(t, step.Name, string(step.Data))
				}
				s.holds()
			})
		})
	}
}

// startOf is the state a story starts from.
func startOf(archive *txtar.Archive) state {
	if bytes.Contains(archive.Comment, []byte("Starts empty.")) {
		return empty
	}
	return small
}

// story is one being told.
type story struct {
	*server
	known map[string]string
	// twice repeats every mutation; nil sends each once.
	twice *repeats
}

func (s *story) step(t *testing.T, heading, body string) {
	t.Helper()
	if heading == "clock" {
		setClock(s.store, model.Date(strings.TrimSpace(body)))
		s.tokens.Clear()
		return
	}
	parts := strings.Split(heading, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	if len(parts) < 2 {
		t.Fatalf("heading %q names no login", heading)
	}
	query, answer, ok := strings.Cut(body, "\n===\n")
	if !ok {
		t.Fatalf("%s: no === between operation and answer", heading)
	}
	got := s.ask(t, s.fill(t, heading, query), parts[1], parts[2:])
	var want any
	if err := json.Unmarshal([]byte(s.fill(t, heading, answer)), &want); err != nil {
		t.Fatalf("%s: the answer is not JSON: %v\nThe server says:\n%s", heading, err, indent(got))
	}
	if diff := cmp.Diff(s.resolve(want, got), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s\nThe server says:\n%s", heading, diff, indent(got))
	}
}

// ask sends a step and gives the answer in the shape of the stories: data, and of each error code, path, and what is wrong
// with the input.
func (s *story) ask(t *testing.T, query, login string, options []string) any {
	t.Helper()
	header := http.Header{"Content-Type": {"application/json"}, "Accept-Language": {"en"}}
	if s.twice != nil {
		query = keyed(query)
	}
	login, actingFor, _ := strings.Cut(login, " for ")
	if login != "nobody" {
		header.Set("Authorization", "Bearer "+s.token(login))
	}
	if actingFor != "" {
		header.Set("Acting-For", actingFor)
	}
	body, _ := json.Marshal(map[string]any{"query": query})
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		switch name {
		case "lang":
			header.Set("Accept-Language", value)
		case "file":
			var contentType string
			body, contentType = form(query, value)
			header.Set("Content-Type", contentType)
			header.Set("GraphQL-Preflight", "1")
		default:
			t.Fatalf("unknown option %q", option)
		}
	}
	r := s.send(header, body)
	if s.twice != nil {
		s.twice.again(t, s.server, login, query, header, body, r)
	}
	answer := map[string]any{}
	if len(r.Errors) > 0 {
		answer["errors"] = errorsOf(r)
	}
	if r.Data != nil {
		answer["data"] = r.Data
	}
	return answer
}

// form is a multipart request whose variable file is a small file.
func form(query, file string) (body []byte, contentType string) {
	name, text, literal := strings.Cut(file, ":")
	content := []byte(text)
	if !literal {
		content = season.Sample(name, "story")
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	operations, _ := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"file": nil}})
	_ = w.WriteField("operations", string(operations))
	_ = w.WriteField("map", `{"0": ["variables.file"]}`)
	part, _ := w.CreateFormFile("0", name)
	_, _ = part.Write(content)
	_ = w.Close()
	return b.Bytes(), w.FormDataContentType()
}

func errorsOf(r reply) []any {
	var shown []any
	for _, e := range r.Errors {
		path := make([]string, len(e.Path))
		for i, step := range e.Path {
			path[i] = fmt.Sprint(step)
		}
		one := map[string]any{"code": e.Extensions["code"], "path": strings.Join(path, "."), "message": e.Message}
		if violations, ok := e.Extensions["violations"].([]any); ok {
			one["violations"] = violations
		}
		shown = append(shown, one)
	}
	return shown
}

var placeholder = regexp.MustCompile(`\{\{(\w+)\}\}`)

// fill puts what was remembered into a text.
func (s *story) fill(t *testing.T, heading, text string) string {
	t.Helper()
	return placeholder.ReplaceAllStringFunc(text, func(mark string) string {
		value, known := s.known[mark[2:len(mark)-2]]
		if !known {
			t.Fatalf("%s: nothing is remembered as %s", heading, mark)
		}
		return value
	})
}

// resolve replaces "*" and "=name" in what is wanted by what came, remembering the latter.
func (s *story) resolve(want, got any) any {
	switch want := want.(type) {
	case string:
		if want == "*" && got != nil {
			return got
		}
		if name, ok := strings.CutPrefix(want, "="); ok && got != nil {
			s.known[name] = fmt.Sprint(got)
			return got
		}
	case map[string]any:
		got, _ := got.(map[string]any)
		for key, value := range want {
			want[key] = s.resolve(value, got[key])
		}
	case []any:
		got, _ := got.([]any)
		for i, value := range want {
			if i < len(got) {
				want[i] = s.resolve(value, got[i])
			}
		}
	}
	return want
}

func indent(v any) string {
	text, _ := json.MarshalIndent(v, "", "  ")
	return string(text)
}
