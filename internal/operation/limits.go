package operation

import (
	"math"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"vinhdanh/model"
)

// The limits of a document, each far above what a frontend needs: the introspection query of graphql-js has 184 tokens and
// a depth of 15. Counts are of what an operation comes to with its fragments in place.
const (
	maxCharacters = 64 << 10
	maxTokens     = 2000
	maxDepth      = 20
	maxFields     = 5000
	maxAliases    = 50
	maxDirectives = 50
	maxRootFields = 30
	maxRepeats    = 100
	// schemaWeight is how much an alias below __schema counts: each may repeat all types.
	schemaWeight = 10
)

// checkDocument refuses a document beyond the limits. One that does not parse is left to the parser's own error.
func checkDocument(text string) error {
	if len(text) > maxCharacters {
		return tooComplex("limit.characters", maxCharacters)
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, maxTokens)
	if err != nil {
		if strings.Contains(err.Error(), "exceeded token limit") {
			return tooComplex("limit.tokens", maxTokens)
		}
		return nil
	}
	m := measuring{fragments: document.Fragments, done: map[string]*size{}}
	for _, f := range document.Fragments { // one that nothing uses is validated, too
		if err := m.fragment(f.Name).check(); err != nil {
			return err
		}
	}
	for _, o := range document.Operations {
		s := m.of(o.SelectionSet)
		s.directives += len(o.Directives)
		for _, v := range o.VariableDefinitions {
			s.directives += len(v.Directives)
		}
		if s.roots > maxRootFields {
			return tooComplex("limit.root_fields", maxRootFields)
		}
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

func tooComplex(key string, limit int) error {
	return model.Errorf(model.CodeComplexityLimit, key, "max", limit)
}

// size is what a selection comes to.
type size struct {
	depth, fields, aliases, directives, roots int
	// repeats are fields selected again beside each other, each of which validation compares with each.
	repeats int
}

func (s *size) check() error {
	switch {
	case s.depth > maxDepth:
		return tooComplex("limit.depth", maxDepth)
	case s.fields > maxFields:
		return tooComplex("limit.fields", maxFields)
	case s.aliases > maxAliases:
		return tooComplex("limit.aliases", maxAliases)
	case s.directives > maxDirectives:
		return tooComplex("limit.directives", maxDirectives)
	case s.repeats > maxRepeats:
		return tooComplex("limit.repeats", maxRepeats)
	}
	return nil
}

// add counts another selection beside this one. Sums stop at a number that no limit reaches, since fragments in
// fragments grow without bounds.
func (s *size) add(o *size) {
	const enough = math.MaxInt32
	s.depth = max(s.depth, o.depth)
	s.fields = min(enough, s.fields+o.fields)
	s.aliases = min(enough, s.aliases+o.aliases)
	s.directives = min(enough, s.directives+o.directives)
	s.roots = min(enough, s.roots+o.roots)
	s.repeats = min(enough, s.repeats+o.repeats)
}

// measuring counts each fragment once, however often it is spread. One that spreads itself counts as nothing there;
// validation refuses it.
type measuring struct {
	fragments ast.FragmentDefinitionList
	done      map[string]*size
}

func (m measuring) of(selections ast.SelectionSet) *size {
	return m.beside(selections, map[string]bool{})
}

// beside measures selections next to fields whose keys were seen already.
func (m measuring) beside(selections ast.SelectionSet, seen map[string]bool) *size {
	total := &size{}
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			below := m.of(s.SelectionSet)
			below.depth++
			below.fields++
			below.roots = 1
			below.directives += len(s.Directives)
			if s.Alias != s.Name {
				below.aliases++
			}
			if seen[s.Alias] {
				below.repeats++
			}
			seen[s.Alias] = true
			if s.Name == "__schema" {
				below.aliases *= schemaWeight
			}
			total.add(below)
		case *ast.InlineFragment:
			inside := m.beside(s.SelectionSet, seen)
			inside.directives += len(s.Directives)
			total.add(inside)
		case *ast.FragmentSpread:
			inside := *m.fragment(s.Name)
			inside.directives += len(s.Directives)
			inside.fields++ // so that a bomb without fields is one
			total.add(&inside)
		}
	}
	return total
}

func (m measuring) fragment(name string) *size {
	if known := m.done[name]; known != nil {
		return known
	}
	m.done[name] = &size{}
	if f := m.fragments.ForName(name); f != nil {
		s := m.of(f.SelectionSet)
		s.directives += len(f.Directives)
		m.done[name] = s
	}
	return m.done[name]
}
