// Package trace follows requests through the program for OpenTelemetry: the request, its operation, each root field, each
// statement. Spans hold names of the schema and of tables, never what was asked with. Nothing is traced unless the
// environment names a receiver, and then one look at the context is all that a span costs where none is wanted.
package trace

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"
)

// scope names the spans of this program.
const scope = "vinhdanh"

// Provider sends spans to a receiver. Nil traces nothing.
type Provider struct{ sdk *sdk.TracerProvider }

// Open makes a provider as the environment says in OpenTelemetry's own variables; none when they name no receiver.
func Open(ctx context.Context, version string) (*Provider, error) {
	asked, err := wanted()
	if !asked || err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	// OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last and win.
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", scope), attribute.String("service.version", version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { slog.Warn("traces are not sent", "error", err) }))
	return &Provider{sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))}, nil
}

// wanted says whether the environment names a receiver of traces.
func wanted() (bool, error) {
	switch exporter := os.Getenv("OTEL_TRACES_EXPORTER"); {
	case os.Getenv("OTEL_SDK_DISABLED") == "true" || exporter == "none":
		return false, nil
	case exporter != "" && exporter != "otlp":
		return false, errors.New("OTEL_TRACES_EXPORTER: only otlp and none are known")
	case exporter == "" && os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "":
		return false, nil
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"} {
		if protocol := os.Getenv(name); protocol != "" && protocol != "http/protobuf" {
			return false, errors.New(name + ": only http/protobuf is spoken")
		}
	}
	return true, nil
}

// Close sends what is left.
func (p *Provider) Close(ctx context.Context) error {
	if p == nil {
		return nil
	}
	return p.sdk.Shutdown(ctx)
}

// Requests traces each request, as part of the trace its traceparent names; what supervisors ask is not worth one.
// OpenTelemetry's own middleware also takes down addresses of people, their browsers and every path they try, and cannot be
// kept from it.
func (p *Provider) Requests(next http.Handler) http.Handler {
	if p == nil {
		return next
	}
	tracer := p.sdk.Tracer(scope)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/livez" || r.URL.Path == "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		// A tracestate may say anything, and nobody further on is there to read it.
		ctx = api.ContextWithRemoteSpanContext(ctx, api.SpanContextFromContext(ctx).WithTraceState(api.TraceState{}))
		ctx, span := tracer.Start(ctx, "HTTP", api.WithSpanKind(api.SpanKindServer))
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Answered completes the span of a request with its route and status.
func Answered(ctx context.Context, method, route string, status int) {
	span := api.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	span.SetName(strings.TrimSpace(method + " " + route))
	span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route),
		attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}

// Span is a part of a request that takes time. The zero Span is of a request that nobody traces.
type Span struct{ span api.Span }

// Start begins a span below the one of the context, if that is traced, with pairs of attribute and value.
func Start(ctx context.Context, name string, pairs ...string) (context.Context, Span) {
	parent := api.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return ctx, Span{}
	}
	attributes := make([]attribute.KeyValue, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		attributes = append(attributes, attribute.String(pairs[i], pairs[i+1]))
	}
	ctx, span := parent.TracerProvider().Tracer(scope).Start(ctx, name, api.WithAttributes(attributes...))
	return ctx, Span{span}
}

// Active says whether anybody traces what the context belongs to.
func Active(ctx context.Context) bool { return api.SpanFromContext(ctx).IsRecording() }

// End ends a span, with the code of what went wrong; "" for nothing.
func (s Span) End(code string) {
	if s.span == nil {
		return
	}
	if code != "" {
		s.span.SetStatus(codes.Error, code)
	}
	s.span.End()
}
