package store

import (
	"context"
	"fmt"

	"vinhdanh/model"
)

// ReturnNomination sends a nomination back for supplement.
func (s *Store) ReturnNomination(ctx context.Context, by model.Actor, input model.ReturnNominationInput) (*model.Nomination, error) {
	return s.moveNomination(ctx, by, "returnNomination", input.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
		return n.Move(a.move(model.NominationActReturn, input.ExpectedVersion, input.Reason))
	})
}

// AcceptNomination finds a nomination eligible, with the confirmations of what only a person can judge.
func (s *Store) AcceptNomination(ctx context.Context, by model.Actor, input model.AcceptNominationInput) (*model.Nomination, error) {
	return s.moveNomination(ctx, by, "acceptNomination", input.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
		move, err := n.Move(a.move(model.NominationActAccept, input.ExpectedVersion, ""))
		if err != nil {
			return nil, err
		}
		if n.Campaign.ScoringClosedAt != nil {
			return nil, model.Errorf(model.CodePhaseClosed, "score.closed", "campaign", n.Campaign.Code)
		}
		rules, err := a.eligibility(ctx, n, nil)
		if err != nil {
			return nil, err
		}
		for i, c := range input.Confirmations {
			if !rules.Asks(c.RuleCode) {
				return nil, model.BadInput(fmt.Sprintf("input.confirmations.%d.ruleCode", i), "reference.unknown", "what", model.Word("rule"), "key", c.RuleCode)
			}
			confirmation := &model.RuleConfirmation{ID: newID("confirmation"), NominationID: n.ID, RuleCode: c.RuleCode, Document: c.Document,
				ConfirmedBy: optional(by.AccountID), ConfirmedAt: a.now}
			if err := insert(ctx, a, confirmation); err != nil {
				return nil, uniqueOr(err, model.Errorf(model.CodeConflict, "eligibility.confirmed_twice", "rule", c.RuleCode))
			}
			a.audit("confirmRule", aboutNomination(n), nil, confirmation)
		}
		return move, a.mustBeEligible(ctx, n, nil)
	})
}

// DeclareIneligible finds a nomination ineligible; the failed rules are recorded with the reason.
func (s *Store) DeclareIneligible(ctx context.Context, by model.Actor, input model.DeclareIneligibleInput) (*model.Nomination, error) {
	return s.moveNomination(ctx, by, "declareIneligible", input.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
		result, err := a.eligibility(ctx, n, nil)
		if err != nil {
			return nil, err
		}
		failed := result.Failed(model.RuleSeverityBlock, model.RuleSeverityWarn)
		reason := input.Reason
		for _, f := range failed {
			reason += " [" + f.RuleCode + "]"
		}
		move, err := n.Move(a.move(model.NominationActDeclareIneligible, input.ExpectedVersion, reason))
		switch {
		case err != nil:
			return nil, err
		case len(failed) == 0 && len(result.Failed(model.RuleSeverityDefer)) > 0:
			return nil, model.Errorf(model.CodeConflict, "eligibility.hold_instead", "reference", n.Reference)
		case len(failed) == 0:
			return nil, model.Errorf(model.CodeConflict, "eligibility.nothing_failed", "reference", n.Reference)
		}
		return move, nil
	})
}

// HoldNomination stops a nomination because a case is open.
func (s *Store) HoldNomination(ctx context.Context, by model.Actor, input model.HoldNominationInput) (*model.Nomination, error) {
	return s.moveNomination(ctx, by, "holdNomination", input.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
		move, err := n.Hold(a.move("", input.ExpectedVersion, input.Reason))
		if err != nil {
			return nil, err
		}
		hold := &model.Hold{ID: newID("hold"), NominationID: n.ID, Reason: input.Reason, Document: input.Document, OpenedAt: a.now}
		return move, insert(ctx, a, hold)
	})
}

// ReleaseNomination lets a held nomination go on.
func (s *Store) ReleaseNomination(ctx context.Context, by model.Actor, input model.ReleaseNominationInput) (*model.Nomination, error) {
	return s.moveNomination(ctx, by, "releaseNomination", input.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
		move, err := n.Release(a.move("", input.ExpectedVersion, ""))
		if err != nil {
			return nil, err
		}
		_, err = a.NewUpdate().Model((*model.Hold)(nil)).Set("closed_at = ?", a.now).Set("closing_document = ?", input.Document).
			Where("nomination_id = ?", n.ID).Where("closed_at IS NULL").Exec(ctx)
		return move, err
	})
}

// AddComment writes a remark. It leaves the nomination itself untouched, so that nobody who may not read it can tell.
func (s *Store) AddComment(ctx context.Context, by model.Actor, input model.AddCommentInput) (*model.Comment, error) {
	comment := &model.Comment{ID: newID("comment"), AccountID: by.AccountID, Body: input.Body}
	return once(ctx, s, by, func(a *act) (*model.Comment, error) {
		n, err := a.knownNomination(ctx, input.NominationID)
		if err != nil {
			return nil, err
		}
		if err := n.MayComment(by); err != nil {
			return nil, err
		}
		comment.NominationID, comment.At = n.ID, a.now
		where := aboutNomination(n)
		where.realm = model.RealmComment
		a.audit("addComment", where, nil, comment)
		return comment, insert(ctx, a, comment)
	})
}
