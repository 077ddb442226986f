package model

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// ReviewAssignment says who scores what.
type ReviewAssignment struct {
	ID           string `bun:",pk"`
	CampaignID   string
	NominationID string
	ReviewerID   string
	Method       AssignmentMethod
	AssignedBy   *string
	AssignedAt   time.Time
	EndedAt      *time.Time
	EndedReason  *string `audit:"-"`

	// Submitted says that a sheet has been handed in for it.
	Submitted bool `bun:",scanonly" audit:"-"`
}

// Conflict is a conflict of interest a member declared.
type Conflict struct {
	ID           string `bun:",pk"`
	NominationID string
	PersonID     string
	Reason       string `audit:"-"`
	DeclaredAt   time.Time
}

// ScoreSheet is the points one reviewer gives one nomination, in one revision.
type ScoreSheet struct {
	ID           string `bun:",pk"`
	CampaignID   string
	NominationID string
	ReviewerID   string
	Status       ScoreSheetStatus
	Revision     int
	Current      bool
	ReopenReason *string `audit:"-"`
	Comment      *string `audit:"-"`
	SubmittedAt  *time.Time
	Version      int

	Points []*CriterionPoints `bun:"rel:has-many,join:id=score_sheet_id"`
}

// CriterionPoints is the points for one criterion on one sheet.
type CriterionPoints struct {
	ScoreSheetID string `bun:",pk"`
	CriterionID  string `bun:",pk"`
	Points       Decimal

	Criterion *Criterion `bun:"rel:belongs-to,join:criterion_id=id" audit:"-"`
}

// CriterionCode names the criterion, which must be loaded.
func (p *CriterionPoints) CriterionCode() string { return p.Criterion.Code }

// ConflictOf derives why a council member may neither score a nomination nor see its scores; nil when nothing stands
// against it. units are those in which the member serves.
func (n *Nomination) ConflictOf(personID string, units []string, declared bool) *ConflictKind {
	switch {
	case n.PersonID != nil && *n.PersonID == personID:
		return optional(ConflictKindNominee)
	case declared:
		return optional(ConflictKindDeclared)
	case slices.Contains(units, n.UnitID) || slices.Contains(units, n.SubmittedByID):
		return optional(ConflictKindOwnUnit)
	}
	return nil
}

// BarsFromVoting says whether the conflict keeps a member from voting, too; the own unit does not.
func (k ConflictKind) BarsFromVoting() bool { return k != ConflictKindOwnUnit }

// MayManageReview says whether the actor may choose reviewers and open sheets again: the secretary, but for the own nomination.
func (n *Nomination) MayManageReview(by Actor) error {
	switch {
	case !by.SecretaryFor(n.Campaign.IssuerID):
		return Errorf(CodeForbidden, "campaign.not_yours")
	case by.Is(n.PersonID):
		return Errorf(CodeConflictOfInterest, "nomination.own", "reference", n.Reference)
	}
	return nil
}

// MustBeScorable refuses scoring outside its phase, after it closed, and of nominations that are not scored.
func (n *Nomination) MustBeScorable(today Date) error {
	switch {
	case n.Campaign.ScoringClosedAt != nil:
		return Errorf(CodePhaseClosed, "score.closed", "campaign", n.Campaign.Code)
	case n.Held:
		return Errorf(CodeHeld, "nomination.held", "reference", n.Reference)
	case !n.Scored():
		return Errorf(CodeConflict, "score.not_accepted", "reference", n.Reference, "status", n.Status)
	}
	return n.Campaign.MustBe(today, nil, CampaignPhaseReviewing)
}

// Fill puts points on a draft sheet. rubric are the criteria of the nomination's kind of recipient.
func (s *ScoreSheet) Fill(rubric []*Criterion, points []*CriterionPointsInput) error {
	if s.Status == ScoreSheetStatusSubmitted {
		return Errorf(CodeConflict, "score.submitted")
	}
	var faults []Violation
	filled := []*CriterionPoints{}
	seen := map[string]bool{}
	for i, p := range points {
		at := slices.IndexFunc(rubric, func(c *Criterion) bool { return c.Code == p.CriterionCode })
		switch {
		case at < 0:
			faults = append(faults, Violated(fmt.Sprintf("input.points.%d.criterionCode", i), "score.unknown_criterion", "criterion", p.CriterionCode))
			continue
		case seen[p.CriterionCode]:
			faults = append(faults, Violated(fmt.Sprintf("input.points.%d.criterionCode", i), "score.twice", "criterion", p.CriterionCode))
			continue
		}
		seen[p.CriterionCode] = true
		if fault := rubric[at].checkPoints(fmt.Sprintf("input.points.%d.points", i), p.Points); fault != nil {
			faults = append(faults, *fault)
			continue
		}
		filled = append(filled, &CriterionPoints{ScoreSheetID: s.ID, CriterionID: rubric[at].ID, Points: p.Points, Criterion: rubric[at]})
	}
	slices.SortFunc(filled, func(a, b *CriterionPoints) int { return cmp.Compare(a.Criterion.Position, b.Criterion.Position) })
	if err := Refuse(faults); err != nil {
		return err
	}
	s.Points = filled
	return nil
}

// Submit hands the sheet in: every criterion that reviewers score has points.
func (s *ScoreSheet) Submit(rubric []*Criterion, now time.Time) error {
	if s.Status == ScoreSheetStatusSubmitted {
		return Errorf(CodeConflict, "score.submitted")
	}
	var faults []Violation
	for _, c := range rubric {
		scored := slices.ContainsFunc(s.Points, func(p *CriterionPoints) bool { return p.CriterionID == c.ID })
		if c.Source == CriterionSourceReviewer && !scored {
			faults = append(faults, Violated("input.points", "score.incomplete", "criterion", c.Code, "name", c.Name))
		}
	}
	if err := Refuse(faults); err != nil {
		return err
	}
	s.Status, s.SubmittedAt = ScoreSheetStatusSubmitted, &now
	s.Version++
	return nil
}

// Reopen replaces a handed-in sheet by a draft with the same points; the old revision is kept with the reason.
func (s *ScoreSheet) Reopen(reason string) (*ScoreSheet, error) {
	if s.Status != ScoreSheetStatusSubmitted {
		return nil, Errorf(CodeConflict, "score.not_submitted")
	}
	next := *s
	next.ID, next.Status, next.SubmittedAt = "", ScoreSheetStatusDraft, nil
	next.Revision, next.Version = s.Revision+1, s.Version+1
	s.Current, s.ReopenReason = false, &reason
	return &next, nil
}

// ReformPoints is the computed part of a nomination's score: maximum × index / 100 for each criterion bound to reform
// results, exact. It is nil when the rubric has no such criterion or the index is not complete.
func ReformPoints(rubric []*Criterion, index *ReformIndex) *Decimal {
	var points *Decimal
	for _, c := range rubric {
		if c.Source != CriterionSourceReformResults {
			continue
		}
		if index == nil || !index.Complete {
			return nil
		}
		share := c.MaxPoints.Mul(index.Points.Decimal).Shift(-2)
		if points != nil {
			share = share.Add(points.Decimal)
		}
		points = &Decimal{share}
	}
	return points
}

// Total adds up a sheet: the points given and the computed ones, exact.
func (s *ScoreSheet) Total(computed *Decimal) Decimal {
	total := DecimalOf(0).Decimal
	for _, p := range s.Points {
		total = total.Add(p.Points.Decimal)
	}
	if computed != nil {
		total = total.Add(computed.Decimal)
	}
	return Decimal{total}
}

// SheetsToShow leaves out replaced revisions unless they are wanted; nil, which is hidden, stays nil.
func SheetsToShow(sheets []*ScoreSheet, includeSuperseded bool) []*ScoreSheet {
	if sheets == nil || includeSuperseded {
		return sheets
	}
	return slices.DeleteFunc(slices.Clone(sheets), func(s *ScoreSheet) bool { return !s.Current })
}
