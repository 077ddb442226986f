package store

import (
	"context"
	"slices"

	"vinhdanh/internal/names"
	"vinhdanh/internal/season"
	"vinhdanh/model"
)

func (im *importer) importPeople(ctx context.Context) error {
	const file = season.FilePeople
	var people []*model.Person
	var positions []*model.Position
	for _, row := range im.season.People {
		unit := im.units[row.OrganizationCode]
		if unit == nil {
			im.dangling(file, row.Line, "organization_code", row.OrganizationCode)
		}
		if person := im.people[row.Code]; person != nil {
			same := unit != nil && person.FullName == row.FullName && equal(person.Gender, row.Gender) && equal(person.BornOn, row.BornOn) && equal(person.HiredOn, row.HiredOn) &&
				slices.ContainsFunc(im.positions[person.ID], func(p *model.Position) bool { return p.OrganizationID == unit.ID && p.Title == row.Position })
			im.known(file, row.Line, row.Code, same)
			continue
		}
		if model.CheckCode("", row.Code) != nil {
			im.fault(file, row.Line, "code", "code.invalid", "value", row.Code)
		}
		person := &model.Person{ID: newID("person"), Code: row.Code, Gender: row.Gender, BornOn: row.BornOn, HiredOn: row.HiredOn, Version: 1}
		if row.BornOn != nil && *row.BornOn >= im.today {
			im.fault(file, row.Line, "born_on", "date.future", "value", *row.BornOn)
		}
		nameOf(person, row.FullName)
		im.people[row.Code] = person
		people = append(people, person)
		if unit == nil {
			continue
		}
		position := &model.Position{ID: newID("position"), PersonID: person.ID, OrganizationID: unit.ID, Title: row.Position, ValidFrom: unit.History[0].ValidFrom}
		if row.HiredOn != nil {
			position.ValidFrom = *row.HiredOn
		}
		im.positions[person.ID] = []*model.Position{position}
		positions = append(positions, position)
	}
	if err := keepSound(ctx, im, file, people); err != nil || len(im.faults) > 0 {
		return err
	}
	return insertAll(ctx, im.act, positions)
}

func equal[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func (im *importer) importFacts(ctx context.Context) error {
	const file = season.FilePersonnelFacts
	var recorded, fresh []*model.PersonnelFact
	if err := im.NewSelect().Model(&recorded).Scan(ctx); err != nil {
		return err
	}
	for _, row := range im.season.PersonnelFacts {
		person := im.people[row.PersonCode]
		if person == nil {
			im.dangling(file, row.Line, "person_code", row.PersonCode)
			continue
		}
		at := slices.IndexFunc(recorded, func(f *model.PersonnelFact) bool {
			return f.PersonID == person.ID && f.Kind == row.Kind && f.ValidFrom == row.From
		})
		if at >= 0 {
			// A case concluded since is the same case.
			im.known(file, row.Line, row.PersonCode, recorded[at].Note == value(row.Note) && (row.To == nil || equal(recorded[at].ValidTo, row.To)))
			continue
		}
		fresh = append(fresh, &model.PersonnelFact{ID: newID("fact"), PersonID: person.ID, Kind: row.Kind, ValidFrom: row.From, ValidTo: row.To,
			Note: value(row.Note), Version: 1})
	}
	return keepSound(ctx, im, file, fresh)
}

// account is the login of a person, made without a password when there is none; nil when its name is taken.
func (im *importer) account(ctx context.Context, file string, line int, person *model.Person) (*model.Account, error) {
	if account := im.accounts[person.ID]; account != nil {
		return account, nil
	}
	account := &model.Account{ID: newID("account"), Username: names.Fold(person.Code), PersonID: &person.ID, CreatedAt: im.now, Version: 1}
	if im.usernames[account.Username] {
		im.fault(file, line, "person_code", "account.taken", "username", account.Username)
		return nil, nil
	}
	im.accounts[person.ID], im.usernames[account.Username] = account, true
	if len(im.faults) > 0 {
		return account, nil
	}
	im.audit("createAccount", about{realm: model.RealmAccount}, nil, account)
	return account, insert(ctx, im.act, account)
}

// seat gives a person a login and a role in a unit from its first day; a role that is held stays. With no unit it is a seat
// without a role of its own.
func (im *importer) seat(ctx context.Context, file string, line int, person *model.Person, role model.Role, unit *model.Organization) (fresh bool, err error) {
	account, err := im.account(ctx, file, line, person)
	if err != nil || account == nil || len(im.faults) > 0 {
		return false, err
	}
	roles, err := im.rolesInHand(ctx, account)
	if err != nil {
		return false, err
	}
	if refusal := model.CheckSeparation(append(roles, role)); refusal != nil {
		im.refuse(file, line, "person_code", refusal)
		return false, nil
	}
	if role == model.RoleReviewer {
		return true, nil
	}
	held, err := im.NewSelect().Model((*model.RoleGrant)(nil)).Where("account_id = ?", account.ID).Where("role = ?", role).
		Where("organization_id = ?", unit.ID).Where("valid_to IS NULL").Count(ctx)
	if err != nil || held > 0 {
		return false, err
	}
	grant := &model.RoleGrant{ID: newID("grant"), AccountID: account.ID, Role: role, OrganizationID: &unit.ID, ValidFrom: unit.History[0].ValidFrom}
	im.audit("grantRole", about{realm: model.RealmAccount, organizationID: unit.ID}, nil, grant)
	return true, insert(ctx, im.act, grant)
}

func (im *importer) importHeads(ctx context.Context) error {
	const file = season.FileUnitHeads
	for _, row := range im.season.UnitHeads {
		unit, person := im.units[row.OrganizationCode], im.people[row.PersonCode]
		if unit == nil {
			im.dangling(file, row.Line, "organization_code", row.OrganizationCode)
		}
		if person == nil {
			im.dangling(file, row.Line, "person_code", row.PersonCode)
		}
		if unit == nil || person == nil {
			continue
		}
		fresh, err := im.seat(ctx, file, row.Line, person, model.RoleDepartmentHead, unit)
		if err != nil {
			return err
		}
		im.tally(file, fresh)
	}
	return nil
}
