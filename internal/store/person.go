package store

import (
	"context"

	"github.com/uptrace/bun"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

var people = listing{columns: "person.*", tables: "people AS person"}

// peopleKnownTo is who a reader may know of: everyone inside the office, outside who has a published award, and oneself.
func peopleKnownTo(by model.Actor) condition {
	if by.HasOffice() {
		return where("1 = 1")
	}
	return anyOf([]condition{where("EXISTS (SELECT 1 FROM awards AS known WHERE known.person_id = person.id AND known.published)"),
		where("person.id IN (?)", by.Persons())})
}

// Person is one person.
func (s *Store) Person(ctx context.Context, by model.Actor, code string) (*model.Person, error) {
	return first[model.Person](ctx, s, people.with(where("person.code = ?", code), peopleKnownTo(by)), "person", code)
}

// PeopleByID reads people, as far as the reader may know of them.
func (s *Store) PeopleByID(ctx context.Context, by model.Actor, ids []string) (map[string]*model.Person, error) {
	found, err := list[model.Person](ctx, s, people.with(where("person.id IN (?)", ids), peopleKnownTo(by)), "")
	return byID(found, func(p *model.Person) string { return p.ID }), err
}

// People lists people in Vietnamese order of names, or by relevance to a text.
func (s *Store) People(ctx context.Context, by model.Actor, filter *model.PersonFilter, page model.Page) (*model.PersonConnection, error) {
	if filter == nil {
		filter = &model.PersonFilter{}
	}
	l := people.with(peopleKnownTo(by))
	if filter.OrganizationCode != nil {
		if !by.HasOffice() {
			return nil, model.Errorf(model.CodeForbidden, "person.staff_list")
		}
		serving, err := s.servingIn(ctx, *filter.OrganizationCode, filter.IncludeSubordinates, filter.AsOf)
		if err != nil {
			return nil, err
		}
		l = l.with(serving)
	}
	if filter.Text != nil && names.Fold(*filter.Text) != "" {
		return search[model.Person]{column: "person.folded", id: "person.id", words: names.Fold(*filter.Text),
			values: func(p *model.Person) (string, string) { return p.Folded, p.ID }}.paginate(ctx, s, l, page)
	}
	return paginate(ctx, s, l, page, keyset[model.Person]{columns: []string{"person.sort_key", "person.id"},
		values: func(p *model.Person) []any { return []any{p.SortKey, p.ID} }})
}

// servingIn holds for people with a position in a unit on a day.
func (s *Store) servingIn(ctx context.Context, code string, subordinates bool, asOf *model.Date) (condition, error) {
	unit, err := organizationByCode(ctx, s.read, code)
	if err != nil {
		return condition{}, badReference("filter.organizationCode", err)
	}
	day := unit.TreeDay(s.today())
	if asOf != nil {
		day = *asOf
	}
	units := []string{unit.ID}
	if subordinates {
		if units, err = s.subtree(ctx, s.read, units, day); err != nil {
			return condition{}, err
		}
	}
	return where(`EXISTS (SELECT 1 FROM positions AS held WHERE held.person_id = person.id AND held.organization_id IN (?)
		AND held.valid_from <= ? AND (held.valid_to IS NULL OR held.valid_to >= ?))`, units, day, day), nil
}

// positionsOf lists every position of people, oldest first.
func positionsOf(ctx context.Context, db bun.IDB, personIDs []string) ([]*model.Position, error) {
	var positions []*model.Position
	err := db.NewSelect().Model(&positions).Where("person_id IN (?)", bun.List(personIDs)).Order("valid_from").Scan(ctx)
	return positions, err
}

// nameOf sets everything that follows from a person's name and code.
func nameOf(p *model.Person, fullName string) {
	p.FullName, p.Folded, p.SortKey = fullName, names.Fold(fullName+" "+p.Code), names.PersonKey(fullName)
}

// CreatePerson enters a person with the first position.
func (s *Store) CreatePerson(ctx context.Context, by model.Actor, input model.CreatePersonInput) (*model.Person, error) {
	if err := model.CheckCode("input.code", input.Code); err != nil {
		return nil, err
	}
	person := &model.Person{ID: newID("person"), Code: input.Code, Gender: input.Gender, BornOn: input.BornOn, HiredOn: input.HiredOn, Version: 1}
	nameOf(person, input.FullName)
	return once(ctx, s, by, func(a *act) (*model.Person, error) {
		if err := person.Check(a.today); err != nil {
			return nil, err
		}
		position := &model.Position{ID: newID("position"), PersonID: person.ID, Title: input.Position, ValidFrom: a.today}
		switch {
		case input.PositionFrom != nil:
			position.ValidFrom = *input.PositionFrom
		case input.HiredOn != nil:
			position.ValidFrom = *input.HiredOn
		}
		if err := person.CheckPosition("input.positionFrom", position.ValidFrom); err != nil {
			return nil, err
		}
		if err := a.place(ctx, position, input.OrganizationCode); err != nil {
			return nil, err
		}
		a.audit("createPerson", about{realm: model.RealmRegistry, organizationID: position.OrganizationID}, nil, person)
		return person, uniqueOr(insert(ctx, a, person, position), model.Errorf(model.CodeConflict, "code.taken", "code", input.Code))
	})
}

// place puts a position into a unit the actor may staff.
func (a *act) place(ctx context.Context, position *model.Position, code string) error {
	unit, err := a.organizationByCode(ctx, code)
	if err != nil {
		return badReference("input.organizationCode", err)
	}
	if !unit.Exists(max(position.ValidFrom, a.today)) {
		return model.BadInput("input.organizationCode", "organization.not_living", "code", code, "on", max(position.ValidFrom, a.today))
	}
	position.OrganizationID = unit.ID
	return a.by.MayStaff(unit.ID)
}

// UpdatePerson corrects what is recorded about a person.
func (s *Store) UpdatePerson(ctx context.Context, by model.Actor, input model.UpdatePersonInput) (*model.Person, error) {
	return s.changePerson(ctx, by, input.Code, input.ExpectedVersion, func(a *act, person *model.Person, held []*model.Position) error {
		before := *person
		before.Version = input.ExpectedVersion
		if input.FullName != nil {
			nameOf(person, *input.FullName)
		}
		if input.Gender != nil {
			person.Gender = input.Gender
		}
		if input.BornOn != nil {
			person.BornOn = input.BornOn
		}
		if input.HiredOn != nil {
			person.HiredOn = input.HiredOn
		}
		if err := person.Check(a.today); err != nil {
			return err
		}
		a.audit("updatePerson", aboutStaff(held), &before, person)
		return nil
	})
}

// AppointPerson gives a person a new position from a day on.
func (s *Store) AppointPerson(ctx context.Context, by model.Actor, input model.AppointPersonInput) (*model.Person, error) {
	return s.changePerson(ctx, by, input.Code, input.ExpectedVersion, func(a *act, person *model.Person, held []*model.Position) error {
		next := &model.Position{ID: newID("position"), PersonID: person.ID, Title: input.Position, ValidFrom: input.EffectiveOn}
		if err := a.place(ctx, next, input.OrganizationCode); err != nil {
			return err
		}
		if err := person.CheckPosition("input.effectiveOn", next.ValidFrom); err != nil {
			return err
		}
		before, ended, err := model.Appoint(held, next)
		if err != nil {
			return err
		}
		if ended != nil {
			a.audit("appointPerson", aboutStaff(held), before, ended)
			if err := save(ctx, a, ended); err != nil {
				return err
			}
		}
		a.audit("appointPerson", about{realm: model.RealmRegistry, organizationID: next.OrganizationID}, nil, next)
		return insert(ctx, a, next)
	})
}

// EndPosition ends the present position without a new one.
func (s *Store) EndPosition(ctx context.Context, by model.Actor, input model.EndPositionInput) (*model.Person, error) {
	return s.changePerson(ctx, by, input.Code, input.ExpectedVersion, func(a *act, person *model.Person, held []*model.Position) error {
		before, ended, err := model.Leave(held, input.ValidTo)
		if err != nil {
			return err
		}
		a.audit("endPosition", aboutStaff(held), before, ended)
		return save(ctx, a, ended)
	})
}

// changePerson locks a person, checks the version the client read and that the actor may staff the person's unit, and
// saves what the change leaves.
func (s *Store) changePerson(ctx context.Context, by model.Actor, code string, expected int,
	change func(a *act, person *model.Person, held []*model.Position) error) (*model.Person, error) {
	return once(ctx, s, by, func(a *act) (*model.Person, error) {
		person, err := a.lockPerson(ctx, code)
		if err != nil {
			return nil, err
		}
		held, err := positionsOf(ctx, a, []string{person.ID})
		if err != nil {
			return nil, err
		}
		if len(held) > 0 {
			if err := by.MayStaff(held[len(held)-1].OrganizationID); err != nil {
				return nil, err
			}
		}
		if person.Version != expected {
			return nil, model.Stale(expected, person.Version)
		}
		person.Version++
		if err := change(a, person, held); err != nil {
			return nil, err
		}
		return person, save(ctx, a, person)
	})
}

// RecordPersonnelFact records a discipline or an open case.
func (s *Store) RecordPersonnelFact(ctx context.Context, by model.Actor, input model.RecordPersonnelFactInput) (*model.PersonnelFact, error) {
	fact := &model.PersonnelFact{ID: newID("fact"), Kind: input.Kind, ValidFrom: input.ValidFrom, ValidTo: input.ValidTo,
		Note: input.Note, Document: &input.Document, Version: 1}
	return once(ctx, s, by, func(a *act) (*model.PersonnelFact, error) {
		person, err := a.lockPerson(ctx, input.PersonCode)
		if err != nil {
			return nil, badReference("input.personCode", err)
		}
		held, err := positionsOf(ctx, a, []string{person.ID})
		if err != nil {
			return nil, err
		}
		fact.PersonID = person.ID
		if err := fact.Check(by, a.today, held); err != nil {
			return nil, err
		}
		a.audit("recordPersonnelFact", aboutStaff(held), nil, fact)
		return fact, uniqueOr(insert(ctx, a, fact), model.Errorf(model.CodeConflict, "personnel.known", "from", fact.ValidFrom))
	})
}

// ConcludePersonnelFact gives a discipline or an open case its last day.
func (s *Store) ConcludePersonnelFact(ctx context.Context, by model.Actor, input model.ConcludePersonnelFactInput) (*model.PersonnelFact, error) {
	return once(ctx, s, by, func(a *act) (*model.PersonnelFact, error) {
		fact, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", input.FactID)), new(model.PersonnelFact), "fact", input.FactID)
		if err != nil {
			return nil, err
		}
		held, err := positionsOf(ctx, a, []string{fact.PersonID})
		if err != nil {
			return nil, err
		}
		if !by.MayStaffAny(held) {
			return nil, model.NotFound("fact", input.FactID)
		}
		if fact.Version != input.ExpectedVersion {
			return nil, model.Stale(input.ExpectedVersion, fact.Version)
		}
		before := *fact
		if err := fact.Conclude(by, input.ValidTo, input.Document); err != nil {
			return nil, err
		}
		a.audit("concludePersonnelFact", aboutStaff(held), &before, fact)
		return fact, save(ctx, a, fact)
	})
}

func (a *act) personByCode(ctx context.Context, code string) (*model.Person, error) {
	return one(ctx, a.NewSelect().Where("code = ?", code), new(model.Person), "person", code)
}

func (a *act) lockPerson(ctx context.Context, code string) (*model.Person, error) {
	return one(ctx, a.store.forUpdate(a.NewSelect().Where("code = ?", code)), new(model.Person), "person", code)
}

// aboutStaff places an act in the unit of the last position held.
func aboutStaff(held []*model.Position) about {
	where := about{realm: model.RealmRegistry}
	if len(held) > 0 {
		where.organizationID = held[len(held)-1].OrganizationID
	}
	return where
}
