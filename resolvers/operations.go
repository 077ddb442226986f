package resolvers

import (
	"fmt"

	"vinhdanh/graph"
	"vinhdanh/internal/operation"
)

// ReadOperations reads the list of the operations that may run, for the anonymous or for everyone. Those of the explorer page
// are always on it, so that it works and people can sign in with it.
func ReadOperations(path string, forEveryone bool) (*operation.List, error) {
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	list, err := operation.NewList(path, schema)
	if err != nil {
		return nil, fmt.Errorf("operations: %w", err)
	}
	list.BindsEveryone = forEveryone
	names := explorerNames("operations")
	for _, group := range exampleGroups {
		names = append(names, explorerNames("examples/"+group.folder)...)
	}
	for _, name := range names {
		if err := list.Add("explorer/"+name, explorerText(name), schema); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return list, nil
}
