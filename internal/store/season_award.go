package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vinhdanh/internal/names"
	"vinhdanh/internal/season"
	"vinhdanh/model"
)

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
	numbered := byID(decisions, func(d *model.Decision) string {
		return fmt.Sprint(d.IssuerID, d.Year, strings.TrimLeft(*d.Number, "0"))
	})
	standing, listed := map[string]*model.Award{}, map[string]int{}
	for _, award := range recorded {
		standing[award.DecisionID+award.RecipientID()+award.AwardTypeID] = award
		listed[award.DecisionID] = max(listed[award.DecisionID], award.ListPosition)
	}
	var granted, grown []*model.Decision
	for _, row := range im.season.EarlierAwards {
		award := im.earlierAward(row)
		if award == nil {
			continue
		}
		issuer := im.units[row.DecidingOrganizationCode]
		key := fmt.Sprint(issuer.ID, row.DecidedOn.Year(), strings.TrimLeft(row.DecisionNumber, "0"))
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
		if old := standing[d.ID+award.RecipientID()+award.AwardTypeID]; old != nil {
			im.known(file, row.Line, row.RecipientCode, old.Year == award.Year && equal(old.AchievementCode, award.AchievementCode) && equal(old.Achievement, award.Achievement))
			continue
		}
		switch {
		case d.CampaignID != nil:
			im.fault(file, row.Line, "decision_number", "decision.immutable")
			continue
		case !slices.Contains(granted, d) && !slices.Contains(grown, d):
			grown = append(grown, d)
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
	for _, d := range granted {
		im.audit("importSeason", aboutDecision(d), nil, d)
	}
	if err := insertAll(ctx, im.act, granted); err != nil {
		return err
	}
	for _, d := range grown {
		d.Version++
		im.audit("importSeason", aboutDecision(d), nil, d)
		if err := save(ctx, im.act, d); err != nil {
			return err
		}
	}
	issuers := map[string]string{}
	for _, d := range numbered {
		issuers[d.ID] = d.IssuerID
	}
	return keep(ctx, im, file, "importSeason", func(award *model.Award) about {
		return about{realm: model.RealmDecision, organizationID: issuers[award.DecisionID]}
	}, fresh)
}

// earlierAward makes an award of a row; nil when the row names what is not there. Authority is not asked of history.
func (im *importer) earlierAward(row season.EarlierAward) *model.Award {
	const file = season.FileEarlierAwards
	before := im.wrong()
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
	if im.wrong() > before {
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
		unit = im.unitsByID[position.OrganizationID]
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
