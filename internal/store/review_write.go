package store

import (
	"context"
	"errors"
	"slices"

	"vinhdanh/internal/assignment"
	"vinhdanh/model"
)

// AssignReviewer gives a nomination to a reviewer, or from one reviewer to another who stands in.
func (s *Store) AssignReviewer(ctx context.Context, by model.Actor, input model.AssignReviewerInput) (*model.ReviewAssignment, error) {
	return once(ctx, s, by, func(a *act) (*model.ReviewAssignment, error) {
		n, err := a.nominationToScore(ctx, input.NominationID)
		if err != nil {
			return nil, err
		}
		if err := n.MayManageReview(by); err != nil {
			return nil, err
		}
		reviewer, err := a.mayReview(ctx, n, "input.reviewerCode", input.ReviewerCode)
		if err != nil {
			return nil, err
		}
		if input.ReplacesCode != nil {
			if input.Reason == nil || *input.Reason == "" {
				return nil, model.BadInput("input.reason", "assignment.reason")
			}
			if *input.ReplacesCode == input.ReviewerCode {
				return nil, model.BadInput("input.replacesCode", "assignment.same")
			}
			replaced, err := a.personByCode(ctx, *input.ReplacesCode)
			if err != nil {
				return nil, badReference("input.replacesCode", err)
			}
			if err := a.endAssignment(ctx, n, replaced.ID, *input.Reason); err != nil {
				return nil, err
			}
		}
		assigned := &model.ReviewAssignment{ID: newID("assignment"), CampaignID: n.CampaignID, NominationID: n.ID, ReviewerID: reviewer.ID,
			Method: model.AssignmentMethodManual, AssignedBy: optional(by.AccountID), AssignedAt: a.now}
		a.audit("assignReviewer", aboutReview(n, model.RealmAssignment), nil, assigned)
		return assigned, uniqueOr(insert(ctx, a, assigned), model.Errorf(model.CodeConflict, "assignment.known", "reviewer", input.ReviewerCode))
	})
}

// nominationToScore locks a nomination that can be scored now. Its campaign stays as it is, so scoring cannot close
// meanwhile. Nothing about scoring touches the nomination's own record, so that nobody who may not see it can tell.
func (a *act) nominationToScore(ctx context.Context, id string) (*model.Nomination, error) {
	n, err := a.knownNomination(ctx, id)
	if err != nil {
		return nil, err
	}
	return n, n.MustBeScorable(a.today)
}

// mayReview finds a reviewer who sits on the council and has no conflict with the nomination.
func (a *act) mayReview(ctx context.Context, n *model.Nomination, path, code string) (*model.Person, error) {
	person, err := a.personByCode(ctx, code)
	if err != nil {
		return nil, badReference(path, err)
	}
	if !slices.Contains(n.Campaign.Voters(), person.ID) {
		return nil, model.BadInput(path, "assignment.not_on_council", "reviewer", code)
	}
	barred, err := a.barred(ctx, n.Campaign, []*model.Nomination{n})
	if err != nil {
		return nil, err
	}
	if barred(n.ID, person.ID) {
		return nil, model.Errorf(model.CodeConflictOfInterest, "assignment.conflict", "reviewer", code, "reference", n.Reference)
	}
	return person, nil
}

// barred says which members have a conflict with which nominations of a campaign.
func (a *act) barred(ctx context.Context, c *model.Campaign, all []*model.Nomination) (func(nomination, reviewer string) bool, error) {
	units := map[string][]string{}
	positions, err := positionsOf(ctx, a, c.Voters())
	if err != nil {
		return nil, err
	}
	for _, p := range positions {
		if a.today.Within(p.ValidFrom, p.ValidTo) {
			units[p.PersonID] = append(units[p.PersonID], p.OrganizationID)
		}
	}
	var declared []*model.Conflict
	err = a.NewSelect().Model(&declared).Where("nomination_id IN (SELECT id FROM nominations WHERE campaign_id = ?)", c.ID).Scan(ctx)
	if err != nil {
		return nil, err
	}
	said := byID(declared, func(x *model.Conflict) [2]string { return [2]string{x.NominationID, x.PersonID} })
	known := byID(all, func(n *model.Nomination) string { return n.ID })
	return func(nomination, reviewer string) bool {
		return known[nomination].ConflictOf(reviewer, units[reviewer], said[[2]string{nomination, reviewer}] != nil) != nil
	}, nil
}

// endAssignment takes a nomination from a reviewer; the sheet, if there is one, stops counting.
func (a *act) endAssignment(ctx context.Context, n *model.Nomination, reviewerID, reason string) error {
	old, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("nomination_id = ?", n.ID).Where("reviewer_id = ?", reviewerID).Where("ended_at IS NULL")),
		new(model.ReviewAssignment), "assignment", n.Reference)
	if err != nil {
		return err
	}
	before := *old
	old.EndedAt, old.EndedReason = &a.now, &reason
	a.audit("endAssignment", aboutReview(n, model.RealmAssignment), &before, old)
	_, err = a.NewUpdate().Model((*model.ScoreSheet)(nil)).Set("current = ?", false).Set("reopen_reason = ?", reason).
		Where("nomination_id = ?", n.ID).Where("reviewer_id = ?", reviewerID).Where("current").Exec(ctx)
	if err != nil {
		return err
	}
	_, err = a.NewUpdate().Model(old).Column("ended_at", "ended_reason").WherePK().Exec(ctx)
	return err
}

// AssignReviewers fills up every accepted nomination to the same number of reviewers.
func (s *Store) AssignReviewers(ctx context.Context, by model.Actor, input model.AssignReviewersInput) (*model.AssignReviewersPayload, error) {
	return rehearse(ctx, s, by, input.DryRun, func(a *act) (*model.AssignReviewersPayload, error) {
		c, err := a.lockCampaign(ctx, "code", input.CampaignCode)
		if err != nil {
			return nil, badReference("input.campaignCode", err)
		}
		if !by.SecretaryFor(c.IssuerID) {
			return nil, model.Errorf(model.CodeForbidden, "campaign.not_yours")
		}
		if err := c.MustBe(a.today, nil, model.CampaignPhaseReviewing); err != nil {
			return nil, err
		}
		if c.ScoringClosedAt != nil {
			return nil, model.Errorf(model.CodePhaseClosed, "score.closed", "campaign", c.Code)
		}
		added, err := a.fillUp(ctx, c, input)
		if err != nil {
			return nil, err
		}
		all, err := assignmentsWhere(ctx, a, "campaign_id = ?", c.ID)
		return &model.AssignReviewersPayload{Added: added, Reviewers: progressOf(c.Voters(), all)}, err
	})
}

// fillUp gives the accepted nominations of one kind of recipient, or of all, to reviewers. Scores are compared within a kind.
func (a *act) fillUp(ctx context.Context, c *model.Campaign, input model.AssignReviewersInput) (int, error) {
	known, problem := map[string]*model.Nomination{}, assignment.Problem{Reviewers: c.Voters(), Each: input.ReviewersPerNomination, Load: map[string]int{}}
	var accepted []*model.Nomination
	for _, kind := range c.Kinds() {
		if input.RecipientKind != nil && *input.RecipientKind != kind {
			continue
		}
		found, err := a.nominationsIn(ctx, c, kind, model.NominationStatusAccepted)
		if err != nil {
			return 0, err
		}
		accepted = append(accepted, found...)
	}
	for _, n := range accepted {
		if !n.Held {
			problem.Nominations, known[n.ID] = append(problem.Nominations, n.ID), n
		}
	}
	problem.Kind = func(nomination string) string { return string(known[nomination].RecipientKind) }
	var err error
	if problem.Barred, err = a.barred(ctx, c, accepted); err != nil {
		return 0, err
	}
	present, err := assignmentsWhere(ctx, a, "campaign_id = ?", c.ID)
	if err != nil {
		return 0, err
	}
	for _, x := range present {
		if known[x.NominationID] == nil {
			problem.Load[x.ReviewerID]++
		} else {
			problem.Given = append(problem.Given, assignment.Pair{Nomination: x.NominationID, Reviewer: x.ReviewerID})
		}
	}
	pairs, err := assignment.Solve(problem)
	if err != nil {
		if refusal, ok := errors.AsType[*model.Error](err); ok {
			refusal.Args["nomination"] = known[refusal.Args["nomination"].(string)].Reference
		}
		return 0, err
	}
	added := make([]*model.ReviewAssignment, len(pairs))
	for i, p := range pairs {
		added[i] = &model.ReviewAssignment{ID: newID("assignment"), CampaignID: c.ID, NominationID: p.Nomination, ReviewerID: p.Reviewer,
			Method: model.AssignmentMethodAutomatic, AssignedBy: optional(a.by.AccountID), AssignedAt: a.now}
		a.audit("assignReviewers", aboutReview(known[p.Nomination], model.RealmAssignment), nil, added[i])
	}
	return len(pairs), insertAll(ctx, a, added)
}

// nominationsIn locks the nominations of a campaign, kind and status, by id.
func (a *act) nominationsIn(ctx context.Context, c *model.Campaign, kind model.RecipientKind, status model.NominationStatus) ([]*model.Nomination, error) {
	var found []*model.Nomination
	err := a.store.forUpdate(a.NewSelect().Model(&found).Where("campaign_id = ?", c.ID).Where("recipient_kind = ?", kind).
		Where("status = ?", status).Order("id")).Scan(ctx)
	for _, n := range found {
		n.Campaign = c
	}
	return found, err
}

// DeclareConflict declares a conflict of interest of the reader; the sheet, if there is one, stops counting.
func (s *Store) DeclareConflict(ctx context.Context, by model.Actor, input model.DeclareConflictInput) (*model.Nomination, error) {
	return once(ctx, s, by, func(a *act) (*model.Nomination, error) {
		n, err := a.knownNomination(ctx, input.NominationID)
		if err != nil {
			return nil, err
		}
		if !by.ReviewsIn(n.CampaignID) {
			return nil, model.Errorf(model.CodeForbidden, "assignment.not_a_member")
		}
		if err := n.Campaign.MustBe(a.today, nil, model.CampaignPhaseReviewing, model.CampaignPhaseVoting, model.CampaignPhaseDeciding); err != nil {
			return nil, err
		}
		if err := a.mustNotHaveVoted(ctx, n); err != nil {
			return nil, err
		}
		conflict := &model.Conflict{ID: newID("conflict"), NominationID: n.ID, PersonID: by.PersonID, Reason: input.Reason, DeclaredAt: a.now}
		a.audit("declareConflict", aboutReview(n, model.RealmAssignment), nil, conflict)
		if err := insert(ctx, a, conflict); err != nil {
			return nil, uniqueOr(err, model.Errorf(model.CodeConflict, "assignment.declared"))
		}
		if n.Campaign.ScoringClosedAt != nil {
			return n, nil
		}
		err = a.endAssignment(ctx, n, by.PersonID, "declareConflict")
		if model.CodeOf(err) == model.CodeNotFound {
			return n, nil
		}
		return n, err
	})
}

// mustNotHaveVoted refuses a recusal from what one has voted on: the vote cannot be found, let alone taken out. The rounds are
// locked, so that nobody votes meanwhile.
func (a *act) mustNotHaveVoted(ctx context.Context, n *model.Nomination) error {
	var rounds []*model.BallotRound
	err := a.store.forUpdate(a.NewSelect().Model(&rounds).Where("campaign_id = ?", n.CampaignID).Where("recipient_kind = ?", n.RecipientKind).Order("id")).Scan(ctx)
	if err != nil {
		return err
	}
	cast, err := a.NewSelect().Model((*model.BallotCast)(nil)).Where("person_id = ?", a.by.PersonID).
		Where("ballot_round_id IN (SELECT ballot_round_id FROM ballot_items WHERE nomination_id = ?)", n.ID).Count(ctx)
	if err == nil && cast > 0 {
		err = model.Errorf(model.CodeConflict, "assignment.voted", "reference", n.Reference)
	}
	return err
}

func aboutReview(n *model.Nomination, realm model.AuditRealm) about {
	where := aboutNomination(n)
	where.realm = realm
	return where
}
