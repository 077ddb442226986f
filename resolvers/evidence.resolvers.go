package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Size is the resolver for the size field.
func (r *evidenceResolver) Size(ctx context.Context, obj *model.EvidenceFile) (int, error) {
	return int(obj.Size), nil
}

// URL is the resolver for the url field.
func (r *evidenceResolver) URL(ctx context.Context, obj *model.EvidenceFile) (string, error) {
	return r.fileURL(obj.ID), nil
}

// AttachEvidence is the resolver for the attachEvidence field.
func (r *mutationResolver) AttachEvidence(ctx context.Context, input model.AttachEvidenceInput) (*model.AttachEvidencePayload, error) {
	return r.Store.AttachEvidence(ctx, auth.Actor(ctx), input.NominationID, input.ExpectedVersion, input.File.Filename, input.File.File)
}

// RemoveEvidence is the resolver for the removeEvidence field.
func (r *mutationResolver) RemoveEvidence(ctx context.Context, input model.RemoveEvidenceInput) (*model.RemoveEvidencePayload, error) {
	nomination, err := r.Store.RemoveEvidence(ctx, auth.Actor(ctx), input)
	return &model.RemoveEvidencePayload{Nomination: nomination}, err
}

// Evidence is the resolver for the evidence field.
func (r *nominationResolver) Evidence(ctx context.Context, obj *model.Nomination) ([]*model.EvidenceFile, error) {
	return loadersOf(ctx).evidence.Load(ctx, obj.ID)
}

// Evidence returns graph.EvidenceResolver implementation.
func (r *Resolver) Evidence() graph.EvidenceResolver { return &evidenceResolver{r} }

type evidenceResolver struct{ *Resolver }
