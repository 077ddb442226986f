package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// conflicts says which nominations a reader, as a member of the council, may neither score nor see the scores of.
func (s *Store) conflicts(ctx context.Context, db bun.IDB, by model.Actor, all []*model.Nomination) (map[string]*model.ConflictKind, error) {
	found := map[string]*model.ConflictKind{}
	if len(by.Persons()) == 0 || len(all) == 0 {
		return found, nil
	}
	ids := make([]string, len(all))
	for i, n := range all {
		ids[i] = n.ID
	}
	var declared []*model.Conflict
	err := db.NewSelect().Model(&declared).Where("nomination_id IN (?)", bun.List(ids)).Where("person_id IN (?)", bun.List(by.Persons())).Scan(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range all {
		for _, person := range by.Persons() {
			said := slices.ContainsFunc(declared, func(c *model.Conflict) bool { return c.NominationID == n.ID && c.PersonID == person })
			if kind := n.ConflictOf(person, by.UnitIDs, said); kind != nil && (by.ReviewsIn(n.CampaignID) || *kind == model.ConflictKindNominee) {
				found[n.ID] = kind
			}
		}
	}
	return found, nil
}

// plainCampaigns reads the campaigns of nominations without their parts.
func (s *Store) plainCampaigns(ctx context.Context, all []*model.Nomination) (map[string]*model.Campaign, error) {
	ids := []string{}
	for _, n := range all {
		if !slices.Contains(ids, n.CampaignID) {
			ids = append(ids, n.CampaignID)
		}
	}
	var campaigns []*model.Campaign
	err := s.read.NewSelect().Model(&campaigns).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	return byID(campaigns, func(c *model.Campaign) string { return c.ID }), err
}

// assignmentsWhere lists living assignments with whether a sheet has been handed in.
func assignmentsWhere(ctx context.Context, db bun.IDB, condition string, args ...any) ([]*model.ReviewAssignment, error) {
	var assignments []*model.ReviewAssignment
	err := liveAssignments(db.NewSelect().Model(&assignments).Where(condition, args...)).Scan(ctx)
	return assignments, err
}

func liveAssignments(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("?TableColumns").
		ColumnExpr(`EXISTS (SELECT 1 FROM score_sheets AS sheet WHERE sheet.nomination_id = ?TableAlias.nomination_id
			AND sheet.reviewer_id = ?TableAlias.reviewer_id AND sheet.current AND sheet.status = 'SUBMITTED') AS submitted`).
		Where("ended_at IS NULL").Order("id")
}

// withPoints loads the points of sheets in the order of the rubric.
func withPoints(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Relation("Points", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Relation("Criterion").OrderExpr("criterion.position")
	})
}

// ScoringProgress is how far the scoring of a campaign is, as far as the reader may see it.
func (s *Store) ScoringProgress(ctx context.Context, by model.Actor, c *model.Campaign) (*model.ScoringProgress, error) {
	reviewer := by.ReviewsIn(c.ID)
	if !reviewer && !by.Oversees(c.IssuerID) {
		return nil, nil
	}
	assignments, err := assignmentsWhere(ctx, s.read, "campaign_id = ?", c.ID)
	if err != nil {
		return nil, err
	}
	progress := &model.ScoringProgress{}
	if reviewer {
		assignments = slices.DeleteFunc(assignments, func(x *model.ReviewAssignment) bool { return x.ReviewerID != by.PersonID })
	} else {
		progress.Reviewers = progressOf(c.Voters(), assignments)
	}
	progress.Assigned = len(assignments)
	for _, x := range assignments {
		if x.Submitted {
			progress.Submitted++
		}
	}
	return progress, nil
}

// progressOf counts the sheets of each reviewer.
func progressOf(reviewers []string, assignments []*model.ReviewAssignment) []*model.ReviewerProgress {
	progress := make([]*model.ReviewerProgress, len(reviewers))
	for i, id := range reviewers {
		progress[i] = &model.ReviewerProgress{ReviewerID: id}
		for _, x := range assignments {
			if x.ReviewerID != id {
				continue
			}
			progress[i].Assigned++
			if x.Submitted {
				progress[i].Submitted++
			}
		}
	}
	return progress
}

func reformPoints(ctx context.Context, db bun.IDB, all []*model.Nomination) (map[string]*model.Decimal, error) {
	points := map[string]*model.Decimal{}
	byCampaign := groupBy(all, func(n *model.Nomination) string { return n.CampaignID })
	for id, members := range byCampaign {
		c, err := one(ctx, db.NewSelect().Where("id = ?", id), new(model.Campaign), "campaign", id, withParts)
		if err != nil {
			return nil, err
		}
		units := []string{}
		for _, n := range members {
			if n.ReformUnitID != nil {
				units = append(units, *n.ReformUnitID)
			}
		}
		indexes, err := reformIndexes(ctx, db, units, c.Year)
		if err != nil {
			return nil, err
		}
		for _, n := range members {
			points[n.ID] = model.ReformPoints(c.Criteria(&n.RecipientKind), indexes[value(n.ReformUnitID)])
		}
	}
	return points, nil
}
