package store

import (
	"context"
	"fmt"
	"slices"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// foldOrganization is the text a unit is found by.
func foldOrganization(code, name string) string { return names.Fold(name + " " + code) }

// CreateOrganization enters a new unit into the tree.
func (s *Store) CreateOrganization(ctx context.Context, by model.Actor, input model.CreateOrganizationInput) (*model.Organization, error) {
	if err := model.CheckCode("input.code", input.Code); err != nil {
		return nil, err
	}
	unit := &model.Organization{ID: newID("organization"), Code: input.Code, Version: 1}
	version := &model.OrganizationVersion{ID: newID("version"), OrganizationID: unit.ID, Name: input.Name, Kind: input.Kind,
		Folded: foldOrganization(input.Code, input.Name), ValidFrom: input.ValidFrom}
	return once(ctx, s, by, func(a *act) (*model.Organization, error) {
		if input.ParentCode != nil {
			parent, err := a.livingOrganization(ctx, "input.parentCode", *input.ParentCode, input.ValidFrom)
			if err != nil {
				return nil, err
			}
			version.ParentID = &parent.ID
		}
		a.audit("createOrganization", aboutUnit(unit), nil, version)
		if err := insert(ctx, a, unit, version); err != nil {
			return nil, uniqueOr(err, model.Errorf(model.CodeConflict, "code.taken", "code", input.Code))
		}
		unit.History = []*model.OrganizationVersion{version}
		return unit.At(unit.TreeDay(a.today)), nil
	})
}

// RenameOrganization gives a unit a new name or kind from a day on.
func (s *Store) RenameOrganization(ctx context.Context, by model.Actor, input model.RenameOrganizationInput) (*model.Organization, error) {
	return s.changeOrganization(ctx, by, input.Code, input.ExpectedVersion, func(a *act, unit *model.Organization) error {
		return a.newVersion(ctx, "renameOrganization", unit, input.EffectiveOn, func(v *model.OrganizationVersion) {
			v.Name, v.Folded = input.Name, foldOrganization(unit.Code, input.Name)
			if input.Kind != nil {
				v.Kind = *input.Kind
			}
		})
	})
}

// MoveOrganization puts a unit under another parent from a day on.
func (s *Store) MoveOrganization(ctx context.Context, by model.Actor, input model.MoveOrganizationInput) (*model.Organization, error) {
	return s.changeOrganization(ctx, by, input.Code, input.ExpectedVersion, func(a *act, unit *model.Organization) error {
		var parentID *string
		if input.ParentCode != nil {
			parent, err := a.livingOrganization(ctx, "input.parentCode", *input.ParentCode, input.EffectiveOn)
			if err != nil {
				return err
			}
			below, err := a.everBelow(ctx, unit.ID, input.EffectiveOn)
			if err != nil {
				return err
			}
			if slices.Contains(below, parent.ID) {
				return model.BadInput("input.parentCode", "organization.below_itself", "code", parent.Code)
			}
			parentID = &parent.ID
		}
		return a.newVersion(ctx, "moveOrganization", unit, input.EffectiveOn, func(v *model.OrganizationVersion) { v.ParentID = parentID })
	})
}

// everBelow lists a unit with what lies below it on a day or will later on.
func (a *act) everBelow(ctx context.Context, unitID string, day model.Date) ([]string, error) {
	var ids []string
	err := a.NewRaw(`WITH RECURSIVE tree (id) AS (
			SELECT organization.id FROM organizations AS organization WHERE organization.id = ?0
			UNION
			SELECT version.organization_id FROM tree JOIN organization_versions AS version ON version.parent_id = tree.id
			WHERE version.valid_to IS NULL OR version.valid_to >= ?1
		) SELECT id FROM tree`, unitID, day).Scan(ctx, &ids)
	return ids, err
}

// SucceedOrganization records who takes over from a unit.
func (s *Store) SucceedOrganization(ctx context.Context, by model.Actor, input model.SucceedOrganizationInput) (*model.Organization, error) {
	return s.changeOrganization(ctx, by, input.Code, input.ExpectedVersion, func(a *act, unit *model.Organization) error {
		if err := unit.Give(input.EffectiveOn); err != nil {
			return err
		}
		for i, code := range input.SuccessorCodes {
			path := fmt.Sprintf("input.successorCodes.%d", i)
			successor, err := a.livingOrganization(ctx, path, code, input.EffectiveOn)
			if err != nil {
				return err
			}
			if successor.ID == unit.ID {
				return model.BadInput(path, "organization.own_successor")
			}
			succession := &model.Succession{ID: newID("succession"), PredecessorID: unit.ID, SuccessorID: successor.ID, EffectiveOn: input.EffectiveOn}
			a.audit("succeedOrganization", aboutUnit(unit), nil, succession)
			if err := insert(ctx, a, succession); err != nil {
				return uniqueOr(err, model.Errorf(model.CodeConflict, "organization.succession_known", "code", code))
			}
		}
		if input.Continues || unit.EndsOn(input.EffectiveOn.AddDays(-1)) {
			unit.Version++
			return nil
		}
		return a.endOrganization(ctx, "succeedOrganization", unit, input.EffectiveOn.AddDays(-1))
	})
}

// AbolishOrganization ends a unit without a successor.
func (s *Store) AbolishOrganization(ctx context.Context, by model.Actor, input model.AbolishOrganizationInput) (*model.Organization, error) {
	return s.changeOrganization(ctx, by, input.Code, input.ExpectedVersion, func(a *act, unit *model.Organization) error {
		return a.endOrganization(ctx, "abolishOrganization", unit, input.ValidTo)
	})
}

// changeOrganization locks a unit, checks the version the client read, and saves what the change leaves.
func (s *Store) changeOrganization(ctx context.Context, by model.Actor, code string, expected int, change func(*act, *model.Organization) error) (*model.Organization, error) {
	return once(ctx, s, by, func(a *act) (*model.Organization, error) {
		unit, err := one(ctx, s.forUpdate(a.NewSelect().Where("code = ?", code)), new(model.Organization), "organization", code, withHistory)
		if err != nil {
			return nil, err
		}
		if unit.Version != expected {
			return nil, model.Stale(expected, unit.Version)
		}
		if err := change(a, unit); err != nil {
			return nil, err
		}
		if err := save(ctx, a, unit); err != nil {
			return nil, err
		}
		if unit, err = a.organizationByCode(ctx, unit.Code); err != nil {
			return nil, err
		}
		return unit.At(unit.TreeDay(a.today)), nil
	})
}

func (a *act) newVersion(ctx context.Context, action string, unit *model.Organization, effectiveOn model.Date, change func(*model.OrganizationVersion)) error {
	before := *unit.History[len(unit.History)-1]
	ended, next, err := unit.Change(effectiveOn, change)
	if err != nil {
		return err
	}
	next.ID = newID("version")
	a.audit(action, aboutUnit(unit), &before, next)
	if err := save(ctx, a, ended); err != nil {
		return err
	}
	return insert(ctx, a, next)
}

// endOrganization sets a unit's last day, unless units below it live on.
func (a *act) endOrganization(ctx context.Context, action string, unit *model.Organization, lastDay model.Date) error {
	before := *unit.History[len(unit.History)-1]
	ended, err := unit.End(lastDay, a.today)
	if err != nil {
		return err
	}
	var below []string
	err = a.NewSelect().TableExpr("organization_versions AS version").Join("JOIN organizations AS organization ON organization.id = version.organization_id").
		ColumnExpr("organization.code").Where("version.parent_id = ?", unit.ID).
		Where("(version.valid_to IS NULL OR version.valid_to > ?)", lastDay).OrderExpr("organization.code").Scan(ctx, &below)
	if err != nil {
		return err
	}
	if len(below) > 0 {
		return model.Errorf(model.CodeConflict, "organization.has_children", "code", unit.Code, "children", below)
	}
	a.audit(action, aboutUnit(unit), &before, ended)
	return save(ctx, a, ended)
}

func aboutUnit(unit *model.Organization) about {
	return about{realm: model.RealmRegistry, organizationID: unit.ID}
}
