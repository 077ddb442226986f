package store

import (
	"context"
	"slices"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

func (im *importer) importUnits(ctx context.Context) error {
	const file = season.FileOrganizations
	var units []*model.Organization
	var versions []*model.OrganizationVersion
	for _, row := range im.season.Organizations {
		if unit := im.units[row.Code]; unit != nil {
			im.known(file, row.Line, row.Code, im.sameUnit(unit, row))
			continue
		}
		if model.CheckCode("", row.Code) != nil {
			im.fault(file, row.Line, "code", "code.invalid", "value", row.Code)
		}
		unit := &model.Organization{ID: newID("organization"), Code: row.Code, Version: 1}
		version := &model.OrganizationVersion{ID: newID("version"), OrganizationID: unit.ID, Name: row.Name, Kind: row.Kind,
			Folded: foldOrganization(row.Code, row.Name), ValidFrom: row.ValidFrom, ValidTo: row.ValidTo}
		unit.History = []*model.OrganizationVersion{version}
		im.units[row.Code], im.unitsByID[unit.ID] = unit, unit
		units, versions = append(units, unit), append(versions, version)
	}
	for _, row := range im.season.Organizations {
		if row.ParentCode == nil {
			continue
		}
		parent := im.units[*row.ParentCode]
		switch {
		case parent == nil:
			im.dangling(file, row.Line, "parent_code", *row.ParentCode)
		case im.above(*row.ParentCode, row.Code):
			im.fault(file, row.Line, "parent_code", "organization.below_itself", "code", row.Code)
		case !slices.Contains(units, im.units[row.Code]):
			// recorded, and compared above
		default:
			im.units[row.Code].History[0].ParentID = &parent.ID
		}
	}
	if len(im.faults) > 0 {
		return nil // nothing will be written; what follows still finds the units
	}
	if err := keep(ctx, im, file, "importSeason", registry, units); err != nil {
		return err
	}
	return insertAll(ctx, im.act, versions)
}

// sameUnit says whether a row is what is recorded of a unit. One that ended since is the same.
func (im *importer) sameUnit(unit *model.Organization, row season.Organization) bool {
	return slices.ContainsFunc(unit.History, func(v *model.OrganizationVersion) bool {
		parent := im.unitsByID[value(v.ParentID)]
		return v.ValidFrom == row.ValidFrom && v.Name == row.Name && v.Kind == row.Kind && (parent == nil) == (row.ParentCode == nil) &&
			(parent == nil || parent.Code == *row.ParentCode) && (row.ValidTo == nil || equal(unit.At(v.ValidFrom).ValidTo, row.ValidTo))
	})
}

// above says whether a unit lies above another, or is it, in the file: a circle.
func (im *importer) above(code, above string) bool {
	parents := map[string]*string{}
	for _, row := range im.season.Organizations {
		parents[row.Code] = row.ParentCode
	}
	for range parents {
		if code == above {
			return true
		}
		if parents[code] == nil {
			return false
		}
		code = *parents[code]
	}
	return true
}

func (im *importer) importSuccessions(ctx context.Context) error {
	const file = season.FileSuccessions
	var recorded, fresh []*model.Succession
	if err := im.NewSelect().Model(&recorded).Scan(ctx); err != nil {
		return err
	}
	for _, row := range im.season.Successions {
		from, to := im.units[row.PredecessorCode], im.units[row.SuccessorCode]
		if from == nil {
			im.dangling(file, row.Line, "predecessor_code", row.PredecessorCode)
		}
		if to == nil {
			im.dangling(file, row.Line, "successor_code", row.SuccessorCode)
		}
		if from == nil || to == nil {
			continue
		}
		if from == to {
			im.fault(file, row.Line, "successor_code", "organization.own_successor")
			continue
		}
		if slices.ContainsFunc(recorded, func(x *model.Succession) bool {
			return x.PredecessorID == from.ID && x.SuccessorID == to.ID && x.EffectiveOn == row.EffectiveOn
		}) {
			im.count(file).Unchanged++
			continue
		}
		fresh = append(fresh, &model.Succession{ID: newID("succession"), PredecessorID: from.ID, SuccessorID: to.ID, EffectiveOn: row.EffectiveOn})
	}
	return keepSound(ctx, im, file, fresh)
}
