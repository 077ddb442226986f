package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layers may import those named for them, of the program and of the libraries that matter; all else is refused.
// server.go → resolvers → graph, store → engines → model.
var layers = map[string][]string{
	"vinhdanh/clients":              {},
	"vinhdanh/model":                {},
	"vinhdanh/migrations":           {},
	"vinhdanh/internal/names":       {},
	"vinhdanh/internal/archive":     {},
	"vinhdanh/internal/faults":      {},
	"vinhdanh/internal/scalar":      {"vinhdanh/model", "github.com/99designs/gqlgen"},
	"vinhdanh/internal/bonus":       {"vinhdanh/model"},
	"vinhdanh/internal/ballot":      {"vinhdanh/model"},
	"vinhdanh/internal/scoring":     {"vinhdanh/model"},
	"vinhdanh/internal/assignment":  {"vinhdanh/model"},
	"vinhdanh/internal/eligibility": {"vinhdanh/model"},
	"vinhdanh/internal/logging":     {},
	"vinhdanh/internal/metrics":     {},
	"vinhdanh/internal/trace":       {"go.opentelemetry.io"},
	"vinhdanh/internal/evidence":    {"vinhdanh/model"},
	"vinhdanh/internal/auth":        {"vinhdanh/model"},
	"vinhdanh/internal/identity":    {},
	"vinhdanh/internal/message":     {"vinhdanh/model"},
	"vinhdanh/internal/events":      {},
	"vinhdanh/internal/graphqlws":   {"github.com/99designs/gqlgen"},
	"vinhdanh/internal/operation":   {"vinhdanh/model", "vinhdanh/internal/auth", "github.com/99designs/gqlgen"},
	"vinhdanh/internal/season":      {"vinhdanh/model", "vinhdanh/internal/scalar"},
	"vinhdanh/internal/store": {"vinhdanh/model", "vinhdanh/migrations", "vinhdanh/internal/archive", "vinhdanh/internal/names", "vinhdanh/internal/bonus", "vinhdanh/internal/ballot",
		"vinhdanh/internal/scoring", "vinhdanh/internal/assignment", "vinhdanh/internal/eligibility", "vinhdanh/internal/evidence", "vinhdanh/internal/auth", "vinhdanh/internal/events",
		"vinhdanh/internal/identity", "vinhdanh/internal/season", "vinhdanh/internal/trace", "github.com/uptrace/bun"},
	"vinhdanh/internal/seed": {"vinhdanh/model", "vinhdanh/internal/names", "vinhdanh/internal/scoring", "vinhdanh/internal/ballot", "vinhdanh/internal/bonus",
		"vinhdanh/internal/store"},
	"vinhdanh/internal/demo":   {"vinhdanh/model", "vinhdanh/internal/names", "vinhdanh/internal/season", "vinhdanh/internal/store"},
	"vinhdanh/internal/config": {"vinhdanh/model", "vinhdanh/internal/auth", "vinhdanh/internal/evidence", "vinhdanh/internal/identity", "vinhdanh/internal/scalar", "vinhdanh/internal/store"},
	"vinhdanh/graph":           {"vinhdanh/model", "vinhdanh/internal/scalar", "github.com/99designs/gqlgen"},
	"vinhdanh/resolvers": {"vinhdanh/model", "vinhdanh/graph", "vinhdanh/internal/auth", "vinhdanh/internal/events", "vinhdanh/internal/graphqlws", "vinhdanh/internal/identity", "vinhdanh/internal/operation",
		"vinhdanh/internal/logging", "vinhdanh/internal/message",
		"vinhdanh/internal/metrics", "vinhdanh/internal/scalar", "vinhdanh/internal/season",
		"vinhdanh/internal/store", "vinhdanh/internal/trace", "github.com/99designs/gqlgen"},
}

// watched are the libraries that only some layers may know.
var watched = []string{"vinhdanh/", "github.com/99designs/gqlgen", "github.com/uptrace/bun", "go.opentelemetry.io", "database/sql", "net/http"}

// free are watched libraries a layer may use beside its list.
var free = map[string][]string{
	"vinhdanh/model":              {"database/sql/driver"},
	"vinhdanh/internal/store":     {"database/sql"},
	"vinhdanh/internal/metrics":   {"database/sql", "net/http"},
	"vinhdanh/internal/trace":     {"net/http"},
	"vinhdanh/internal/graphqlws": {"net/http"},
	"vinhdanh/resolvers":          {"net/http"},
	"vinhdanh/internal/identity":  {"net/http"},
}

func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	for name, imports := range imported(t) {
		allowed, known := layers[name]
		if name == "vinhdanh" {
			continue
		}
		if !known {
			t.Errorf("%s: say in this test what it may import", name)
			continue
		}
		for _, path := range imports {
			watch := slices.ContainsFunc(watched, func(w string) bool { return strings.HasPrefix(path, w) })
			may := slices.ContainsFunc(append(allowed, free[name]...), func(a string) bool { return path == a || strings.HasPrefix(path, a+"/") })
			leaves := name == "vinhdanh/model" && strings.HasPrefix(path, "github.com/99designs/gqlgen/graphql")
			if watch && !may && !leaves {
				t.Errorf("%s must not import %s", name, path)
			}
		}
	}
}

// imported are the packages of the program with what each imports.
func imported(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		packages[words[0]] = words[1:]
	}
	return packages
}

// TestSQLStaysInTheStore looks for statements in packages that must not have any.
func TestSQLStaysInTheStore(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"resolvers/*.go", "model/*.go", "internal/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasPrefix(name, "internal/store/") || strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, statement := range []string{"SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"} {
				if bytes.Contains(text, []byte(statement)) {
					t.Errorf("%s holds %q", name, statement)
				}
			}
		}
	}
}

// TestFilesStayReadable keeps hand-written files at a length one reads in a sitting.
func TestFilesStayReadable(t *testing.T) {
	t.Parallel()
	const most = 420
	err := filepath.WalkDir(".", func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasPrefix(name, "graph/") || name == "model/models_gen.go" {
			return err
		}
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		lines := 0
		for scanner := bufio.NewScanner(file); scanner.Scan(); {
			lines++
		}
		if lines > most {
			t.Errorf("%s has %d lines; split it", name, lines)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
