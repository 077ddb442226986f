package model

import (
	"fmt"
	"slices"
)

// Check refuses a campaign whose parts do not fit together, all faults at once.
func (c *Campaign) Check() error {
	var faults []Violation
	fault := func(path, key string, pairs ...any) { faults = append(faults, Violated(path, key, pairs...)) }

	c.checkRubric(fault)
	c.checkWindows(fault)
	c.checkCouncil(fault)
	for i, q := range c.Quotas {
		if q.Shortlist < q.Places {
			fault(fmt.Sprintf("input.quotas.%d.shortlist", i), "campaign.shortlist_below_places", "places", q.Places, "shortlist", q.Shortlist)
		}
	}
	if len(c.Quotas) > 0 {
		rule := c.Quotas[0].VoteRule // one rule for all, or those of award types, which are sound
		for name, f := range map[string]Fraction{"quorum": rule.Quorum, "threshold": rule.Threshold} {
			if f.Numerator < 1 || f.Numerator > f.Denominator {
				fault("input.voteRule."+name, "campaign.fraction")
			}
		}
	}
	chain := c.TieChain()
	if len(slices.Compact(slices.Sorted(slices.Values(chain)))) < len(chain) {
		fault("input.tieChain", "campaign.duplicate", "code", c.TieChainText)
	}
	if slices.Contains(chain, TieBreakLot) && c.LotSeed == nil {
		fault("input.lotSeed", "campaign.lot_seed")
	}
	return Refuse(faults)
}

func (c *Campaign) checkRubric(fault func(path, key string, pairs ...any)) {
	seen := map[string]bool{}
	for i, g := range c.Grounds {
		if seen[g.Code] {
			fault(fmt.Sprintf("input.grounds.%d.code", i), "campaign.duplicate", "code", g.Code)
		}
		seen[g.Code] = true
	}
	for i, line := range c.Rubric {
		key := string(line.RecipientKind) + "/" + line.Code
		if seen[key] {
			fault(fmt.Sprintf("input.criteria.%d.code", i), "campaign.duplicate", "code", line.Code)
		}
		seen[key] = true
		if !line.MaxPoints.IsPositive() || !line.Step.IsPositive() {
			fault(fmt.Sprintf("input.criteria.%d.maxPoints", i), "campaign.not_positive")
		}
	}
	for i, q := range c.Quotas {
		key := string(q.RecipientKind) + "//" + q.AwardTypeID
		if seen[key] {
			fault(fmt.Sprintf("input.quotas.%d", i), "campaign.duplicate", "code", q.RecipientKind)
		}
		seen[key] = true
	}
	for _, kind := range c.Kinds() {
		sum := DecimalOf(0)
		for _, line := range c.Criteria(&kind) {
			sum = Decimal{sum.Add(line.MaxPoints.Decimal)}
		}
		if !sum.Equal(rubricScale.Decimal) {
			fault("input.criteria", "campaign.weights", "kind", kind, "sum", sum, "scale", rubricScale)
		}
	}
}

func (c *Campaign) checkWindows(fault func(path, key string, pairs ...any)) {
	var before *PhaseWindow
	for _, phase := range AllCampaignPhase[1 : len(AllCampaignPhase)-1] {
		w := c.Window(phase)
		switch {
		case w == nil:
			fault("input.windows", "campaign.window_missing", "phase", phase)
			continue
		case w.ClosesOn == nil && phase != CampaignPhasePublished:
			fault("input.windows", "campaign.window_open", "phase", phase)
			continue
		case w.ClosesOn != nil && *w.ClosesOn < w.OpensOn:
			fault("input.windows", "date.order", "from", w.OpensOn, "to", *w.ClosesOn)
			continue
		case before != nil && w.OpensOn < *before.ClosesOn:
			fault("input.windows", "campaign.window_order", "phase", phase, "from", *before.ClosesOn, "to", w.OpensOn)
		}
		before = w
	}
}

func (c *Campaign) checkCouncil(fault func(path, key string, pairs ...any)) {
	chairs, seen := 0, map[string]bool{}
	for i, seat := range c.Seats {
		if seat.Role == CouncilRoleChair {
			chairs++
		}
		if seen[seat.PersonID] {
			fault(fmt.Sprintf("input.council.%d.personCode", i), "campaign.duplicate", "code", seat.PersonCode)
		}
		seen[seat.PersonID] = true
	}
	if chairs != 1 {
		fault("input.council", "campaign.one_chair", "count", chairs)
	}
}

// Extend gives a phase more time. The window of an extension for all moves; one for a unit stands beside it.
func (c *Campaign) Extend(e *PhaseExtension, lineage []string) error {
	window := c.Window(e.Phase)
	switch {
	case window == nil || window.ClosesOn == nil:
		return BadInput("input.phase", "campaign.not_extendable", "phase", e.Phase)
	case !c.Frozen():
		return Errorf(CodeConflict, "campaign.extend_draft")
	case c.Phase == CampaignPhaseClosed:
		return Errorf(CodeConflict, "campaign.closed")
	case e.OrganizationID != nil && !slices.Contains(lineage, c.IssuerID):
		return BadInput("input.organizationCode", "campaign.foreign_unit")
	}
	deadline := window.ClosesOn
	if e.OrganizationID != nil {
		deadline = c.Deadline(e.Phase, lineage)
	}
	if e.ClosesOn <= *deadline {
		return BadInput("input.closesOn", "campaign.extension_shorter", "closesOn", *deadline)
	}
	if e.OrganizationID == nil {
		window.ClosesOn = &e.ClosesOn
	}
	c.Extensions = append(c.Extensions, e)
	c.Version++
	return nil
}

// Amend refuses changes to what is frozen. changed are the names of the input fields that were given.
func (c *Campaign) Amend(changed []string) error {
	if c.Phase == CampaignPhaseClosed {
		return Errorf(CodeConflict, "campaign.closed")
	}
	if !c.Frozen() {
		return nil
	}
	free := []string{"title", "windows"}
	if phaseIndex(c.Phase) <= phaseIndex(CampaignPhaseVoting) {
		free = append(free, "council")
	}
	for _, name := range changed {
		if !slices.Contains(free, name) {
			return Errorf(CodeConflict, "campaign.frozen", "field", name)
		}
	}
	return nil
}

// AmendWindows replaces windows; those of the present and past phases stay as they are.
func (c *Campaign) AmendWindows(windows []*PhaseWindow) error {
	for _, w := range windows {
		old := c.Window(w.Phase)
		if old == nil || !c.Frozen() || phaseIndex(w.Phase) > phaseIndex(c.Phase) {
			continue
		}
		same := w.OpensOn == old.OpensOn && (w.ClosesOn == nil) == (old.ClosesOn == nil) && (w.ClosesOn == nil || *w.ClosesOn == *old.ClosesOn)
		if !same {
			return Errorf(CodeConflict, "campaign.window_running", "phase", w.Phase)
		}
	}
	c.Windows = windows
	return nil
}
