package resolvers

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// guard checks the floor of every root field before it is resolved. A field without a floor is open to nobody.
func guard(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	if field.Object == "Query" || field.Object == "Mutation" || field.Object == "Subscription" {
		if err := mayEnter(auth.Actor(ctx), field.Field.Definition); err != nil {
			return nil, err
		}
	}
	return next(ctx)
}

// guardMutations checks the floors of a mutation before its input is looked at, and refuses it as a whole: nothing is done
// of a request of which something is forbidden.
func (r *Resolver) guardMutations(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Mutation {
		return next(ctx)
	}
	var refused gqlerror.List
	for _, field := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Mutation"}) {
		if err := mayEnter(auth.Actor(ctx), field.Definition); err != nil {
			shown := r.present(ctx, err)
			shown.Path = ast.Path{ast.PathName(field.Alias)}
			refused = append(refused, shown)
		}
	}
	if len(refused) > 0 {
		return graphql.OneShot(&graphql.Response{Errors: refused, Data: []byte("null")})
	}
	return next(ctx)
}

func mayEnter(actor model.Actor, field *ast.FieldDefinition) error {
	if strings.HasPrefix(field.Name, "__") || field.Directives.ForName("public") != nil {
		return nil
	}
	floor, signedIn := field.Directives.ForName("hasRole"), field.Directives.ForName("signedIn") != nil
	switch {
	case signedIn && actor.SignedIn():
		return nil
	case floor == nil && !signedIn:
		return model.Errorf(model.CodeForbidden, "closed_by_default")
	case !actor.SignedIn():
		return model.Errorf(model.CodeUnauthenticated, "sign_in_first")
	}
	var names []string
	for _, child := range floor.Arguments.ForName("any").Value.Children {
		if actor.Has(model.Role(child.Value.Raw)) {
			return nil
		}
		names = append(names, child.Value.Raw)
	}
	return model.Errorf(model.CodeForbidden, "role_needed", "roles", names)
}

// directives are the bounds that inputs carry in the schema.
func directives() graph.DirectiveRoot {
	return graph.DirectiveRoot{Length: checkLength, Range: checkRange, Items: checkItems}
}

func checkLength(ctx context.Context, _ any, next graphql.Resolver, min int, max int, lines bool) (any, error) {
	value, err := next(ctx)
	if err != nil {
		return nil, err
	}
	text, given := optionalOf[string](value)
	if at := strings.IndexAny(text, "\n\r\t"); at >= 0 && !lines {
		return nil, model.BadInput("", "text.control", "codepoint", fmt.Sprintf("U+%04X", text[at]))
	}
	if n := utf8.RuneCountInString(text); given && (n < min || n > max) {
		return nil, model.BadInput("", "input.length", "min", min, "max", max)
	}
	return value, nil
}

func checkRange(ctx context.Context, _ any, next graphql.Resolver, min int, max int) (any, error) {
	value, err := next(ctx)
	if err != nil {
		return nil, err
	}
	if n, given := optionalOf[int](value); given && (n < min || n > max) {
		return nil, model.BadInput("", "input.range", "min", min, "max", max)
	}
	return value, nil
}

func checkItems(ctx context.Context, _ any, next graphql.Resolver, min int, max int) (any, error) {
	value, err := next(ctx)
	if err != nil {
		return nil, err
	}
	list := reflect.ValueOf(value)
	if list.Kind() == reflect.Slice && !list.IsNil() && (list.Len() < min || list.Len() > max) {
		return nil, model.BadInput("", "input.items", "min", min, "max", max)
	}
	return value, nil
}

// optionalOf takes a value that may have been left out.
func optionalOf[T any](value any) (v T, given bool) {
	switch value := value.(type) {
	case *T:
		if value != nil {
			return *value, true
		}
	case T:
		return value, true
	}
	return v, false
}
