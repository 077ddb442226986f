package resolvers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/trace"
	"vinhdanh/model"
)

// observer follows operations from their first field to their answer, over every transport.
type observer struct{ *Resolver }

// ExtensionName names the extension to gqlgen.
func (observer) ExtensionName() string { return "Observer" }

// Validate accepts every schema.
func (observer) Validate(graphql.ExecutableSchema) error { return nil }

// begunKey marks the context of an operation that was begun.
type begunKey struct{}

// InterceptOperation counts, times, traces and tells of an operation when its answer is there. A subscription is counted
// with its first answer and lives until its context ends; each further answer that holds errors is told as well.
func (o observer) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	kind, field, live := string(op.Operation.Operation), fieldLabel(op.Operation.SelectionSet), op.Operation.Operation == ast.Subscription
	ended := o.Metrics.Begun(kind)
	ctx, span := trace.Start(ctx, kind+" "+field)
	if live {
		context.AfterFunc(ctx, func() { ended(); span.End("") })
	}
	responses, answered := next(context.WithValue(ctx, begunKey{}, true)), false
	return func(ctx context.Context) *graphql.Response {
		response, first := responses(ctx), !answered
		answered = true
		if first && !live {
			ended()
			span.End(failure(response))
		}
		if response == nil {
			return nil
		}
		if first {
			o.Metrics.Operation(kind, field, codeLabel(response.Errors))
		}
		if first && !live {
			o.Metrics.Took(kind, field, time.Since(op.Stats.OperationStart))
		}
		told(ctx, response.Errors)
		return response
	}
}

// InterceptRootField traces a root field.
func (observer) InterceptRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	if !trace.Active(ctx) {
		return next(ctx)
	}
	field := graphql.GetRootFieldContext(ctx).Field
	ctx, span := trace.Start(ctx, field.ObjectDefinition.Name+"."+field.Name)
	defer span.End("")
	return next(ctx)
}

// InterceptResponse tells of what was refused before it was begun; all else InterceptOperation sees.
func (o observer) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response != nil && ctx.Value(begunKey{}) == nil {
		o.unbegun(ctx, response.Errors)
	}
	return response
}

// unbegun counts and tells what was refused before it was begun.
func (r *Resolver) unbegun(ctx context.Context, faults gqlerror.List) {
	kind, field := "none", "none"
	if op := operationOf(ctx); op != nil {
		kind, field = string(op.Operation.Operation), fieldLabel(op.Operation.SelectionSet)
	}
	r.Metrics.Operation(kind, field, codeLabel(faults))
	told(ctx, faults)
}

// fieldLabel is the one field of the schema an operation begins with.
func fieldLabel(begin ast.SelectionSet) string {
	if field, ok := begin[0].(*ast.Field); ok && len(begin) == 1 {
		return field.Name
	}
	if names := rootFields(begin); len(names) == 1 {
		return names[0]
	}
	return "several"
}

// codeLabel is the code of the gravest error.
func codeLabel(faults gqlerror.List) string {
	if len(faults) == 0 {
		return "OK"
	}
	return fmt.Sprint(cmp.Or[any](gravest(faults).Extensions["code"], model.CodeInternal))
}

// failure is the code of an answer that was no success and no refusal; "" for others.
func failure(response *graphql.Response) string {
	switch {
	case response == nil:
		return string(model.CodeTimeout)
	case len(response.Errors) == 0 || severity(gravest(response.Errors)) >= expected:
		return ""
	}
	return codeLabel(response.Errors)
}

// operationOf is the operation under way; nil when there is none, or none that is valid.
func operationOf(ctx context.Context) *graphql.OperationContext {
	if !graphql.HasOperationContext(ctx) || graphql.GetOperationContext(ctx).Operation == nil {
		return nil
	}
	return graphql.GetOperationContext(ctx)
}

// rootFields are the fields of the schema an operation begins with, each once, whatever the client calls them.
func rootFields(begin ast.SelectionSet) []string {
	var names []string
	seen := map[*ast.FragmentDefinition]bool{}
	var collect func(ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				if !slices.Contains(names, s.Name) {
					names = append(names, s.Name)
				}
			case *ast.InlineFragment:
				collect(s.SelectionSet)
			case *ast.FragmentSpread:
				if !seen[s.Definition] {
					seen[s.Definition] = true
					collect(s.Definition.SelectionSet)
				}
			}
		}
	}
	collect(begin)
	return names
}
