package store

import (
	"context"
	"fmt"
	"slices"

	"vinhdanh/internal/names"
	"vinhdanh/internal/season"
	"vinhdanh/model"
)

func (im *importer) importResults(ctx context.Context) error {
	const file = season.FileResults
	values := map[[2]any]map[string]model.Decimal{}
	for _, row := range im.season.Results {
		unit, indicator := im.units[row.OrganizationCode], im.indicators[row.IndicatorCode]
		switch {
		case unit == nil:
			im.dangling(file, row.Line, "organization_code", row.OrganizationCode)
			continue
		case indicator == nil:
			im.dangling(file, row.Line, "indicator_code", row.IndicatorCode)
			continue
		case row.Year < 2000 || row.Year > 2100:
			im.fault(file, row.Line, "year", "import.invalid", "value", row.Year)
			continue
		}
		key := [2]any{unit.ID, row.Year}
		if values[key] == nil {
			values[key] = map[string]model.Decimal{}
		}
		values[key][row.IndicatorCode] = row.Value
		im.refuse(file, row.Line, "value", indicator.Check("value", row.Value))
	}
	for _, row := range im.season.Results {
		unit, indicator := im.units[row.OrganizationCode], im.indicators[row.IndicatorCode]
		if unit == nil || indicator == nil {
			continue
		}
		if slices.Contains([]string{model.IndicatorOnline, model.IndicatorOnTime}, row.IndicatorCode) {
			counts := map[string]model.Decimal{row.IndicatorCode: row.Value}
			if received, known := values[[2]any{unit.ID, row.Year}][model.IndicatorReceived]; known {
				counts[model.IndicatorReceived] = received
			}
			im.refuse(file, row.Line, "value", model.CheckCounts("value", counts))
		}
		if err := im.importResult(ctx, file, row, unit, indicator); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) importResult(ctx context.Context, file string, row season.Result, unit *model.Organization, indicator *model.ReformIndicator) error {
	if len(im.faults) > 0 {
		return nil
	}
	fresh := &model.ReformResult{OrganizationID: unit.ID, Year: row.Year, IndicatorID: indicator.ID, Value: row.Value, Status: row.Status,
		Source: row.Source, RecordedBy: optional(im.by.AccountID)}
	if row.Status == model.ReformResultStatusVerified {
		fresh.VerifiedAt = &im.now
	}
	kept, err := im.reviseResult(ctx, fresh)
	if kept == fresh {
		im.count(file).Created++
	} else {
		im.count(file).Unchanged++
	}
	return err
}

// refuse tells the refusal of a rule as a fault of a field.
func (im *importer) refuse(file string, line int, column string, err error) {
	if refusal, ok := err.(*model.Error); ok && refusal != nil {
		im.fault(file, line, column, refusal.Key)
		im.faults[len(im.faults)-1].Args = refusal.Args
	}
}

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
	if refusal, ok := c.Check().(*model.Error); ok && refusal != nil {
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

func (im *importer) importNominations(ctx context.Context) error {
	const file = season.FileNominations
	if im.campaign == nil {
		return nil
	}
	var recorded, fresh []*model.Nomination
	if err := im.NewSelect().Model(&recorded).Where("campaign_id = ?", im.campaign.ID).Scan(ctx); err != nil {
		return err
	}
	byReference := byID(recorded, func(n *model.Nomination) string { return n.Reference })
	standing := map[string]string{}
	for _, row := range im.season.Nominations {
		n := im.nomination(row)
		if n == nil {
			continue
		}
		if old := byReference[row.Reference]; old != nil {
			im.known(file, row.Line, row.Reference, old.RecipientID() == n.RecipientID() && old.AwardTypeID == n.AwardTypeID)
			continue
		}
		key := n.RecipientID() + n.AwardTypeID
		if earlier := standing[key]; earlier != "" {
			im.fault(file, row.Line, "nominee_code", "eligibility.one_live_nomination.failed", "reference", earlier)
			continue
		}
		standing[key] = row.Reference
		fresh = append(fresh, n)
	}
	if len(im.faults) > 0 {
		return nil
	}
	if err := keep(ctx, im, file, "importSeason", aboutNomination, fresh); err != nil {
		return uniqueOr(err, model.Errorf(model.CodeConflict, "nomination.duplicate"))
	}
	return im.importMovesAndFiles(ctx, fresh)
}

// nomination makes a draft of a row; nil when the row names what is not there.
func (im *importer) nomination(row season.Nomination) *model.Nomination {
	const file = season.FileNominations
	before := len(im.faults)
	day := im.campaign.Window(model.CampaignPhaseNominating)
	n := &model.Nomination{ID: newID("nomination"), CampaignID: im.campaign.ID, Reference: row.Reference, RecipientKind: row.NomineeKind,
		AchievementCode: row.AchievementCode, Achievement: row.Achievement, Status: model.NominationStatusDraft, Version: 1, Campaign: im.campaign}
	im.nominate(n, row, day)
	submitter, ground, t := im.units[row.SubmittedBy], im.campaign.Ground(row.GroundCode), im.types[row.AwardCode]
	if submitter == nil {
		im.dangling(file, row.Line, "submitted_by", row.SubmittedBy)
	} else {
		n.SubmittedByID = submitter.ID
		if n.UnitID != "" && !im.under(n.UnitID, submitter, day) {
			im.fault(file, row.Line, "submitted_by", "nomination.not_of_unit", "recipient", row.NomineeCode, "unit", row.SubmittedBy)
		}
	}
	if ground == nil {
		im.dangling(file, row.Line, "ground_code", row.GroundCode)
	} else {
		n.GroundID = ground.ID
	}
	switch {
	case t == nil:
		im.dangling(file, row.Line, "award_code", row.AwardCode)
	case im.campaign.Quota(row.NomineeKind, t.ID) == nil:
		im.fault(file, row.Line, "award_code", "nomination.not_offered", "awardType", t.Code, "kind", row.NomineeKind, "campaign", im.campaign.Code)
	default:
		n.AwardTypeID = t.ID
	}
	if row.ReformResultsOf != nil {
		if unit := im.units[*row.ReformResultsOf]; unit != nil {
			n.ReformUnitID = &unit.ID
		} else {
			im.dangling(file, row.Line, "reform_results_of", *row.ReformResultsOf)
		}
	}
	if len(im.faults) > before {
		return nil
	}
	return n
}

// nominate finds the recipient and the unit on the day nominations open.
func (im *importer) nominate(n *model.Nomination, row season.Nomination, window *model.PhaseWindow) {
	if row.NomineeKind == model.RecipientKindCollective {
		unit := im.units[row.NomineeCode]
		if unit == nil {
			im.dangling(season.FileNominations, row.Line, "nominee_code", row.NomineeCode)
			return
		}
		n.OrganizationID, n.UnitID, n.RecipientFolded = &unit.ID, unit.ID, names.Fold(unit.History[len(unit.History)-1].Name)
		return
	}
	person := im.people[row.NomineeCode]
	if person == nil {
		im.dangling(season.FileNominations, row.Line, "nominee_code", row.NomineeCode)
		return
	}
	held := im.positions[person.ID]
	n.PersonID, n.RecipientFolded = &person.ID, names.Fold(person.FullName)
	if len(held) == 0 {
		return
	}
	position := held[len(held)-1]
	if window != nil {
		if then := model.PositionOn(held, window.OpensOn); then != nil {
			position = then
		}
	}
	n.UnitID = position.OrganizationID
}

// under says whether a unit lies in the subtree of another on the day nominations open.
func (im *importer) under(unitID string, above *model.Organization, window *model.PhaseWindow) bool {
	known := map[string]*model.Organization{}
	for _, o := range im.units {
		known[o.ID] = o
	}
	for range known {
		if unitID == above.ID {
			return true
		}
		unit := known[unitID]
		if unit == nil {
			return false
		}
		day := unit.History[0].ValidFrom
		if window != nil {
			day = window.OpensOn
		}
		parent := unit.At(day).ParentID
		if parent == nil {
			return false
		}
		unitID = *parent
	}
	return false
}

// importMovesAndFiles gives each new draft its first move and its evidence.
func (im *importer) importMovesAndFiles(ctx context.Context, fresh []*model.Nomination) error {
	var moves []*model.NominationMove
	var files []*model.EvidenceFile
	for _, n := range fresh {
		moves = append(moves, &model.NominationMove{ID: newID("move"), NominationID: n.ID, Act: model.NominationActDraft, ToStatus: n.Status, At: im.now,
			AccountID: optional(im.by.AccountID), OnBehalf: true, Version: 1})
		if content := im.samples[n.Reference]; content != nil {
			files = append(files, &model.EvidenceFile{ID: newID("evidence"), NominationID: n.ID, FileName: content.Name, MediaType: content.MediaType,
				Size: int64(len(content.Bytes)), SHA256: content.SHA256, AttachedBy: optional(im.by.AccountID), AttachedAt: im.now})
		}
	}
	if err := insertAll(ctx, im.act, moves); err != nil {
		return err
	}
	return insertAll(ctx, im.act, files)
}

func (im *importer) importEarlierAwards(ctx context.Context) error {
	const file = season.FileEarlierAwards
	var decisions []*model.Decision
	var recorded, fresh []*model.Award
	if err := im.NewSelect().Model(&decisions).Where("number IS NOT NULL").Scan(ctx); err != nil {
		return err
	}
	if err := im.NewSelect().Model(&recorded).Scan(ctx); err != nil {
		return err
	}
	numbered := byID(decisions, func(d *model.Decision) string { return fmt.Sprint(d.IssuerID, d.Year, *d.Number) })
	standing, listed := map[string]bool{}, map[string]int{}
	for _, award := range recorded {
		standing[award.DecisionID+award.RecipientID()+award.AwardTypeID] = true
		listed[award.DecisionID] = max(listed[award.DecisionID], award.ListPosition)
	}
	var granted []*model.Decision
	for _, row := range im.season.EarlierAwards {
		award := im.earlierAward(row)
		if award == nil {
			continue
		}
		issuer := im.units[row.DecidingOrganizationCode]
		key := fmt.Sprint(issuer.ID, row.DecidedOn.Year(), row.DecisionNumber)
		d := numbered[key]
		if d == nil {
			d = &model.Decision{ID: newID("decision"), Number: &row.DecisionNumber, Year: row.DecidedOn.Year(), DecidedOn: row.DecidedOn, IssuerID: issuer.ID,
				Status: model.DecisionStatusPublished, PublishedAt: &im.now, Version: 1}
			numbered[key], granted = d, append(granted, d)
		}
		if d.DecidedOn != row.DecidedOn {
			im.fault(file, row.Line, "decided_on", "import.decision_date", "number", row.DecisionNumber, "on", d.DecidedOn)
			continue
		}
		award.DecisionID = d.ID
		if key := d.ID + award.RecipientID() + award.AwardTypeID; standing[key] {
			im.count(file).Unchanged++
			continue
		} else {
			standing[key] = true
		}
		listed[d.ID]++
		award.ListPosition = listed[d.ID]
		if award.RecipientKind == model.RecipientKindCollective {
			d.Collectives++
		} else {
			d.Individuals++
		}
		fresh = append(fresh, award)
	}
	if len(im.faults) > 0 {
		return nil
	}
	if err := insertAll(ctx, im.act, granted); err != nil {
		return err
	}
	return keep(ctx, im, file, "importSeason", func(award *model.Award) about {
		return about{realm: model.RealmDecision, organizationID: award.UnitID}
	}, fresh)
}

// earlierAward makes an award of a row; nil when the row names what is not there. Authority is not asked of history.
func (im *importer) earlierAward(row season.EarlierAward) *model.Award {
	const file = season.FileEarlierAwards
	before := len(im.faults)
	t := im.types[row.AwardCode]
	if t == nil {
		im.dangling(file, row.Line, "award_code", row.AwardCode)
		t = &model.AwardType{}
	}
	if im.units[row.DecidingOrganizationCode] == nil {
		im.dangling(file, row.Line, "deciding_organization_code", row.DecidingOrganizationCode)
	}
	if row.Year < 1945 || row.Year > row.DecidedOn.Year() {
		im.fault(file, row.Line, "year", "import.invalid", "value", row.Year)
	}
	award := &model.Award{ID: newID("award"), AwardTypeID: t.ID, Category: t.Category, Level: t.Level, RecipientKind: row.RecipientKind, Year: row.Year,
		GrantedOn: row.DecidedOn, AchievementCode: row.AchievementCode, Achievement: row.Achievement, Published: true, Status: model.AwardStatusActive, Version: 1}
	im.recipient(award, row)
	if len(im.faults) > before {
		return nil
	}
	award.RecipientFolded = names.Fold(award.RecipientName)
	return award
}

// recipient puts the recipient on an earlier award, in the unit of that day as far as it is known. The position of that
// day is not recorded.
func (im *importer) recipient(award *model.Award, row season.EarlierAward) {
	unit := im.units[row.RecipientCode]
	if row.RecipientKind == model.RecipientKindIndividual {
		person := im.people[row.RecipientCode]
		if person == nil {
			im.dangling(season.FileEarlierAwards, row.Line, "recipient_code", row.RecipientCode)
			return
		}
		award.PersonID, award.RecipientName, award.RecipientSort, award.Gender = &person.ID, person.FullName, person.SortKey, person.Gender
		held := im.positions[person.ID]
		if len(held) == 0 {
			return
		}
		position := held[len(held)-1]
		if then := model.PositionOn(held, row.DecidedOn); then != nil {
			position = then
		}
		for _, o := range im.units {
			if o.ID == position.OrganizationID {
				unit = o
			}
		}
	}
	if unit == nil {
		im.dangling(season.FileEarlierAwards, row.Line, "recipient_code", row.RecipientCode)
		return
	}
	then := unit.At(row.DecidedOn)
	award.UnitID, award.UnitName = unit.ID, then.Name
	if row.RecipientKind == model.RecipientKindCollective {
		award.OrganizationID, award.RecipientName, award.RecipientSort = &unit.ID, then.Name, names.PlainKey(then.Name)
	}
}
