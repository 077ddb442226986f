package resolvers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// present turns every error into what a client may see: code, words in the reader's language, path, violations. What it
// does not know it logs and hides.
func (r *Resolver) present(ctx context.Context, err error) *gqlerror.Error {
	shown := &gqlerror.Error{Path: graphql.GetPath(ctx), Extensions: map[string]any{}}
	protocol, ok := errors.AsType[*gqlerror.Error](err)
	if ok {
		shown.Path, shown.Locations = protocol.Path, protocol.Locations
		if stats := extension.GetComplexityStats(ctx); stats != nil && stats.Complexity > stats.ComplexityLimit {
			err = model.Errorf(model.CodeComplexityLimit, "too_complex", "cost", stats.Complexity, "max", stats.ComplexityLimit)
		} else if code, coded := protocol.Extensions["code"]; coded && protocol.Err == nil {
			shown.Message, shown.Extensions["code"] = protocol.Message, code
			return shown
		}
	}
	refusal := r.refusalOf(ctx, err)
	words := r.Words.In(ctx)
	shown.Message = words.Text(refusal.Key, refusal.Args)
	shown.Extensions["code"] = refusal.Code
	if refusal.RetryAfter > 0 {
		shown.Extensions["retryAfter"] = refusal.RetryAfter
	}
	if len(refusal.Violations) > 0 {
		violations := make([]map[string]any, len(refusal.Violations))
		for i, v := range refusal.Violations {
			violations[i] = map[string]any{"path": inputPath(v.Path, shown.Path), "rule": v.Rule, "message": words.Text(v.Key, v.Args)}
		}
		shown.Extensions["violations"] = violations
	}
	return shown
}

// refusalOf is the refusal behind an error; one nobody worded is logged and hidden.
func (r *Resolver) refusalOf(ctx context.Context, err error) *model.Error {
	if refusal, ok := errors.AsType[*model.Error](err); ok {
		if refusal.Code == model.CodeInternal {
			slog.ErrorContext(ctx, "operation failed", "path", graphql.GetPath(ctx).String(), "error", err)
		}
		return refusal
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return model.Errorf(model.CodeTimeout, "timeout")
	case store.Unavailable(err):
		slog.ErrorContext(ctx, "records unavailable", "path", graphql.GetPath(ctx).String(), "error", err)
		return model.Errorf(model.CodeUnavailable, "unavailable")
	}
	slog.ErrorContext(ctx, "operation failed", "path", graphql.GetPath(ctx).String(), "error", err)
	return model.Errorf(model.CodeInternal, "internal")
}

// inputPath is where in the input a violation lies: what the rule says, or, for a scalar, where its error came up.
func inputPath(said string, path ast.Path) string {
	if said != "" || len(path) < 2 {
		return said
	}
	parts := make([]string, 0, len(path)-1)
	for _, element := range path[1:] {
		parts = append(parts, fmt.Sprint(element))
	}
	return strings.Join(parts, ".")
}

// recovered logs a panic with its stack and answers like any other internal error.
func recovered(ctx context.Context, cause any) error {
	slog.ErrorContext(ctx, "panic", "path", graphql.GetPath(ctx).String(), "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	return model.Errorf(model.CodeInternal, "internal")
}
