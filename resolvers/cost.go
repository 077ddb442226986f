package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"vinhdanh/model"
)

// priced counts a page as often as it has records.
type priced struct{ graphql.ExecutableSchema }

// Complexity is what a field costs: itself and, as many times as its page is long, what is below it.
func (p priced) Complexity(ctx context.Context, typeName, field string, child int, args map[string]any) (int, bool) {
	size := 1
	if _, paged := args["first"]; paged {
		size = model.DefaultPageSize
		for _, name := range []string{"first", "last"} {
			if n, ok := asInt(args[name]); ok {
				size = max(1, min(n, model.MaxPageSize))
			}
		}
	}
	return 1 + size*child, true
}

func asInt(v any) (int, bool) {
	switch v := v.(type) {
	case int64:
		return int(v), true
	case int:
		return v, true
	case interface{ Int64() (int64, error) }:
		n, err := v.Int64()
		return int(n), err == nil
	}
	return 0, false
}
