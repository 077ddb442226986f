package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

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
		Phase: model.CampaignPhaseDraft, Adjustment: row.Adjustment, MinimumServiceMonths: row.MinimumServiceMonths, BonusRounding: row.BonusRounding, Version: 1}
	c.SetTieChain(row.TieChain)
	if slices.Contains(row.TieChain, model.TieBreakLot) {
		c.LotSeed = &c.Code // the season's own text; announced with its code
	}
	im.fillCampaign(c)
	c.SetVoteRule(model.VoteRule{Quorum: row.Quorum, Threshold: row.Threshold, Base: row.ThresholdBase})
	if model.CheckCode("", row.Code) != nil {
		im.fault(file, row.Line, "code", "code.invalid", "value", row.Code)
	}
	im.checkCampaign(c)
	recorded, err := one(ctx, im.NewSelect().Where("code = ?", row.Code), new(model.Campaign), "campaign", row.Code, withParts)
	switch {
	case err == nil:
		im.campaign = recorded
		im.compareCampaign(recorded, c)
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
	for name, rows := range map[string]int{season.FilePhases: len(c.Windows), season.FileQuotas: len(c.Quotas), season.FileGrounds: len(c.Grounds),
		season.FileCriteria: len(c.Rubric), season.FileCouncil: len(c.Seats)} {
		im.count(name).Created = rows
	}
	return im.insertParts(ctx, c)
}

// partFiles are the files in which the parts of a campaign stand, by the input field a rule finds fault with.
var partFiles = map[string]string{"criteria": season.FileCriteria, "windows": season.FilePhases, "council": season.FileCouncil,
	"quotas": season.FileQuotas, "grounds": season.FileGrounds}

// checkCampaign tells what does not fit together, in the file where it stands. What a row alone shows has been told.
func (im *importer) checkCampaign(c *model.Campaign) {
	refusal, ok := errors.AsType[*model.Error](c.Check())
	if !ok || im.season.Partial {
		return
	}
	for _, v := range refusal.Violations {
		if slices.Contains([]string{"campaign.duplicate", "campaign.fraction", "date.order", "campaign.shortlist_below_places"}, v.Key) {
			continue
		}
		field := strings.Split(v.Path, ".")[1]
		file, line := partFiles[field], 0
		if file == "" {
			file, line = season.FileCampaign, im.season.Campaign.Line
		}
		im.faults = append(im.faults, &model.ImportError{File: file, Line: line, Key: v.Key, Args: v.Args})
	}
}

// compareCampaign holds the rows against the recorded campaign. One that has been touched since has a life of its own.
func (im *importer) compareCampaign(recorded, c *model.Campaign) {
	s := im.season
	touched := recorded.Version > 1
	im.known(season.FileCampaign, s.Campaign.Line, c.Code, touched || recorded.Title == c.Title && recorded.Year == c.Year && recorded.Kind == c.Kind &&
		recorded.IssuerID == c.IssuerID && recorded.StandingUnitID == c.StandingUnitID && recorded.Adjustment == c.Adjustment &&
		recorded.MinimumServiceMonths == c.MinimumServiceMonths && recorded.TieChainText == c.TieChainText &&
		recorded.BonusRounding == c.BonusRounding && sameVoteRule(recorded, c))
	for _, row := range s.Phases {
		w := recorded.Window(row.Phase)
		im.known(season.FilePhases, row.Line, string(row.Phase), touched || w != nil && w.OpensOn == row.OpensOn && equal(w.ClosesOn, row.ClosesOn))
	}
	for _, row := range s.Quotas {
		if t := im.types[row.AwardCode]; t != nil {
			q := recorded.Quota(row.RecipientKind, t.ID)
			im.known(season.FileQuotas, row.Line, row.AwardCode, touched || q != nil && q.Places == row.Places && q.Shortlist == row.Shortlist)
		}
	}
	for _, row := range s.Grounds {
		g := recorded.Ground(row.Code)
		im.known(season.FileGrounds, row.Line, row.Code, touched || g != nil && g.Name == row.Name)
	}
	for _, row := range s.Criteria {
		im.known(season.FileCriteria, row.Line, row.Code, touched || slices.ContainsFunc(recorded.Rubric, func(r *model.Criterion) bool {
			return r.RecipientKind == row.RecipientKind && r.Code == row.Code && r.Name == row.Name && r.MaxPoints.Equal(row.MaxPoints.Decimal) && r.Source == row.Source
		}))
	}
	for _, row := range s.Council {
		if person := im.people[row.PersonCode]; person != nil {
			im.known(season.FileCouncil, row.Line, row.PersonCode, touched || slices.ContainsFunc(recorded.Seats, func(seat *model.CouncilMember) bool {
				return seat.PersonID == person.ID && seat.Role == row.Role
			}))
		}
	}
	for file, parts := range map[string][2]int{season.FilePhases: {len(recorded.Windows), len(s.Phases)}, season.FileQuotas: {len(recorded.Quotas), len(s.Quotas)},
		season.FileGrounds: {len(recorded.Grounds), len(s.Grounds)}, season.FileCriteria: {len(recorded.Rubric), len(s.Criteria)},
		season.FileCouncil: {len(recorded.Seats), len(s.Council)}} {
		if !touched && parts[0] > parts[1] {
			im.fault(file, 0, "", "import.differs", "key", c.Code)
		}
	}
}

// sameVoteRule says whether two campaigns count votes by one rule, the same.
func sameVoteRule(recorded, c *model.Campaign) bool {
	return !slices.ContainsFunc(recorded.Quotas, func(q *model.Quota) bool { return len(c.Quotas) > 0 && q.VoteRule != c.Quotas[0].VoteRule })
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

// importCouncil gives the council their logins: the chair decides for the issuer, the secretary runs its campaigns. Seats
// of a campaign that is recorded already are left as they are.
func (im *importer) importCouncil(ctx context.Context) error {
	if im.campaign == nil || im.count(season.FileCampaign).Created == 0 && len(im.faults) == 0 {
		return nil
	}
	roles := map[model.CouncilRole]model.Role{model.CouncilRoleChair: model.RoleApprover, model.CouncilRoleSecretary: model.RoleSecretary}
	for _, row := range im.season.Council {
		person := im.people[row.PersonCode]
		if person == nil {
			continue
		}
		role := cmp.Or(roles[row.Role], model.RoleReviewer)
		if _, err := im.seat(ctx, season.FileCouncil, row.Line, person, role, im.units[im.season.Campaign.IssuerCode]); err != nil {
			return err
		}
	}
	return nil
}
