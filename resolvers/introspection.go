package resolvers

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// maxErrors is how many mistakes of one document are told.
const maxErrors = 5

// introspection lets readers who may, look at the schema.
type introspection struct{ open bool }

// ExtensionName names the extension to gqlgen.
func (introspection) ExtensionName() string { return "Introspection" }

// Validate accepts every schema.
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }

// opensTo opens the schema to the signed in; to everyone in a demo.
func (i introspection) opensTo(ctx context.Context) bool { return i.open || auth.Actor(ctx).SignedIn() }

// MutateOperationContext refuses operations that look at the schema to whom it is closed.
func (i introspection) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = !i.opensTo(ctx)
	if !op.DisableIntrospection {
		return nil
	}
	for _, field := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"}) {
		if field.Name == "__schema" || field.Name == "__type" {
			return &gqlerror.Error{Err: model.Errorf(model.CodeUnauthenticated, "introspection.sign_in")}
		}
	}
	return nil
}

// InterceptResponse bounds what is told of a document's mistakes. What a name may have meant is part of the schema.
func (i introspection) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil || response.Data != nil {
		return response
	}
	response.Errors = response.Errors[:min(len(response.Errors), maxErrors)]
	if !i.opensTo(ctx) {
		for _, e := range response.Errors {
			e.Message, _, _ = strings.Cut(e.Message, " Did you mean")
		}
	}
	return response
}
