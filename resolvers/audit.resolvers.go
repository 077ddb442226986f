package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Account is the resolver for the account field.
func (r *auditEntryResolver) Account(ctx context.Context, obj *model.AuditEntry) (*model.Account, error) {
	return loadIf(ctx, loadersOf(ctx).account, obj.AccountID)
}

// ActingFor is the resolver for the actingFor field.
func (r *auditEntryResolver) ActingFor(ctx context.Context, obj *model.AuditEntry) (*model.Account, error) {
	return loadIf(ctx, loadersOf(ctx).account, obj.ActingForID)
}

// AuditEntries is the resolver for the auditEntries field.
func (r *queryResolver) AuditEntries(ctx context.Context, filter *model.AuditEntryFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.AuditEntry], error) {
	return r.Store.AuditEntries(ctx, auth.Actor(ctx), filter, page(first, after, last, before))
}

// AuditEntry returns graph.AuditEntryResolver implementation.
func (r *Resolver) AuditEntry() graph.AuditEntryResolver { return &auditEntryResolver{r} }

type auditEntryResolver struct{ *Resolver }
