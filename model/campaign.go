package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Campaign is one award cycle of an issuing body.
type Campaign struct {
	ID                   string `bun:",pk"`
	Code                 string
	Title                string
	Year                 int
	Kind                 CampaignKind
	IssuerID             string
	StandingUnitID       string
	Phase                CampaignPhase
	Adjustment           Adjustment
	TieChainText         string `bun:"tie_chain"`
	LotSeed              *string
	MinimumServiceMonths int
	BonusRounding        BonusRounding
	FrozenDigest         *string
	ScoringClosedAt      *time.Time
	MissingReason        *string `audit:"-"`
	Version              int

	Grounds    []*Ground         `bun:"rel:has-many,join:id=campaign_id"`
	Quotas     []*Quota          `bun:"rel:has-many,join:id=campaign_id"`
	Rubric     []*Criterion      `bun:"rel:has-many,join:id=campaign_id"`
	Windows    []*PhaseWindow    `bun:"rel:has-many,join:id=campaign_id"`
	Extensions []*PhaseExtension `bun:"rel:has-many,join:id=campaign_id"`
	Seats      []*CouncilMember  `bun:"rel:has-many,join:id=campaign_id"`
}

// Ground is what a campaign commends for.
type Ground struct {
	ID         string `bun:",pk"`
	CampaignID string
	Position   int
	Code       string
	Name       string
}

// Quota is how many awards of one type a campaign offers to one kind of recipient.
type Quota struct {
	ID            string `bun:",pk"`
	CampaignID    string
	Position      int
	RecipientKind RecipientKind
	AwardTypeID   string
	Places        int
	Shortlist     int
	// VoteRule is what its votes are counted by: the campaign's own if it set one, otherwise the award type's.
	VoteRule VoteRule `bun:"embed:"`
}

// Criterion is one line of the rubric. Its maximum is its weight.
type Criterion struct {
	ID            string `bun:",pk"`
	CampaignID    string
	Position      int
	RecipientKind RecipientKind
	Code          string
	Name          string
	MaxPoints     Decimal
	Step          Decimal
	Source        CriterionSource
}

// PhaseWindow is when a phase is open, first and last day included.
type PhaseWindow struct {
	ID         string `bun:",pk"`
	CampaignID string
	Phase      CampaignPhase
	OpensOn    Date
	ClosesOn   *Date
}

// PhaseExtension is more time for a phase, for all or for one unit with all below it.
type PhaseExtension struct {
	ID             string `bun:",pk"`
	CampaignID     string
	Phase          CampaignPhase
	OrganizationID *string
	ClosesOn       Date
	Reason         string `audit:"-"`
	GrantedBy      *string
	GrantedAt      time.Time
}

// CouncilMember is one seat of the council. All but the secretary score and vote.
type CouncilMember struct {
	ID         string `bun:",pk"`
	CampaignID string
	PersonID   string
	Position   int
	Role       CouncilRole

	// PersonCode is what a client called the person.
	PersonCode string `bun:"-" audit:"-"`
}

// rubricScale is what the maxima of a kind of recipient add up to.
var rubricScale = DecimalOf(100)

// TieChain is what decides between equals, in order.
func (c *Campaign) TieChain() []TieBreak {
	var chain []TieBreak
	for part := range strings.SplitSeq(c.TieChainText, "|") {
		chain = append(chain, TieBreak(part))
	}
	return chain
}

// SetTieChain stores the chain.
func (c *Campaign) SetTieChain(chain []TieBreak) {
	parts := make([]string, len(chain))
	for i, part := range chain {
		parts[i] = string(part)
	}
	c.TieChainText = strings.Join(parts, "|")
}

// Criteria are the lines of the rubric for one kind of recipient, or all.
func (c *Campaign) Criteria(kind *RecipientKind) []*Criterion {
	lines := []*Criterion{}
	for _, line := range c.Rubric {
		if kind == nil || line.RecipientKind == *kind {
			lines = append(lines, line)
		}
	}
	return lines
}

// Kinds are the kinds of recipients the campaign offers something to.
func (c *Campaign) Kinds() []RecipientKind {
	var kinds []RecipientKind
	for _, q := range c.Quotas {
		if !slices.Contains(kinds, q.RecipientKind) {
			kinds = append(kinds, q.RecipientKind)
		}
	}
	return kinds
}

// Quota finds what is offered of an award type to a kind of recipient; nil when nothing is.
func (c *Campaign) Quota(kind RecipientKind, awardTypeID string) *Quota {
	for _, q := range c.Quotas {
		if q.RecipientKind == kind && q.AwardTypeID == awardTypeID {
			return q
		}
	}
	return nil
}

// QuotasOf are what is offered to one kind of recipient.
func (c *Campaign) QuotasOf(kind RecipientKind) []*Quota {
	return slices.DeleteFunc(slices.Clone(c.Quotas), func(q *Quota) bool { return q.RecipientKind != kind })
}

// SetVoteRule counts everything the campaign offers by one rule.
func (c *Campaign) SetVoteRule(rule VoteRule) {
	for _, q := range c.Quotas {
		q.VoteRule = rule
	}
}

// Ground finds a ground by its code; nil when there is none.
func (c *Campaign) Ground(code string) *Ground {
	for _, g := range c.Grounds {
		if g.Code == code {
			return g
		}
	}
	return nil
}

// Voters are the persons with a voting seat, in the order of their seats.
func (c *Campaign) Voters() []string {
	var ids []string
	for _, seat := range c.Seats {
		if seat.Role != CouncilRoleSecretary {
			ids = append(ids, seat.PersonID)
		}
	}
	return ids
}

// Window is when a phase is open; nil for DRAFT and CLOSED.
func (c *Campaign) Window(phase CampaignPhase) *PhaseWindow {
	for _, w := range c.Windows {
		if w.Phase == phase {
			return w
		}
	}
	return nil
}

// NextWindow is when the phase after the present one is open; nil when it has no window.
func (c *Campaign) NextWindow() *PhaseWindow {
	next := phaseIndex(c.Phase) + 1
	if next >= len(AllCampaignPhase) {
		return nil
	}
	return c.Window(AllCampaignPhase[next])
}

// Deadline is the last day of a phase for a unit, extensions included. lineage is the unit with all units above it.
func (c *Campaign) Deadline(phase CampaignPhase, lineage []string) *Date {
	window := c.Window(phase)
	if window == nil || window.ClosesOn == nil {
		return nil
	}
	last := *window.ClosesOn
	for _, e := range c.Extensions {
		if e.Phase == phase && e.OrganizationID != nil && slices.Contains(lineage, *e.OrganizationID) {
			last = max(last, e.ClosesOn)
		}
	}
	return &last
}

// MustBe refuses an act unless the campaign stands in one of the phases and today lies in that phase's window.
// Who was given more time may act in it although the campaign has moved on.
func (c *Campaign) MustBe(today Date, lineage []string, phases ...CampaignPhase) error {
	wanted := phases[0]
	for _, phase := range phases {
		deadline := c.Deadline(phase, lineage)
		window := c.Window(phase)
		if (c.Phase == phase || c.past(phase) && c.extended(phase, lineage)) && today.Within(window.OpensOn, deadline) {
			return nil
		}
		if c.Phase == phase {
			wanted = phase
		}
	}
	window := c.Window(wanted)
	refusal := Errorf(CodePhaseClosed, "campaign.phase_closed", "campaign", c.Code, "phase", c.Phase, "wanted", wanted,
		"opensOn", window.OpensOn, "today", today)
	if deadline := c.Deadline(wanted, lineage); deadline != nil {
		refusal.Args["closesOn"] = *deadline
		if today > *deadline {
			refusal.Args["late"] = *deadline
		}
	}
	return refusal
}

// past says whether the campaign has left the phase but is not over.
func (c *Campaign) past(phase CampaignPhase) bool {
	return phaseIndex(c.Phase) > phaseIndex(phase) && c.Phase != CampaignPhaseClosed
}

// extended says whether the phase was given more time for all or for the unit.
func (c *Campaign) extended(phase CampaignPhase, lineage []string) bool {
	return slices.ContainsFunc(c.Extensions, func(e *PhaseExtension) bool {
		return e.Phase == phase && (e.OrganizationID == nil || slices.Contains(lineage, *e.OrganizationID))
	})
}

func phaseIndex(phase CampaignPhase) int { return slices.Index(AllCampaignPhase, phase) }

// Open moves the campaign into its next phase. The first opening freezes what nominations are judged by.
func (c *Campaign) Open(phase CampaignPhase, today Date) error {
	next := phaseIndex(c.Phase) + 1
	if next >= len(AllCampaignPhase) || AllCampaignPhase[next] != phase {
		return Errorf(CodeConflict, "campaign.not_next_phase", "phase", c.Phase, "wanted", phase)
	}
	if window := c.Window(phase); window != nil && today < window.OpensOn {
		return Errorf(CodePhaseClosed, "campaign.too_early", "wanted", phase, "opensOn", window.OpensOn, "today", today)
	}
	if phase == CampaignPhaseNominating {
		if err := c.Check(); err != nil {
			return err
		}
		digest := c.digest()
		c.FrozenDigest = &digest
	}
	c.Phase = phase
	c.Version++
	return nil
}

// Frozen says that rubric, quotas, thresholds and method can no longer change.
func (c *Campaign) Frozen() bool { return c.Phase != CampaignPhaseDraft }

// digest is the SHA-256 of everything that is frozen, over its JSON with fields in a fixed order and without record ids.
func (c *Campaign) digest() string {
	type line struct {
		Kind        RecipientKind
		Code, Name  string
		Max, Step   string
		Source      CriterionSource
		AwardTypeID string
		Places      int
		Shortlist   int
		VoteRule    VoteRule
	}
	frozen := struct {
		Code, TieChain       string
		LotSeed              *string
		Year                 int
		Kind                 CampaignKind
		Adjustment           Adjustment
		BonusRounding        BonusRounding
		MinimumServiceMonths int
		Lines                []line
	}{c.Code, c.TieChainText, c.LotSeed, c.Year, c.Kind, c.Adjustment, c.BonusRounding, c.MinimumServiceMonths, nil}
	for _, g := range c.Grounds {
		frozen.Lines = append(frozen.Lines, line{Code: g.Code, Name: g.Name})
	}
	for _, q := range c.Quotas {
		frozen.Lines = append(frozen.Lines, line{Kind: q.RecipientKind, AwardTypeID: q.AwardTypeID, Places: q.Places, Shortlist: q.Shortlist, VoteRule: q.VoteRule})
	}
	for _, r := range c.Rubric {
		frozen.Lines = append(frozen.Lines, line{Kind: r.RecipientKind, Code: r.Code, Name: r.Name, Max: r.MaxPoints.String(), Step: r.Step.String(), Source: r.Source})
	}
	text, _ := json.Marshal(frozen)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// checkPoints finds fault with points off the scale or the step of a criterion; nil is none.
func (c *Criterion) checkPoints(path string, points Decimal) *Violation {
	var fault Violation
	switch {
	case c.Source != CriterionSourceReviewer:
		fault = Violated(path, "score.computed", "criterion", c.Code)
	case points.IsNegative() || points.GreaterThan(c.MaxPoints.Decimal):
		fault = Violated(path, "score.off_scale", "criterion", c.Code, "value", points, "max", c.MaxPoints)
	case !points.Mod(c.Step.Decimal).IsZero():
		fault = Violated(path, "score.off_step", "criterion", c.Code, "value", points, "step", c.Step)
	default:
		return nil
	}
	return &fault
}

// DecisionDay is the day the decision is expected to bear while it has none: the last day for deciding, or today after it.
func (c *Campaign) DecisionDay(today Date) Date {
	if window := c.Window(CampaignPhaseDeciding); window != nil && window.ClosesOn != nil {
		return max(today, *window.ClosesOn)
	}
	return today
}

// AsFrozen says that what nominations are judged by is what it was when the campaign opened.
func (c *Campaign) AsFrozen() bool { return c.FrozenDigest == nil || *c.FrozenDigest == c.digest() }

// SameRules says whether two campaigns judge by the same rubric, quotas, thresholds and method.
func (c *Campaign) SameRules(other *Campaign) bool { return c.digest() == other.digest() }
