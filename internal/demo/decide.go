package demo

import (
	"bytes"
	"context"
	"slices"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// decide lets the chair approve what the council endorsed, within the places and by rank; the office drafts the decision,
// and the chair issues it on its date.
func (p *play) decide(ctx context.Context) error {
	c, secretary, err := p.open(ctx, model.CampaignPhaseDeciding)
	if err != nil {
		return err
	}
	p.at(p.season.Campaign.DecisionDate)
	chair, err := p.as(ctx, p.seated(model.CouncilRoleChair))
	if err != nil {
		return err
	}
	var chosen []*model.NominationVersionInput
	for _, q := range p.season.Quotas {
		ranking, err := p.Ranking(ctx, secretary, c, q.RecipientKind)
		if err != nil {
			return err
		}
		best, err := p.best(ctx, ranking, q)
		if err != nil {
			return err
		}
		chosen = append(chosen, best...)
	}
	if _, err := p.ApproveNominations(ctx, chair, model.ApproveNominationsInput{Nominations: chosen}); err != nil {
		return err
	}
	row := p.season.Campaign
	draft, err := p.DraftDecision(ctx, secretary, model.DraftDecisionInput{CampaignCode: c.Code, Number: &row.DecisionNumber, DecidedOn: row.DecisionDate,
		SignerCode: row.SignerCode, SignerPosition: row.SignerPosition, SigningMode: row.SigningMode})
	if err != nil {
		return err
	}
	issued, err := p.IssueDecision(ctx, chair, model.IssueDecisionInput{DecisionID: draft.ID, ExpectedVersion: draft.Version,
		Collectives: draft.Collectives, Individuals: draft.Individuals})
	if err != nil {
		return err
	}
	p.result.Campaign, p.result.Decision, p.result.Bonus = c.Title, *issued.Number, issued.BonusTotal
	p.result.Collectives, p.result.Individuals = issued.Collectives, issued.Individuals
	p.say("decision %s issued: %d collectives, %d individuals", *issued.Number, issued.Collectives, issued.Individuals)
	return nil
}

// best are the endorsed nominations of one quota, by rank, as many as it has places. One that a case has caught up with
// waits.
func (p *play) best(ctx context.Context, ranking []*model.RankingEntry, q season.Quota) ([]*model.NominationVersionInput, error) {
	byID := map[string]*model.Nomination{}
	for _, n := range p.nominations {
		byID[n.ID] = n
	}
	rows := map[string]season.Nomination{}
	for _, row := range p.season.Nominations {
		rows[row.Reference] = row
	}
	var best []*model.NominationVersionInput
	for _, e := range ranking {
		n := byID[e.NominationID]
		if n.Status != model.NominationStatusEndorsed || rows[n.Reference].AwardCode != q.AwardCode || len(best) == q.Places {
			continue
		}
		by, err := p.secretary(ctx, rows[n.Reference].NomineeCode)
		if err != nil {
			return nil, err
		}
		answer, err := p.Eligibility(ctx, by, n.ID)
		if err != nil {
			return nil, err
		}
		if answer.Verdict == model.EligibilityVerdictDeferred || answer.Verdict == model.EligibilityVerdictNotEligible {
			continue
		}
		best = append(best, &model.NominationVersionInput{NominationID: n.ID, ExpectedVersion: n.Version})
	}
	return best, nil
}

// publish opens the decision to everyone and goes to the day after.
func (p *play) publish(ctx context.Context) error {
	c, secretary, err := p.open(ctx, model.CampaignPhasePublished)
	if err != nil {
		return err
	}
	chair, err := p.as(ctx, p.seated(model.CouncilRoleChair))
	if err != nil {
		return err
	}
	found, err := p.Decisions(ctx, secretary, &model.DecisionFilter{CampaignCode: &c.Code}, model.Page{})
	if err != nil {
		return err
	}
	for _, d := range found.Nodes {
		if _, err := p.PublishDecision(ctx, chair, model.PublishDecisionInput{DecisionID: d.ID, ExpectedVersion: d.Version}); err != nil {
			return err
		}
	}
	p.say("published")
	p.at(p.window(model.CampaignPhasePublished).OpensOn.AddDays(1))
	return nil
}

// nextCode is the campaign a visitor can try every role in.
const nextCode = "THU-NGHIEM"

// openNext opens a second, small campaign for nominations, by the rules of the season, with a draft and a submitted
// nomination in it.
func (p *play) openNext(ctx context.Context) error {
	secretary, err := p.secretary(ctx, "")
	if err != nil {
		return err
	}
	c, err := p.CreateCampaign(ctx, secretary, p.nextCampaign())
	if err != nil {
		return err
	}
	if _, err := p.OpenPhase(ctx, secretary, model.OpenPhaseInput{CampaignCode: c.Code, ExpectedVersion: c.Version, Phase: model.CampaignPhaseNominating}); err != nil {
		return err
	}
	if err := p.nominateNext(ctx); err != nil {
		return err
	}
	p.say("campaign %s is open for nominations", nextCode)
	return nil
}

// nextCampaign has the rubric, grounds and council of the season, few places, and windows that begin today.
func (p *play) nextCampaign() model.CreateCampaignInput {
	row, today := p.season.Campaign, model.DateOf(p.Clock.Now())
	input := model.CreateCampaignInput{Code: nextCode, Title: "Khen thưởng chuyên đề cải cách hành chính (đợt dùng thử)", Year: today.Year() - 1, Kind: model.CampaignKindThematic,
		IssuerCode: row.IssuerCode, StandingUnitCode: row.StandingUnitCode, Adjustment: row.Adjustment, TieChain: []model.TieBreak{model.TieBreakAdjustedScore},
		MinimumServiceMonths: row.MinimumServiceMonths, BonusRounding: row.BonusRounding}
	for _, g := range p.season.Grounds {
		input.Grounds = append(input.Grounds, &model.GroundInput{Code: g.Code, Name: g.Name})
	}
	for _, q := range p.season.Quotas {
		input.Quotas = append(input.Quotas, &model.QuotaInput{RecipientKind: q.RecipientKind, AwardTypeCode: q.AwardCode, Places: 5, Shortlist: 6})
	}
	for _, c := range p.season.Criteria {
		input.Criteria = append(input.Criteria, &model.CriterionInput{RecipientKind: c.RecipientKind, Code: c.Code, Name: c.Name, MaxPoints: c.MaxPoints,
			Step: season.Step, Source: c.Source})
	}
	for _, seat := range p.season.Council {
		input.Council = append(input.Council, &model.CouncilMemberInput{PersonCode: seat.PersonCode, Role: seat.Role})
	}
	opens := today
	for _, phase := range []model.CampaignPhase{model.CampaignPhaseNominating, model.CampaignPhaseReviewing, model.CampaignPhaseVoting,
		model.CampaignPhaseDeciding, model.CampaignPhasePublished} {
		closes := opens.AddDays(13)
		input.Windows = append(input.Windows, &model.PhaseWindowInput{Phase: phase, OpensOn: opens, ClosesOn: &closes})
		opens = closes.AddDays(1)
	}
	return input
}

// nominateNext lets two heads nominate someone of their unit; the second one hands it in with a report.
func (p *play) nominateNext(ctx context.Context) error {
	heads := slices.Clone(p.season.UnitHeads)
	slices.Reverse(heads)
	done := 0
	for _, h := range heads {
		at := slices.IndexFunc(p.season.People, func(x season.Person) bool {
			return x.OrganizationCode == h.OrganizationCode && x.Code != h.PersonCode
		})
		if at < 0 || done == 2 || !p.offers(model.RecipientKindIndividual) {
			continue
		}
		by, err := p.as(ctx, h.PersonCode)
		if err != nil {
			return err
		}
		if err := p.nominateOne(ctx, by, h.OrganizationCode, p.season.People[at], done == 1); err != nil {
			return err
		}
		done++
	}
	return nil
}

func (p *play) offers(kind model.RecipientKind) bool { return slices.Contains(p.kinds(), kind) }

func (p *play) nominateOne(ctx context.Context, by model.Actor, unit string, nominee season.Person, submit bool) error {
	award := ""
	for _, q := range p.season.Quotas {
		if q.RecipientKind == model.RecipientKindIndividual {
			award = q.AwardCode
		}
	}
	input := model.CreateNominationInput{CampaignCode: nextCode, AwardTypeCode: award, RecipientKind: model.RecipientKindIndividual, RecipientCode: nominee.Code,
		SubmittedByCode: unit, GroundCode: p.season.Grounds[0].Code, Achievement: "Sáng kiến rút ngắn thời gian giải quyết hồ sơ"}
	if p.measured(unit) {
		input.ReformUnitCode = &unit
	}
	n, err := p.CreateNomination(ctx, by, input)
	if err != nil || !submit {
		return err
	}
	const name = "bao-cao-thanh-tich.pdf"
	attached, err := p.AttachEvidence(ctx, by, n.ID, n.Version, name, bytes.NewReader(season.Sample(name, n.Reference)))
	if err != nil {
		return err
	}
	_, err = p.SubmitNomination(ctx, by, model.SubmitNominationInput{RequestNumber: "01/TTr-" + unit, RequestedOn: model.DateOf(p.Clock.Now()),
		Nominations: []*model.NominationVersionInput{{NominationID: n.ID, ExpectedVersion: attached.Nomination.Version}}})
	return err
}

// measured says whether the season has reform results of a unit.
func (p *play) measured(unit string) bool {
	return slices.ContainsFunc(p.season.Results, func(x season.Result) bool { return x.OrganizationCode == unit })
}
