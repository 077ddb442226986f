package operation

import (
	"context"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"

	"vinhdanh/model"
)

const (
	// MaxCost is the most one operation may cost.
	MaxCost = 20_000
	// assumedLength is how long a list is taken to be that has no pages.
	assumedLength = 5
)

// Priced says what the fields of a schema cost: one each, and what is below a list as often as the list is long.
type Priced struct{ graphql.ExecutableSchema }

// Complexity is what a field costs together with what is below it.
func (p Priced) Complexity(_ context.Context, typeName, field string, below int, args map[string]any) (int, bool) {
	length := p.length(typeName, field, args)
	if below > (math.MaxInt32-1)/length {
		return math.MaxInt32, true
	}
	return 1 + length*below, true
}

// length is how many records a field may give: its page, the ids it is asked for, or what a list is taken to have. The lists
// of a connection are the page that was counted on the connection.
func (p Priced) length(typeName, field string, args map[string]any) int {
	owner := p.Schema().Types[typeName]
	definition := owner.Fields.ForName(field)
	ids, byIDs := args["ids"].([]any)
	switch {
	case definition == nil, owner.Fields.ForName("pageInfo") != nil:
		return 1
	case byIDs:
		return max(1, len(ids))
	case definition.Arguments.ForName("first") != nil:
		return pageSize(args)
	case definition.Type.Elem != nil && !p.Schema().Types[definition.Type.Name()].IsLeafType():
		return assumedLength
	}
	return 1
}

func pageSize(args map[string]any) int {
	for _, name := range []string{"first", "last"} {
		if n, ok := asInt(args[name]); ok {
			return max(1, min(n, model.MaxPageSize))
		}
	}
	return model.DefaultPageSize
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

// ShowCost tells a client what its operation cost, whether it was answered or refused for it.
func ShowCost(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	stats := extension.GetComplexityStats(ctx)
	if response == nil || stats == nil || graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		return response
	}
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	response.Extensions["cost"] = map[string]int{"requested": stats.Complexity, "limit": stats.ComplexityLimit}
	return response
}
