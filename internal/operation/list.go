package operation

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// List is the documents that may run where not every document may.
type List struct {
	// BindsEveryone is false when the signed in may run what they like.
	BindsEveryone bool

	texts map[string]string
	known map[string]bool
}

// NewList reads the JSON maps {hash: document} that graphql-codegen, relay-compiler and Apollo's tools write: one file, or all
// *.json of a folder. A hash is whatever the tool calls a document. Each document must be valid and within the limits.
func NewList(path string, schema *ast.Schema) (*List, error) {
	names := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		names, _ = filepath.Glob(filepath.Join(path, "*.json")) // the pattern is well formed
	}
	list := &List{texts: map[string]string{}, known: map[string]bool{}}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var documents map[string]string
		if err := json.Unmarshal(content, &documents); err != nil {
			return nil, fmt.Errorf("%s is no JSON map of hash and document: %w", name, err)
		}
		for hash, text := range documents {
			if err := list.Add(hash, text, schema); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, hash, err)
			}
		}
	}
	if len(list.texts) == 0 {
		return nil, fmt.Errorf("%s lists no document", path)
	}
	return list, nil
}

// Add puts a document on the list.
func (l *List) Add(hash, text string, schema *ast.Schema) error {
	if err := checkDocument(text); err != nil {
		return err
	}
	if _, errs := gqlparser.LoadQueryWithRules(schema, text, rules.NewDefaultRules()); len(errs) > 0 {
		return errs
	}
	if other, taken := l.texts[hash]; taken && other != text {
		return errors.New("two documents have this hash")
	}
	l.texts[hash], l.known[text] = text, true
	return nil
}

func (l *List) text(hash string) (text string, listed bool) {
	if l == nil {
		return "", false
	}
	text, listed = l.texts[hash]
	return text, listed
}

func (l *List) has(text string) bool { return l.known[text] }
