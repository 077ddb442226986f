package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// Request is what a client calls an act by its own name, so that it is done once however often it is sent.
type Request struct {
	// Key is the client's name for the act.
	Key string
	// Operation is the mutation, by its field of the schema.
	Operation string
	// Fingerprint tells the input from any other.
	Fingerprint string
}

type requestKey struct{}

// WithRequest names the act that is to be done under the context.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// IdempotencyKey is an act that was done, with its answer.
type IdempotencyKey struct {
	bun.BaseModel `bun:"table:idempotency_keys"`

	AccountID   string `bun:",pk"`
	Key         string `bun:",pk"`
	Operation   string
	Fingerprint string
	Answer      string
	CreatedAt   time.Time
}

// claim takes the key of the request, before anything else is locked. Whoever sends the same request meanwhile waits here
// until the first one is done, and finds its answer, or undone, and takes its place. Without a key there is none.
func (a *act) claim(ctx context.Context) (key *IdempotencyKey, done bool, err error) {
	r, named := ctx.Value(requestKey{}).(Request)
	if !named || a.by.AccountID == "" {
		return nil, false, nil
	}
	key = &IdempotencyKey{AccountID: a.by.AccountID, Key: r.Key, Operation: r.Operation, Fingerprint: r.Fingerprint, CreatedAt: realNow()}
	taken, err := a.NewInsert().Model(key).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return nil, false, err
	}
	if n, err := taken.RowsAffected(); err != nil || n == 1 {
		return key, false, err
	}
	if err := a.NewSelect().Model(key).WherePK().Scan(ctx); err != nil {
		return nil, false, err
	}
	if key.Operation != r.Operation || key.Fingerprint != r.Fingerprint {
		return nil, false, model.BadInput("input.idempotencyKey", "idempotency.other_request", "operation", key.Operation)
	}
	return key, true, nil
}

// keepAnswer puts the answer beside what was done. Passwords and the like are marked json:"-" and stay out of it.
func (a *act) keepAnswer(ctx context.Context, key *IdempotencyKey, answer any) error {
	if key == nil {
		return nil
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("keep the answer of %s: %w", key.Operation, err)
	}
	key.Answer = string(text)
	_, err = a.NewUpdate().Model(key).Column("answer").WherePK().Exec(ctx)
	return err
}

// answerOf is what was answered when the act was done.
func answerOf[T any](key *IdempotencyKey) (answer T, err error) {
	if err = json.Unmarshal([]byte(key.Answer), &answer); err != nil {
		err = fmt.Errorf("read the answer of %s: %w", key.Operation, err)
	}
	return answer, err
}
