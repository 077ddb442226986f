// Package logging writes what happened as JSON, a line an event, each with the id of its request. It sees to it that an
// error tells what went wrong and not whose data it was about, whoever logs it; what is worth a line others decide.
package logging

import (
	"context"
	"io"
	"log"
	"log/slog"
	"strings"

	"github.com/google/uuid"
)

// Describe tells of an error from outside, such as a database's, what may be told. It gives words for the error it knows,
// somewhere in the chain, and that error; nil when it knows none.
type Describe func(error) (words string, known error)

// Install makes lines of this level and above go to the output, from the whole program. What libraries print to the
// standard logger is noise of single connections, to be seen at level debug alone.
func Install(out io.Writer, level slog.Level, describe Describe) {
	lines := slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if err, ok := a.Value.Any().(error); ok {
			return slog.String(a.Key, told(err, describe))
		}
		return a
	}})
	slog.SetDefault(slog.New(requestLines{lines}))
	log.SetFlags(0)
	log.SetOutput(printed{slog.LevelDebug})
}

// Printer is a logger for libraries that want one of the old kind.
func Printer(level slog.Level) *log.Logger { return log.New(printed{level}, "", 0) }

// printed makes a line of what a library prints, without what it quotes.
type printed struct{ level slog.Level }

// Write logs one line.
func (p printed) Write(text []byte) (int, error) {
	first, _, _ := strings.Cut(string(text), "\n")
	slog.Log(context.Background(), p.level, scrubbed(first))
	return len(text), nil
}

// requestLines adds the id of the request to every line written for one.
type requestLines struct{ slog.Handler }

// Handle writes a line.
func (h requestLines) Handle(ctx context.Context, line slog.Record) error {
	if id := RequestID(ctx); id != "" {
		line.AddAttrs(slog.String("requestId", id))
	}
	return h.Handler.Handle(ctx, line)
}

// WithAttrs keeps adding the id to lines with further attributes.
func (h requestLines) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLines{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps adding the id to grouped lines.
func (h requestLines) WithGroup(name string) slog.Handler {
	return requestLines{h.Handler.WithGroup(name)}
}

type requestKey struct{}

// WithRequestID carries the id of a request.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID is the id of the request under way; "" outside requests.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// AcceptRequestID takes the id a client or a proxy gave its request, if it is a plain one, or makes one.
func AcceptRequestID(given string) string {
	if len(given) < 8 || len(given) > 64 || strings.Trim(given, "-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
		return uuid.Must(uuid.NewV7()).String()
	}
	return given
}
