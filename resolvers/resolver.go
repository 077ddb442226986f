// Package resolvers adapts GraphQL and HTTP to the store: each resolver takes the actor from the context, turns its
// arguments into one store call and wraps the result. It knows no SQL and holds no rules.
package resolvers

import (
	"context"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/identity"
	"vinhdanh/internal/message"
	"vinhdanh/internal/metrics"
	"vinhdanh/internal/store"
	"vinhdanh/internal/trace"
	"vinhdanh/model"
)

// Resolver is what all resolvers work with.
type Resolver struct {
	Store *store.Store
	// Links signs the links under which files are fetched.
	Links *auth.Tokens
	// Words puts refusals and findings into the reader's language.
	Words *message.Catalogue
	// Metrics counts what is done; nil counts nothing.
	Metrics *metrics.Metrics
	// Trace sends spans; nil sends none.
	Trace *trace.Provider
	// issuer reads bearer tokens of another issuer; nil when none is trusted.
	issuer *identity.Issuer

	readiness readiness
	live      *live
}

// page gathers the arguments of a connection.
func page(first *int, after *string, last *int, before *string) model.Page {
	return model.Page{First: first, After: after, Last: last, Before: before}
}

// viewer is who asks; nil when nobody is signed in.
func viewer(actor model.Actor) *model.Viewer {
	if !actor.SignedIn() {
		return nil
	}
	return &model.Viewer{Actor: actor}
}

// recipient is the person or the unit behind a nomination or an award.
func recipient(ctx context.Context, personID, organizationID *string) (model.Recipient, error) {
	if personID != nil {
		return loadersOf(ctx).person.Load(ctx, *personID)
	}
	return loadersOf(ctx).organization.Load(ctx, *organizationID)
}
