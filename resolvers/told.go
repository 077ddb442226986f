package resolvers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// told writes one line about an operation: what it was by the names of the schema, who asked, how it ended. Never what
// was asked with: no text of the client's is repeated.
func told(ctx context.Context, faults gqlerror.List) {
	if len(faults) == 0 {
		if slog.Default().Enabled(ctx, slog.LevelDebug) {
			slog.LogAttrs(ctx, slog.LevelDebug, "operation done", operationAttrs(ctx)...)
		}
		return
	}
	worst := gravest(faults)
	attrs := append(operationAttrs(ctx), slog.Any("code", worst.Extensions["code"]), slog.Int("errors", len(faults)))
	refusal, ours := errors.AsType[*model.Error](worst.Err)
	switch {
	case ours && errors.Is(refusal, errTold):
	case severity(worst) < expected:
		slog.LogAttrs(ctx, slog.LevelError, "operation failed", append(attrs, slog.Any("error", worst.Err))...)
	case ours:
		slog.LogAttrs(ctx, slog.LevelInfo, "operation refused", append(attrs, slog.String("reason", refusal.Key))...)
	default: // by the executor: the document is not valid
		slog.LogAttrs(ctx, slog.LevelInfo, "operation refused", attrs...)
	}
}

// gravest is the worst of some errors.
func gravest(faults gqlerror.List) *gqlerror.Error {
	return slices.MinFunc(faults, func(a, b *gqlerror.Error) int { return cmp.Compare(severity(a), severity(b)) })
}

// expected is the severity of what happens in daily use.
const expected = 3

// severity orders codes, the worst first.
func severity(fault *gqlerror.Error) int {
	switch fault.Extensions["code"] {
	case model.CodeInternal, nil:
		return 0
	case model.CodeUnavailable:
		return 1
	case model.CodeTimeout:
		if errors.Is(fault, context.DeadlineExceeded) {
			return 2
		} // otherwise the client was slow, or left
	}
	return expected
}

// operationAttrs are what may be told of an operation.
func operationAttrs(ctx context.Context) []slog.Attr {
	attrs := make([]slog.Attr, 0, 10)
	if op := operationOf(ctx); op != nil {
		attrs = append(attrs, slog.String("type", string(op.Operation.Operation)), slog.Any("fields", rootFields(op.Operation.SelectionSet)),
			slog.Float64("milliseconds", milliseconds(time.Since(op.Stats.OperationStart))))
	}
	if actor := auth.Actor(ctx); actor.AccountID != "" {
		attrs = append(attrs, slog.String("account", actor.AccountID))
		if actor.ActingForID != "" {
			attrs = append(attrs, slog.String("actingFor", actor.ActingForID))
		}
	}
	return attrs
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// errTold is behind a failure that the log has told already.
var errTold = errors.New("told")

// recovered tells of a panic with its stack, once, and answers like any other internal error. What a panic says may be
// anybody's data, unless the runtime says it.
func recovered(ctx context.Context, cause any) error {
	words := fmt.Sprintf("%T", cause)
	if fault, ok := cause.(runtime.Error); ok {
		words = fault.Error()
	}
	slog.LogAttrs(ctx, slog.LevelError, "panic", append(operationAttrs(ctx), slog.Any("code", model.CodeInternal),
		slog.String("cause", words), slog.String("stack", string(debug.Stack())))...)
	refusal := model.Errorf(model.CodeInternal, "internal")
	refusal.Cause = errTold
	return refusal
}
