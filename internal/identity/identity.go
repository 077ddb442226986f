// Package identity trusts an office's own identity provider: people sign in there (OpenID Connect, authorization code with
// PKCE), and bearer tokens of an issuer are read. It proves who someone is to the provider and knows no accounts.
package identity

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Proof is who a provider says someone is.
type Proof struct {
	Issuer, Subject string
	// Expires is until when a bearer token proves it.
	Expires time.Time
	// Username is the account the person says to have, by the claim that is trusted for it; "" when none is.
	Username string
}

// patience is how long a provider may take to answer.
const patience = 5 * time.Second

// trusted are the algorithms that are believed: signatures with a private key, never a shared secret, never none.
var trusted = []string{"RS256", "ES256", "EdDSA"}

var client = &http.Client{Timeout: patience}

// lazily makes something from what a provider tells, when it is first needed. A provider that does not answer is left
// alone for a moment, and asked again.
type lazily[T any] struct {
	make func(context.Context) (T, error)

	mu     sync.Mutex
	made   bool
	value  T
	failed error
	again  time.Time
}

// pause is how long a provider that failed is left alone.
const pause = 5 * time.Second

func (l *lazily[T]) get(ctx context.Context) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made || time.Now().Before(l.again) {
		return l.value, l.failed
	}
	// Others wait for the answer, too, whatever becomes of this request.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	l.value, l.failed = l.make(ctx)
	l.made, l.again = l.failed == nil, time.Now().Add(pause)
	return l.value, l.failed
}
