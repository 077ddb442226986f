package demo

import (
	"context"
	"fmt"
	"slices"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// nominate opens the campaign; every head hands in the unit's list under a request of its own.
func (p *play) nominate(ctx context.Context) error {
	if _, _, err := p.open(ctx, model.CampaignPhaseNominating); err != nil {
		return err
	}
	if err := p.read(ctx); err != nil {
		return err
	}
	units := []string{}
	for _, n := range p.season.Nominations {
		if !slices.Contains(units, n.SubmittedBy) {
			units = append(units, n.SubmittedBy)
		}
	}
	for i, unit := range units {
		p.spread(model.CampaignPhaseNominating, i, len(units))
		if err := p.submit(ctx, unit); err != nil {
			return fmt.Errorf("%s: %w", unit, err)
		}
	}
	p.say("%d units handed in %d nominations", len(units), len(p.season.Nominations))
	return nil
}

// spread puts the clock on one of the days of a phase, for the i-th of n acts.
func (p *play) spread(phase model.CampaignPhase, i, n int) {
	w := p.window(phase)
	days := 1
	if w.ClosesOn != nil {
		days = int(w.ClosesOn.Time().Sub(w.OpensOn.Time()).Hours()/24) + 1
	}
	p.at(w.OpensOn.AddDays(i * days / max(1, n)))
}

// submit hands in the list of a unit. Nobody submits the own nomination: that one the office hands in.
func (p *play) submit(ctx context.Context, unit string) error {
	head := p.headOf(unit)
	var own, others []*model.NominationVersionInput
	for _, row := range p.season.Nominations {
		if row.SubmittedBy != unit {
			continue
		}
		n := p.nominations[row.Reference]
		named := &model.NominationVersionInput{NominationID: n.ID, ExpectedVersion: n.Version}
		if head == "" || row.NomineeCode == head && row.NomineeKind == model.RecipientKindIndividual {
			own = append(own, named)
		} else {
			others = append(others, named)
		}
	}
	today := model.DateOf(p.Clock.Now())
	input := model.SubmitNominationInput{RequestNumber: "01/TTr-" + unit, RequestedOn: today}
	if len(others) > 0 {
		by, err := p.as(ctx, head)
		if err != nil {
			return err
		}
		if len(own) == 0 {
			input.CampaignCode, input.OrganizationCode = &p.season.Campaign.Code, &unit
		} else {
			input.Nominations = others
		}
		if _, err := p.SubmitNomination(ctx, by, input); err != nil {
			return err
		}
	}
	if len(own) == 0 {
		return nil
	}
	by, err := p.secretary(ctx, head)
	if err != nil {
		return err
	}
	_, err = p.SubmitNomination(ctx, by, model.SubmitNominationInput{RequestNumber: "02/TTr-" + unit, RequestedOn: today, Nominations: own})
	return err
}

// headOf is who heads a unit, or the nearest one above it.
func (p *play) headOf(unit string) string {
	parents := map[string]*string{}
	for _, o := range p.season.Organizations {
		parents[o.Code] = o.ParentCode
	}
	for at := &unit; at != nil; at = parents[*at] {
		for _, h := range p.season.UnitHeads {
			if h.OrganizationCode == *at {
				return h.PersonCode
			}
		}
	}
	return ""
}

// check lets the office ask the rules about every nomination and act on the answers.
func (p *play) check(ctx context.Context) error {
	if _, _, err := p.open(ctx, model.CampaignPhaseReviewing); err != nil {
		return err
	}
	if err := p.read(ctx); err != nil {
		return err
	}
	for _, row := range p.season.Nominations {
		if err := p.checkOne(ctx, row); err != nil {
			return fmt.Errorf("%s: %w", row.Reference, err)
		}
	}
	p.say("%d nominations accepted, %d ineligible, %d held", len(p.season.Nominations)-p.result.Ineligible-p.result.Held, p.result.Ineligible, p.result.Held)
	return p.read(ctx)
}

func (p *play) checkOne(ctx context.Context, row season.Nomination) error {
	by, err := p.secretary(ctx, row.NomineeCode)
	if err != nil {
		return err
	}
	n := p.nominations[row.Reference]
	answer, err := p.Eligibility(ctx, by, n.ID)
	if err != nil {
		return err
	}
	switch answer.Verdict {
	case model.EligibilityVerdictNotEligible:
		p.result.Ineligible++
		_, err = p.DeclareIneligible(ctx, by, model.DeclareIneligibleInput{NominationID: n.ID, ExpectedVersion: n.Version, Reason: "Không đủ điều kiện theo quy định"})
	case model.EligibilityVerdictDeferred:
		p.result.Held++
		_, err = p.HoldNomination(ctx, by, model.HoldNominationInput{NominationID: n.ID, ExpectedVersion: n.Version,
			Reason: "Đang thanh tra, kiểm tra hoặc xác minh đơn thư", Document: "Thông báo của cơ quan có thẩm quyền"})
	default:
		input := model.AcceptNominationInput{NominationID: n.ID, ExpectedVersion: n.Version}
		for _, finding := range answer.Undecided() {
			input.Confirmations = append(input.Confirmations, &model.RuleConfirmationInput{RuleCode: finding.RuleCode, Document: "Biên bản kiểm tra hồ sơ"})
		}
		_, err = p.AcceptNomination(ctx, by, input)
	}
	return err
}

// accepted says whether a nomination goes to review.
func (p *play) accepted(reference string) bool {
	n := p.nominations[reference]
	return n != nil && n.Scored()
}
