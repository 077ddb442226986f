package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// ScoringProgress is the resolver for the scoringProgress field.
func (r *campaignResolver) ScoringProgress(ctx context.Context, obj *model.Campaign) (*model.ScoringProgress, error) {
	return r.Store.ScoringProgress(ctx, auth.Actor(ctx), obj)
}

// AssignReviewer is the resolver for the assignReviewer field.
func (r *mutationResolver) AssignReviewer(ctx context.Context, input model.AssignReviewerInput) (*model.AssignReviewerPayload, error) {
	assignment, err := r.Store.AssignReviewer(ctx, auth.Actor(ctx), input)
	return &model.AssignReviewerPayload{Assignment: assignment}, err
}

// AssignReviewers is the resolver for the assignReviewers field.
func (r *mutationResolver) AssignReviewers(ctx context.Context, input model.AssignReviewersInput) (*model.AssignReviewersPayload, error) {
	return r.Store.AssignReviewers(ctx, auth.Actor(ctx), input)
}

// DeclareConflict is the resolver for the declareConflict field.
func (r *mutationResolver) DeclareConflict(ctx context.Context, input model.DeclareConflictInput) (*model.DeclareConflictPayload, error) {
	nomination, err := r.Store.DeclareConflict(ctx, auth.Actor(ctx), input)
	return &model.DeclareConflictPayload{Nomination: nomination}, err
}

// SaveScoreSheet is the resolver for the saveScoreSheet field.
func (r *mutationResolver) SaveScoreSheet(ctx context.Context, input model.SaveScoreSheetInput) (*model.SaveScoreSheetPayload, error) {
	sheet, err := r.Store.SaveScoreSheet(ctx, auth.Actor(ctx), input)
	return &model.SaveScoreSheetPayload{ScoreSheet: sheet}, err
}

// SubmitScoreSheet is the resolver for the submitScoreSheet field.
func (r *mutationResolver) SubmitScoreSheet(ctx context.Context, input model.SubmitScoreSheetInput) (*model.SubmitScoreSheetPayload, error) {
	sheet, err := r.Store.SubmitScoreSheet(ctx, auth.Actor(ctx), input)
	return &model.SubmitScoreSheetPayload{ScoreSheet: sheet}, err
}

// ReopenScoreSheet is the resolver for the reopenScoreSheet field.
func (r *mutationResolver) ReopenScoreSheet(ctx context.Context, input model.ReopenScoreSheetInput) (*model.ReopenScoreSheetPayload, error) {
	assignment, err := r.Store.ReopenScoreSheet(ctx, auth.Actor(ctx), input)
	return &model.ReopenScoreSheetPayload{Assignment: assignment}, err
}

// CloseScoring is the resolver for the closeScoring field.
func (r *mutationResolver) CloseScoring(ctx context.Context, input model.CloseScoringInput) (*model.CloseScoringPayload, error) {
	campaign, err := r.Store.CloseScoring(ctx, auth.Actor(ctx), input)
	return &model.CloseScoringPayload{Campaign: campaign}, err
}

// MyConflict is the resolver for the myConflict field.
func (r *nominationResolver) MyConflict(ctx context.Context, obj *model.Nomination) (*model.ConflictKind, error) {
	return loadersOf(ctx).conflict.Load(ctx, obj.ID)
}

// Assignments is the resolver for the assignments field.
func (r *nominationResolver) Assignments(ctx context.Context, obj *model.Nomination) ([]*model.ReviewAssignment, error) {
	return loadersOf(ctx).assignments.Load(ctx, obj.ID)
}

// ScoreSheets is the resolver for the scoreSheets field.
func (r *nominationResolver) ScoreSheets(ctx context.Context, obj *model.Nomination, includeSuperseded bool) ([]*model.ScoreSheet, error) {
	sheets, err := loadersOf(ctx).sheets.Load(ctx, obj.ID)
	return model.SheetsToShow(sheets, includeSuperseded), err
}

// ReformPoints is the resolver for the reformPoints field.
func (r *nominationResolver) ReformPoints(ctx context.Context, obj *model.Nomination) (*model.Decimal, error) {
	return loadersOf(ctx).reformPoints.Load(ctx, obj.ID)
}

// Reviewer is the resolver for the reviewer field.
func (r *reviewAssignmentResolver) Reviewer(ctx context.Context, obj *model.ReviewAssignment) (*model.Person, error) {
	return loadersOf(ctx).person.Load(ctx, obj.ReviewerID)
}

// Nomination is the resolver for the nomination field.
func (r *reviewAssignmentResolver) Nomination(ctx context.Context, obj *model.ReviewAssignment) (*model.Nomination, error) {
	return loadersOf(ctx).nomination.Load(ctx, obj.NominationID)
}

// Reviewer is the resolver for the reviewer field.
func (r *reviewerProgressResolver) Reviewer(ctx context.Context, obj *model.ReviewerProgress) (*model.Person, error) {
	return loadersOf(ctx).person.Load(ctx, obj.ReviewerID)
}

// Reviewer is the resolver for the reviewer field.
func (r *scoreSheetResolver) Reviewer(ctx context.Context, obj *model.ScoreSheet) (*model.Person, error) {
	return loadersOf(ctx).person.Load(ctx, obj.ReviewerID)
}

// Nomination is the resolver for the nomination field.
func (r *scoreSheetResolver) Nomination(ctx context.Context, obj *model.ScoreSheet) (*model.Nomination, error) {
	return loadersOf(ctx).nomination.Load(ctx, obj.NominationID)
}

// ScoringProgress is the resolver for the scoringProgress field.
func (r *subscriptionResolver) ScoringProgress(ctx context.Context, campaignCode string) (<-chan *model.ScoringProgress, error) {
	feed, err := r.Store.ScoringProgressChanged(ctx, auth.Actor(ctx), campaignCode)
	return follow(ctx, feed, err)
}

// ReviewAssignment returns graph.ReviewAssignmentResolver implementation.
func (r *Resolver) ReviewAssignment() graph.ReviewAssignmentResolver {
	return &reviewAssignmentResolver{r}
}

// ReviewerProgress returns graph.ReviewerProgressResolver implementation.
func (r *Resolver) ReviewerProgress() graph.ReviewerProgressResolver {
	return &reviewerProgressResolver{r}
}

// ScoreSheet returns graph.ScoreSheetResolver implementation.
func (r *Resolver) ScoreSheet() graph.ScoreSheetResolver { return &scoreSheetResolver{r} }

type (
	reviewAssignmentResolver struct{ *Resolver }
	reviewerProgressResolver struct{ *Resolver }
	scoreSheetResolver       struct{ *Resolver }
)
