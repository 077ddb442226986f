package resolvers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/logging"
	"vinhdanh/model"
)

// observed gives each request an id, which the answer and every line of the log carry, and tells of the request when
// asked to. A panic outside operations ends the request, not the server, and is told like one inside.
func (r *Resolver) observed(options Options, mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		id := logging.AcceptRequestID(req.Header.Get("X-Request-Id"))
		w.Header().Set("X-Request-Id", id)
		req = req.WithContext(logging.WithRequestID(req.Context(), id))
		answer, start := &sizedWriter{ResponseWriter: w}, time.Now()
		defer func() {
			if cause := recover(); cause == http.ErrAbortHandler { //nolint:errorlint // a panic value, compared as net/http does
				panic(cause)
			} else if cause != nil {
				_ = recovered(req.Context(), cause)
				http.Error(answer, "internal error", http.StatusInternalServerError)
			}
			// The pattern, not the address: addresses hold ids, and links that are as good as a key.
			route := cmp.Or(req.Pattern, "none")
			r.Metrics.Request(route, req.Method, answer.status(), answer.bytes)
			if options.LogRequests {
				slog.InfoContext(req.Context(), "request", "method", req.Method, "route", route, "status", answer.status(),
					"bytes", answer.bytes, "milliseconds", milliseconds(time.Since(start)))
			}
		}()
		mux.ServeHTTP(answer, req)
	})
}

// sizedWriter remembers what was answered.
type sizedWriter struct {
	http.ResponseWriter
	code  int
	bytes int64
}

// WriteHeader remembers the status.
func (w *sizedWriter) WriteHeader(code int) {
	w.code = cmp.Or(w.code, code)
	w.ResponseWriter.WriteHeader(code)
}

// Write counts what is sent.
func (w *sizedWriter) Write(text []byte) (int, error) {
	n, err := w.ResponseWriter.Write(text)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController flush and hijack.
func (w *sizedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *sizedWriter) status() int { return cmp.Or(w.code, http.StatusOK) }

// observer follows operations from their first field to their answer, over every transport.
type observer struct{ *Resolver }

// ExtensionName names the extension to gqlgen.
func (observer) ExtensionName() string { return "Observer" }

// Validate accepts every schema.
func (observer) Validate(graphql.ExecutableSchema) error { return nil }

// begunKey marks the context of an operation that was begun.
type begunKey struct{}

// InterceptOperation tells of an operation when its answer is there. A subscription is counted with its first answer and
// lives until its context ends; each further answer that holds errors is told as well.
func (o observer) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	kind, live := string(op.Operation.Operation), op.Operation.Operation == ast.Subscription
	ended := o.Metrics.Begun(kind)
	if live {
		context.AfterFunc(ctx, ended)
	}
	responses, answered := next(context.WithValue(ctx, begunKey{}, true)), false
	return func(ctx context.Context) *graphql.Response {
		response, first := responses(ctx), !answered
		answered = true
		if first && !live {
			ended()
		}
		if response == nil {
			return nil
		}
		if first {
			o.count(op, kind, response.Errors)
		}
		told(ctx, response.Errors)
		return response
	}
}

// count takes down an operation that was begun.
func (o observer) count(op *graphql.OperationContext, kind string, faults gqlerror.List) {
	field := fieldLabel(op.Operation.SelectionSet)
	o.Metrics.Operation(kind, field, codeLabel(faults))
	if op.Operation.Operation != ast.Subscription {
		o.Metrics.Took(kind, field, time.Since(op.Stats.OperationStart))
	}
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
