package clients_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"vinhdanh/graph"
)

// TestNothingBreaksForClientsOfTheReleasedSchema needs no node; graphql-inspector finds the same and more.
func TestNothingBreaksForClientsOfTheReleasedSchema(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("released.graphql")
	if err != nil {
		t.Fatal(err)
	}
	released := gqlparser.MustLoadSchema(&ast.Source{Name: "released.graphql", Input: string(text)})
	present := graph.NewExecutableSchema(graph.Config{}).Schema()
	for _, what := range broken(released, present) {
		t.Error(what)
	}
	if found := broken(present, gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { node(id: ID!, by: ID!): ID }"})); len(found) < len(present.Types)/2 {
		t.Errorf("of a schema that lost everything only this is found: %v", found)
	}
}

// broken is what clients of the old schema can no longer ask of the new one, or get in another shape.
func broken(before, after *ast.Schema) []string {
	var found []string
	for name, old := range before.Types {
		now := after.Types[name]
		if now == nil || now.Kind != old.Kind {
			found = append(found, name+" is gone")
			continue
		}
		for _, of := range [][2][]string{{old.Types, now.Types}, {old.Interfaces, now.Interfaces}} {
			for _, member := range of[0] {
				if !slices.Contains(of[1], member) {
					found = append(found, fmt.Sprintf("%s is no longer with %s", member, name))
				}
			}
		}
		for _, value := range old.EnumValues {
			if now.EnumValues.ForName(value.Name) == nil {
				found = append(found, name+"."+value.Name+" is gone")
			}
		}
		if old.Kind == ast.InputObject {
			found = append(found, brokenInputs(name, inputs(old.Fields), inputs(now.Fields))...)
			continue
		}
		for _, f := range old.Fields {
			field := now.Fields.ForName(f.Name)
			if field == nil || !fits(field.Type, f.Type) {
				found = append(found, fmt.Sprintf("%s.%s is no longer %s", name, f.Name, f.Type))
				continue
			}
			found = append(found, brokenInputs(name+"."+f.Name, f.Arguments, field.Arguments)...)
		}
	}
	return found
}

// brokenInputs compares arguments, or the fields of an input: none may be lost, ask for more, or be new and needed.
func brokenInputs(where string, before, after ast.ArgumentDefinitionList) []string {
	var found []string
	for _, old := range before {
		if now := after.ForName(old.Name); now == nil || !fits(old.Type, now.Type) {
			found = append(found, fmt.Sprintf("%s no longer takes %s: %s", where, old.Name, old.Type))
		}
	}
	for _, now := range after {
		if before.ForName(now.Name) == nil && now.Type.NonNull && now.DefaultValue == nil {
			found = append(found, fmt.Sprintf("%s needs %s", where, now.Name))
		}
	}
	return found
}

func inputs(fields ast.FieldList) ast.ArgumentDefinitionList {
	list := make(ast.ArgumentDefinitionList, len(fields))
	for i, f := range fields {
		list[i] = &ast.ArgumentDefinition{Name: f.Name, Type: f.Type, DefaultValue: f.DefaultValue}
	}
	return list
}

// fits says whether every value of the given type is one of the wanted type.
func fits(given, wanted *ast.Type) bool {
	if wanted.NonNull && !given.NonNull || given.NamedType != wanted.NamedType {
		return false
	}
	return given.Elem == nil || fits(given.Elem, wanted.Elem)
}
