package store

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"vinhdanh/internal/scoring"
	"vinhdanh/model"
)

// CloseScoring closes scoring and keeps the ranking of each kind of recipient.
func (s *Store) CloseScoring(ctx context.Context, by model.Actor, input model.CloseScoringInput) (*model.Campaign, error) {
	return s.changeCampaign(ctx, by, "closeScoring", input.CampaignCode, input.ExpectedVersion, func(a *act, c *model.Campaign) error {
		if c.ScoringClosedAt != nil {
			return model.Errorf(model.CodeConflict, "score.closed", "campaign", c.Code)
		}
		if err := c.MustBe(a.today, nil, model.CampaignPhaseReviewing); err != nil {
			return err
		}
		if err := a.mustBeScored(ctx, c, input.MissingReason); err != nil {
			return err
		}
		for _, kind := range c.Kinds() {
			if err := a.rankKind(ctx, c, kind); err != nil {
				return err
			}
		}
		c.ScoringClosedAt, c.MissingReason = &a.now, input.MissingReason
		c.Version++
		return nil
	})
}

// mustBeScored names what is missing before scoring can close, unless a reason is given: nominations nobody checked or
// assigned, and sheets nobody handed in.
func (a *act) mustBeScored(ctx context.Context, c *model.Campaign, reason *string) error {
	if reason != nil {
		return nil
	}
	refusal := model.Errorf(model.CodeConflict, "score.missing")
	var idle []struct{ Reference, Status string }
	err := a.NewSelect().TableExpr("nominations AS nomination").ColumnExpr("nomination.reference, nomination.status").
		Where("nomination.campaign_id = ? AND NOT nomination.held", c.ID).
		Where(`(nomination.status = 'SUBMITTED' OR nomination.status = 'ACCEPTED' AND NOT EXISTS (SELECT 1 FROM review_assignments AS assignment
			WHERE assignment.nomination_id = nomination.id AND assignment.ended_at IS NULL))`).OrderExpr("nomination.reference").Scan(ctx, &idle)
	if err != nil {
		return err
	}
	for _, n := range idle {
		refusal.Violations = append(refusal.Violations, model.Violated("input.missingReason", "score.idle", "reference", n.Reference,
			"status", model.NominationStatus(n.Status)))
	}
	var missing []struct{ Reference, Code string }
	err = a.NewSelect().TableExpr("review_assignments AS assignment").
		Join("JOIN nominations AS nomination ON nomination.id = assignment.nomination_id").
		Join("JOIN people AS person ON person.id = assignment.reviewer_id").
		ColumnExpr("nomination.reference, person.code").Where("assignment.campaign_id = ?", c.ID).Where("assignment.ended_at IS NULL").
		Where("nomination.status = 'ACCEPTED' AND NOT nomination.held").
		Where(`NOT EXISTS (SELECT 1 FROM score_sheets AS sheet WHERE sheet.nomination_id = assignment.nomination_id
			AND sheet.reviewer_id = assignment.reviewer_id AND sheet.current AND sheet.status = 'SUBMITTED')`).
		OrderExpr("nomination.reference, person.code").Scan(ctx, &missing)
	if err != nil {
		return err
	}
	for _, m := range missing {
		refusal.Violations = append(refusal.Violations, model.Violated("input.missingReason", "score.missing_sheet", "reference", m.Reference, "reviewer", m.Code))
	}
	if err := a.nameUnknownIndexes(ctx, c, refusal); err != nil {
		return err
	}
	if refusal.Args["count"] = len(refusal.Violations); len(refusal.Violations) == 0 {
		return nil
	}
	return refusal
}

// nameUnknownIndexes names the nominations whose computed points are not known, because the linked index is not complete.
func (a *act) nameUnknownIndexes(ctx context.Context, c *model.Campaign, refusal *model.Error) error {
	for _, kind := range c.Kinds() {
		computed := slices.ContainsFunc(c.Criteria(&kind), func(r *model.Criterion) bool { return r.Source == model.CriterionSourceReformResults })
		if !computed {
			continue
		}
		accepted, err := a.nominationsIn(ctx, c, kind, model.NominationStatusAccepted)
		if err != nil {
			return err
		}
		points, err := reformPoints(ctx, a, accepted)
		if err != nil {
			return err
		}
		for _, n := range accepted {
			if points[n.ID] == nil && !n.Held {
				refusal.Violations = append(refusal.Violations, model.Violated("input.missingReason", "score.missing_index", "reference", n.Reference))
			}
		}
	}
	return nil
}

// rankKind ranks the scored nominations of one kind of recipient and keeps the result, to 6 decimals.
func (a *act) rankKind(ctx context.Context, c *model.Campaign, kind model.RecipientKind) error {
	// One that is held keeps the sheets it has, and so its place; without sheets it has no score.
	scored, err := a.nominationsIn(ctx, c, kind, model.NominationStatusAccepted)
	if err != nil {
		return err
	}
	reform, err := reformPoints(ctx, a, scored)
	if err != nil {
		return err
	}
	sheets, err := a.totals(ctx, scored, reform)
	if err != nil {
		return err
	}
	fit, err := scoring.FitSheets(sheets, c.Adjustment)
	if err != nil {
		return worded(err, scored, kind)
	}
	ranking := &model.Ranking{ID: newID("ranking"), CampaignID: c.ID, RecipientKind: kind, Adjustment: c.Adjustment, Sheets: len(sheets),
		DegreesOfFreedom: max(0, fit.DegreesOfFreedom), Variance: rounded(fit.Variance)}
	for _, e := range fit.Effects {
		ranking.Effects = append(ranking.Effects, &model.ReviewerEffect{RankingID: ranking.ID, ReviewerID: e.Reviewer,
			Estimate: model.RoundedDecimal(e.Estimate), Sheets: e.Sheets})
	}
	if err := insert(ctx, a, ranking); err != nil {
		return err
	}
	if err := insertAll(ctx, a, ranking.Effects); err != nil {
		return err
	}
	return insertAll(ctx, a, entriesOf(ranking, c, fit, scored, reform))
}

// totals adds up the current sheets that were handed in, computed criteria included.
func (a *act) totals(ctx context.Context, scored []*model.Nomination, reform map[string]*model.Decimal) ([]scoring.Sheet, error) {
	ids := make([]string, len(scored))
	for i, n := range scored {
		ids[i] = n.ID
	}
	var kept []*model.ScoreSheet
	err := a.NewSelect().Model(&kept).Relation("Points").Where("nomination_id IN (?)", bun.List(ids)).Where("current").
		Where("status = ?", model.ScoreSheetStatusSubmitted).Order("id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	sheets := make([]scoring.Sheet, len(kept))
	for i, sheet := range kept {
		sheets[i] = scoring.Sheet{Nomination: sheet.NominationID, Reviewer: sheet.ReviewerID, Total: sheet.Total(reform[sheet.NominationID])}
	}
	return sheets, nil
}

func entriesOf(ranking *model.Ranking, c *model.Campaign, fit *scoring.Fit, scored []*model.Nomination, reform map[string]*model.Decimal) []*model.RankingEntry {
	known := byID(scored, func(n *model.Nomination) string { return n.ID })
	scores := map[string]scoring.Score{}
	var candidates []scoring.Candidate
	for _, score := range fit.Scores {
		scores[score.Nomination] = score
		candidate := scoring.Candidate{Nomination: score.Nomination, Reference: known[score.Nomination].Reference,
			Raw: model.RoundedDecimal(score.Raw), Adjusted: model.RoundedDecimal(score.Adjusted)}
		if points := reform[score.Nomination]; points != nil {
			candidate.ReformPoints = *points
		}
		candidates = append(candidates, candidate)
	}
	var entries []*model.RankingEntry
	for i, place := range scoring.Rank(candidates, c.TieChain(), value(c.LotSeed)) {
		entries = append(entries, &model.RankingEntry{NominationID: place.Nomination, RankingID: ranking.ID, Position: i + 1, Rank: place.Rank,
			Tied: place.Tied, Raw: place.Raw, Adjusted: place.Adjusted, Error: rounded(scores[place.Nomination].StandardError),
			Reform: model.Decimal{Decimal: place.ReformPoints.Round(6)}, SheetCount: scores[place.Nomination].Sheets})
	}
	return entries
}

func rounded(f *float64) *model.Decimal {
	if f == nil {
		return nil
	}
	d := model.RoundedDecimal(*f)
	return &d
}

// worded puts references in place of ids into the groups of NOT_COMPARABLE.
func worded(err error, scored []*model.Nomination, kind model.RecipientKind) error {
	refusal, ok := errors.AsType[*model.Error](err)
	if !ok || refusal.Code != model.CodeNotComparable {
		return err
	}
	known := byID(scored, func(n *model.Nomination) string { return n.ID })
	for _, group := range refusal.Args["groups"].([][]string) {
		references := []string{}
		for _, id := range group {
			references = append(references, known[id].Reference)
		}
		slices.Sort(references)
		refusal.Violations = append(refusal.Violations, model.Violated("input.campaignCode", "score.group", "kind", kind, "references", references))
	}
	delete(refusal.Args, "groups")
	return refusal
}

// Ranking is the ranking of one kind of recipient, best first, with the entries a recused reader may not see masked. It
// is nil before scoring closed and for readers who may not see scores.
func (s *Store) Ranking(ctx context.Context, by model.Actor, c *model.Campaign, kind model.RecipientKind) ([]*model.RankingEntry, error) {
	if c.ScoringClosedAt == nil || !by.ReviewsIn(c.ID) && !by.Oversees(c.IssuerID) {
		return nil, nil
	}
	entries := []*model.RankingEntry{}
	err := s.read.NewSelect().Model(&entries).Where("ranking_id IN (SELECT id FROM rankings WHERE campaign_id = ? AND recipient_kind = ?)", c.ID, kind).
		Order("position").Scan(ctx)
	if err != nil {
		return nil, err
	}
	return entries, s.mask(ctx, by, entries)
}

// mask hides entries from a reader who is recused from their nominations.
func (s *Store) mask(ctx context.Context, by model.Actor, entries []*model.RankingEntry) error {
	ids := make([]string, len(entries))
	for i, e := range entries {
		ids[i] = e.NominationID
	}
	var ranked []*model.Nomination
	if err := s.read.NewSelect().Model(&ranked).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return err
	}
	conflicts, err := s.conflicts(ctx, s.read, by, ranked)
	for _, e := range entries {
		e.Masked = conflicts[e.NominationID] != nil
	}
	return err
}

// RankingMethod is how the ranking of one kind came about; nil where the reader may not see scores.
func (s *Store) RankingMethod(ctx context.Context, by model.Actor, c *model.Campaign, kind model.RecipientKind) (*model.Ranking, error) {
	if c.ScoringClosedAt == nil || !by.ReviewsIn(c.ID) && !by.Oversees(c.IssuerID) {
		return nil, nil
	}
	ranking, err := one(ctx, s.read.NewSelect().Where("campaign_id = ?", c.ID).Where("recipient_kind = ?", kind), new(model.Ranking), "ranking", c.Code,
		func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Relation("Effects", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("effect") })
		})
	if model.CodeOf(err) == model.CodeNotFound {
		return nil, nil
	}
	return ranking, err
}

// ShortlistNominations puts the best of a ranking on the shortlist and leaves off the rest. Held nominations wait, and their
// places with them.
func (s *Store) ShortlistNominations(ctx context.Context, by model.Actor, input model.ShortlistNominationsInput) (*model.ShortlistNominationsPayload, error) {
	return once(ctx, s, by, func(a *act) (payload *model.ShortlistNominationsPayload, err error) {
		_, err = a.changeCampaign(ctx, "shortlistNominations", input.CampaignCode, input.ExpectedVersion, func(a *act, c *model.Campaign) error {
			payload, err = a.shortlist(ctx, c, input)
			c.Version++
			return err
		})
		return payload, err
	})
}

// shortlist divides what waits of one kind by its rank.
func (a *act) shortlist(ctx context.Context, c *model.Campaign, input model.ShortlistNominationsInput) (*model.ShortlistNominationsPayload, error) {
	if c.ScoringClosedAt == nil {
		return nil, model.Errorf(model.CodeConflict, "campaign.scoring_open")
	}
	payload := &model.ShortlistNominationsPayload{}
	accepted, err := a.nominationsIn(ctx, c, input.RecipientKind, model.NominationStatusAccepted)
	if err != nil {
		return nil, err
	}
	waiting := byID(accepted, func(n *model.Nomination) string { return n.ID })
	var entries []*model.RankingEntry
	err = a.NewSelect().Model(&entries).Where("ranking_id IN (SELECT id FROM rankings WHERE campaign_id = ? AND recipient_kind = ?)", c.ID, input.RecipientKind).
		Order("position").Scan(ctx)
	if err != nil {
		return nil, err
	}
	groups := groupByType(entries, waiting)
	for _, awardType := range slices.Sorted(maps.Keys(groups)) {
		group := groups[awardType]
		listed, err := a.listed(ctx, c, input.RecipientKind, awardType)
		if err != nil {
			return nil, err
		}
		best, err := model.Shortlist(group, c.Quota(input.RecipientKind, awardType), listed, input)
		if err != nil {
			return nil, err
		}
		for _, e := range group {
			n, act, list := waiting[e.NominationID], model.NominationActPassOver, &payload.PassedOver
			if n.Held {
				continue
			}
			if slices.Contains(best, e) {
				act, list = model.NominationActShortlist, &payload.Shortlisted
			}
			if err := a.settle(ctx, "shortlistNominations", n, act); err != nil {
				return nil, err
			}
			*list = append(*list, n)
		}
	}
	for _, n := range waiting {
		if n.Status != model.NominationStatusAccepted || n.Held {
			continue
		}
		// Nobody scored it, and that was accepted with a reason when scoring closed.
		if err := a.settle(ctx, "shortlistNominations", n, model.NominationActPassOver); err != nil {
			return nil, err
		}
		payload.PassedOver = append(payload.PassedOver, n)
	}
	if len(payload.Shortlisted)+len(payload.PassedOver) == 0 {
		return nil, model.Errorf(model.CodeConflict, "score.nothing_ranked")
	}
	return payload, nil
}

// groupByType groups the ranked nominations that wait by award type, each of which has its own quota.
func groupByType(entries []*model.RankingEntry, waiting map[string]*model.Nomination) map[string][]*model.RankingEntry {
	groups := map[string][]*model.RankingEntry{}
	for _, e := range entries {
		if n := waiting[e.NominationID]; n != nil {
			groups[n.AwardTypeID] = append(groups[n.AwardTypeID], e)
		}
	}
	return groups
}

// listed counts what is on the shortlist, or beyond it, already.
func (a *act) listed(ctx context.Context, c *model.Campaign, kind model.RecipientKind, awardType string) (int, error) {
	n, err := a.NewSelect().Model((*model.Nomination)(nil)).Where("campaign_id = ?", c.ID).Where("recipient_kind = ?", kind).
		Where("award_type_id = ?", awardType).
		Where("status IN ('SHORTLISTED', 'ENDORSED', 'NOT_ENDORSED', 'APPROVED', 'REJECTED', 'AWARDED')").Count(ctx)
	return int(n), err
}

// settle makes a move that follows from a count.
func (a *act) settle(ctx context.Context, action string, n *model.Nomination, name model.NominationAct) error {
	before := *n
	move, err := n.Move(a.move(name, n.Version, ""))
	if err != nil {
		return err
	}
	if err := save(ctx, a, n); err != nil {
		return err
	}
	return a.keepMove(ctx, action, &before, n, move)
}
