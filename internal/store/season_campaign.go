package store

import (
	"context"
	"errors"
	"slices"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

func (im *importer) importCampaign(ctx context.Context) error {
	const file = season.FileCampaign
	row := im.season.Campaign
	if row == nil {
		return nil
	}
	issuer, unit := im.units[row.IssuerCode], im.units[row.StandingUnitCode]
	if issuer == nil {
		im.dangling(file, row.Line, "issuer_code", row.IssuerCode)
	}
	if unit == nil {
		im.dangling(file, row.Line, "standing_unit_code", row.StandingUnitCode)
	}
	if im.people[row.SignerCode] == nil {
		im.dangling(file, row.Line, "signer_code", row.SignerCode)
	}
	if issuer == nil || unit == nil {
		return nil
	}
	c := &model.Campaign{ID: newID("campaign"), Code: row.Code, Title: row.Title, Year: row.Year, Kind: row.Kind, IssuerID: issuer.ID, StandingUnitID: unit.ID,
		Phase: model.CampaignPhaseDraft, Adjustment: row.Adjustment, MinimumServiceMonths: row.MinimumServiceMonths, BonusRounding: row.BonusRounding,
		VoteRule: model.VoteRule{Quorum: row.Quorum, Threshold: row.Threshold, Base: row.ThresholdBase}, Version: 1}
	c.SetTieChain(row.TieChain)
	if slices.Contains(row.TieChain, model.TieBreakLot) {
		c.LotSeed = &c.Code // the season's own text; announced with its code
	}
	im.fillCampaign(c)
	if model.CheckCode("", row.Code) != nil {
		im.fault(file, row.Line, "code", "code.invalid", "value", row.Code)
	}
	if refusal, ok := errors.AsType[*model.Error](c.Check()); ok {
		for _, v := range refusal.Violations {
			im.fault(file, row.Line, "", v.Key)
			im.faults[len(im.faults)-1].Args = v.Args
		}
	}
	recorded, err := one(ctx, im.NewSelect().Where("code = ?", row.Code), new(model.Campaign), "campaign", row.Code, withParts)
	switch {
	case err == nil:
		im.campaign = recorded
		im.known(file, row.Line, row.Code, recorded.SameRules(c) && recorded.IssuerID == c.IssuerID)
		return nil
	case model.CodeOf(err) != model.CodeNotFound:
		return err
	}
	im.campaign = c
	if len(im.faults) > 0 {
		return nil
	}
	where := func(*model.Campaign) about { return aboutCampaign(c) }
	if err := keep(ctx, im, file, "importSeason", where, []*model.Campaign{c}); err != nil {
		return err
	}
	return im.insertParts(ctx, c)
}

// fillCampaign puts the rows of the other files on the campaign.
func (im *importer) fillCampaign(c *model.Campaign) {
	for i, g := range im.season.Grounds {
		c.Grounds = append(c.Grounds, &model.Ground{ID: newID("ground"), CampaignID: c.ID, Position: i + 1, Code: g.Code, Name: g.Name})
	}
	for i, q := range im.season.Quotas {
		t := im.types[q.AwardCode]
		if t == nil {
			im.dangling(season.FileQuotas, q.Line, "award_code", q.AwardCode)
			continue
		}
		if !t.Fits(q.RecipientKind) {
			im.fault(season.FileQuotas, q.Line, "recipient_kind", "eligibility.recipient_kind.failed", "awardType", t.Name, "kind", q.RecipientKind)
		}
		c.Quotas = append(c.Quotas, &model.Quota{ID: newID("quota"), CampaignID: c.ID, Position: i + 1, RecipientKind: q.RecipientKind, AwardTypeID: t.ID,
			Places: q.Places, Shortlist: q.Shortlist})
	}
	for i, r := range im.season.Criteria {
		c.Rubric = append(c.Rubric, &model.Criterion{ID: newID("criterion"), CampaignID: c.ID, Position: i + 1, RecipientKind: r.RecipientKind, Code: r.Code,
			Name: r.Name, MaxPoints: r.MaxPoints, Step: season.Step, Source: r.Source})
	}
	for _, p := range im.season.Phases {
		c.Windows = append(c.Windows, &model.PhaseWindow{ID: newID("window"), CampaignID: c.ID, Phase: p.Phase, OpensOn: p.OpensOn, ClosesOn: p.ClosesOn})
	}
	for i, seat := range im.season.Council {
		person := im.people[seat.PersonCode]
		if person == nil {
			im.dangling(season.FileCouncil, seat.Line, "person_code", seat.PersonCode)
			continue
		}
		c.Seats = append(c.Seats, &model.CouncilMember{ID: newID("seat"), CampaignID: c.ID, PersonID: person.ID, Position: i + 1, Role: seat.Role})
	}
}

// importCouncil gives the council their logins: the chair decides for the issuer, the secretary runs its campaigns.
func (im *importer) importCouncil(ctx context.Context) error {
	if im.campaign == nil {
		return nil
	}
	issuer := im.units[im.season.Campaign.IssuerCode]
	for _, row := range im.season.Council {
		person := im.people[row.PersonCode]
		if person == nil {
			continue
		}
		var err error
		switch row.Role {
		case model.CouncilRoleChair:
			err = im.seat(ctx, season.FileCouncil, person, model.RoleApprover, issuer)
		case model.CouncilRoleSecretary:
			err = im.seat(ctx, season.FileCouncil, person, model.RoleSecretary, issuer)
		default:
			_, err = im.account(ctx, person)
			im.count(season.FileCouncil).Unchanged++
		}
		if err != nil {
			return err
		}
	}
	return nil
}
