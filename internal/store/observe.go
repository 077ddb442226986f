package store

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/uptrace/bun"

	"vinhdanh/internal/trace"
)

// tally counts the statements sent, and traces those of a traced request. It hangs on the builder; the hand-written reads
// say so themselves.
type tally struct {
	n atomic.Int64
	// system is what OpenTelemetry calls the database.
	system string
}

// Statements is how many statements have been sent since the start.
func (db *database) Statements() int64 { return db.sent.n.Load() }

// BeforeQuery counts a statement of the builder. Its text holds its arguments and is never shown: what it does and to which
// table must do.
func (t *tally) BeforeQuery(ctx context.Context, event *bun.QueryEvent) context.Context {
	t.n.Add(1)
	if !trace.Active(ctx) {
		return ctx
	}
	name, table := verb(event.Operation()), ""
	if event.IQuery != nil {
		table = event.IQuery.GetTableName()
	}
	_, span := trace.Start(ctx, strings.TrimSpace(name+" "+table), "db.system.name", t.system, "db.operation.name", name, "db.collection.name", table)
	event.Stash = map[any]any{t: span}
	return ctx // as it was: what BEGIN returns is the context of the whole transaction
}

// AfterQuery ends the span of a statement.
func (t *tally) AfterQuery(_ context.Context, event *bun.QueryEvent) {
	if span, traced := event.Stash[t].(trace.Span); traced {
		words, _ := Describe(event.Err)
		span.End(words)
	}
}

// verb is what a statement does; raw ones may begin with anything.
func verb(word string) string {
	word = strings.ToUpper(word)
	if slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "BEGIN", "COMMIT", "ROLLBACK"}, word) {
		return word
	}
	return "OTHER"
}

// handWritten counts and traces a hand-written read, whose text has $1 where an argument goes and so may be shown.
func (t *tally) handWritten(ctx context.Context, tables, text string) (context.Context, trace.Span) {
	t.n.Add(1)
	if !trace.Active(ctx) {
		return ctx, trace.Span{}
	}
	table, _, _ := strings.Cut(tables, " ")
	return trace.Start(ctx, "SELECT "+table, "db.system.name", t.system, "db.operation.name", "SELECT", "db.collection.name", table, "db.query.text", text)
}
