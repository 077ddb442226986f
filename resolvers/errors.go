package resolvers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/logging"
	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// present turns every error into what a client may see: code, words in the reader's language, path, violations. What went
// wrong inside stays behind it for the log, and the client gets the id under which the log tells.
func (r *Resolver) present(ctx context.Context, err error) *gqlerror.Error {
	shown := &gqlerror.Error{Path: graphql.GetPath(ctx), Extensions: map[string]any{}}
	protocol, ok := errors.AsType[*gqlerror.Error](err)
	if ok {
		shown.Path, shown.Locations = protocol.Path, protocol.Locations
		if stats := extension.GetComplexityStats(ctx); stats != nil && stats.Complexity > stats.ComplexityLimit {
			err = model.Errorf(model.CodeComplexityLimit, "too_complex", "cost", stats.Complexity, "max", stats.ComplexityLimit)
		} else if code, coded := protocol.Extensions["code"]; coded && protocol.Err == nil {
			err = ofDocument(code, protocol.Message)
		}
	}
	refusal := refusalOf(err)
	words := r.Words.In(ctx)
	shown.Message = words.Text(refusal.Key, refusal.Args)
	shown.Extensions["code"] = refusal.Code
	if refusal.RetryAfter > 0 {
		shown.Extensions["retryAfter"] = refusal.RetryAfter
	}
	shown.Err = refusal
	if id := logging.RequestID(ctx); id != "" && (refusal.Code == model.CodeInternal || refusal.Code == model.CodeUnavailable) {
		shown.Extensions["requestId"] = id
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

// ofDocument refuses a document that does not parse or is not valid. What is wrong is told in the words of the specification.
func ofDocument(code any, detail string) *model.Error {
	if code == string(model.CodeParseFailed) {
		return model.Errorf(model.CodeParseFailed, "document.parse", "detail", detail)
	}
	return model.Errorf(model.CodeValidationFailed, "document.invalid", "detail", detail)
}

// refusalOf is the refusal behind an error; one nobody worded is hidden behind it.
func refusalOf(err error) *model.Error {
	refusal, worded := errors.AsType[*model.Error](err)
	unavailable := store.Unavailable(err)
	switch {
	case worded:
		return refusal
	case unavailable != nil:
		refusal = unavailable
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		refusal = model.Errorf(model.CodeTimeout, "timeout")
	default:
		refusal = model.Errorf(model.CodeInternal, "internal")
	}
	refusal.Cause = err
	return refusal
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
