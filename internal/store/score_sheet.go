package store

import (
	"context"

	"vinhdanh/model"
)

// SaveScoreSheet keeps points as a draft.
func (s *Store) SaveScoreSheet(ctx context.Context, by model.Actor, input model.SaveScoreSheetInput) (*model.ScoreSheet, error) {
	return s.changeSheet(ctx, by, "saveScoreSheet", input.NominationID, input.ExpectedVersion, func(a *act, sheet *model.ScoreSheet, rubric []*model.Criterion) error {
		sheet.Comment = input.Comment
		sheet.Version++
		return sheet.Fill(rubric, input.Points)
	})
}

// SubmitScoreSheet hands a sheet in, with the points given or those of the draft.
func (s *Store) SubmitScoreSheet(ctx context.Context, by model.Actor, input model.SubmitScoreSheetInput) (*model.ScoreSheet, error) {
	return s.changeSheet(ctx, by, "submitScoreSheet", input.NominationID, input.ExpectedVersion, func(a *act, sheet *model.ScoreSheet, rubric []*model.Criterion) error {
		if input.Comment != nil {
			sheet.Comment = input.Comment
		}
		if input.Points != nil {
			if err := sheet.Fill(rubric, input.Points); err != nil {
				return err
			}
		}
		return sheet.Submit(rubric, a.now)
	})
}

// changeSheet locks the reader's sheet, making it when it is the first, lets the change decide, and saves it. A conflict
// is refused before anything is looked up that a conflicted member may not know.
func (s *Store) changeSheet(ctx context.Context, by model.Actor, action, nominationID string, expected int,
	change func(*act, *model.ScoreSheet, []*model.Criterion) error) (*model.ScoreSheet, error) {
	return once(ctx, s, by, func(a *act) (*model.ScoreSheet, error) {
		n, err := a.knownNomination(ctx, nominationID)
		if err != nil {
			return nil, err
		}
		conflicts, err := s.conflicts(ctx, a, by, []*model.Nomination{n})
		if err != nil {
			return nil, err
		}
		if conflicts[n.ID] != nil {
			return nil, model.Errorf(model.CodeConflictOfInterest, "score.recused", "reference", n.Reference)
		}
		if err := n.MustBeScorable(a.today); err != nil {
			return nil, err
		}
		assigned, err := assignmentsWhere(ctx, a, "nomination_id = ? AND reviewer_id = ?", n.ID, by.PersonID)
		if err != nil {
			return nil, err
		}
		if len(assigned) == 0 {
			return nil, model.Errorf(model.CodeForbidden, "score.not_assigned", "reference", n.Reference)
		}
		sheet, err := a.sheetOf(ctx, n, by.PersonID)
		if err != nil {
			return nil, err
		}
		if sheet.Version != expected {
			return nil, model.Stale(expected, sheet.Version)
		}
		before := *sheet
		if err := change(a, sheet, n.Campaign.Criteria(&n.RecipientKind)); err != nil {
			return nil, err
		}
		a.audit(action, aboutReview(n, model.RealmScore), ifKept(&before), sheet)
		return sheet, a.keepSheet(ctx, sheet, expected == 0)
	})
}

// sheetOf locks the current sheet of a reviewer, or begins one of version 0.
func (a *act) sheetOf(ctx context.Context, n *model.Nomination, reviewerID string) (*model.ScoreSheet, error) {
	sheet, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("nomination_id = ?", n.ID).Where("reviewer_id = ?", reviewerID).Where("current")),
		new(model.ScoreSheet), "sheet", n.Reference, withPoints)
	if model.CodeOf(err) != model.CodeNotFound {
		return sheet, err
	}
	revisions, err := a.NewSelect().Model((*model.ScoreSheet)(nil)).Where("nomination_id = ?", n.ID).Where("reviewer_id = ?", reviewerID).Count(ctx)
	return &model.ScoreSheet{ID: newID("sheet"), CampaignID: n.CampaignID, NominationID: n.ID, ReviewerID: reviewerID,
		Status: model.ScoreSheetStatusDraft, Revision: int(revisions) + 1, Current: true}, err
}

// ifKept is the sheet before the change, nil when it was not kept yet.
func ifKept(sheet *model.ScoreSheet) *model.ScoreSheet {
	if sheet.Version == 0 {
		return nil
	}
	return sheet
}

// keepSheet saves a sheet with its points. Two first sheets at once: one wins.
func (a *act) keepSheet(ctx context.Context, sheet *model.ScoreSheet, fresh bool) error {
	if fresh {
		if err := insert(ctx, a, sheet); err != nil {
			return uniqueOr(err, model.Stale(0, 1))
		}
	} else if err := save(ctx, a, sheet); err != nil {
		return err
	}
	if _, err := a.NewDelete().Model((*model.CriterionPoints)(nil)).Where("score_sheet_id = ?", sheet.ID).Exec(ctx); err != nil {
		return err
	}
	return insertAll(ctx, a, sheet.Points)
}

// ReopenScoreSheet opens a handed-in sheet again before scoring closes; the old revision is kept.
func (s *Store) ReopenScoreSheet(ctx context.Context, by model.Actor, input model.ReopenScoreSheetInput) (*model.ReviewAssignment, error) {
	return once(ctx, s, by, func(a *act) (*model.ReviewAssignment, error) {
		n, err := a.nominationToScore(ctx, input.NominationID)
		if err != nil {
			return nil, err
		}
		if err := n.MayManageReview(by); err != nil {
			return nil, err
		}
		reviewer, err := a.personByCode(ctx, input.ReviewerCode)
		if err != nil {
			return nil, badReference("input.reviewerCode", err)
		}
		sheet, err := a.sheetOf(ctx, n, reviewer.ID)
		if err != nil {
			return nil, err
		}
		next, err := sheet.Reopen(input.Reason)
		if err != nil {
			return nil, err
		}
		next.ID = newID("sheet")
		for i, p := range sheet.Points {
			copied := *p
			copied.ScoreSheetID = next.ID
			next.Points[i] = &copied
		}
		a.audit("reopenScoreSheet", aboutReview(n, model.RealmScore), sheet, next)
		if err := save(ctx, a, sheet); err != nil {
			return nil, err
		}
		if err := a.keepSheet(ctx, next, true); err != nil {
			return nil, err
		}
		found, err := assignmentsWhere(ctx, a, "nomination_id = ? AND reviewer_id = ?", n.ID, reviewer.ID)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		return found[0], nil
	})
}
