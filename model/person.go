package model

// Person serves, or served, in a unit. Identity is the code; names are shared.
type Person struct {
	ID       string `bun:",pk"`
	Code     string
	FullName string  `audit:"-"`
	Folded   string  `audit:"-"`
	SortKey  []byte  `audit:"-"`
	Gender   *Gender `audit:"-"`
	BornOn   *Date   `audit:"-"`
	HiredOn  *Date
	Version  int
}

// Position is one post in one unit for a span of days.
type Position struct {
	ID             string `bun:",pk"`
	PersonID       string
	OrganizationID string
	Title          string
	ValidFrom      Date
	ValidTo        *Date
}

// PersonnelFact is a discipline or an open case of a person.
type PersonnelFact struct {
	ID        string `bun:",pk"`
	PersonID  string
	Kind      PersonnelFactKind
	ValidFrom Date
	ValidTo   *Date
	Note      string  `audit:"-"`
	Document  *string `audit:"-"`
	Version   int
}

// Check refuses a person whose dates cannot be.
func (p *Person) Check(today Date) error {
	switch {
	case p.BornOn != nil && *p.BornOn >= today:
		return BadInput("input.bornOn", "date.future", "value", *p.BornOn)
	case p.BornOn != nil && p.HiredOn != nil && *p.HiredOn <= *p.BornOn:
		return BadInput("input.hiredOn", "date.order", "from", *p.BornOn, "to", *p.HiredOn)
	}
	return nil
}

// CheckPosition refuses a position from before the person was born; path is the input field of its first day.
func (p *Person) CheckPosition(path string, from Date) error {
	if p.BornOn != nil && from <= *p.BornOn {
		return BadInput(path, "date.order", "from", *p.BornOn, "to", from)
	}
	return nil
}

// PositionOn picks the position held on a day; nil when there was none.
func PositionOn(positions []*Position, day Date) *Position {
	for _, p := range positions {
		if day.Within(p.ValidFrom, p.ValidTo) {
			return p
		}
	}
	return nil
}

// Appoint ends the open position, if there is one, the day before the next begins. positions are the person's, oldest first.
func Appoint(positions []*Position, next *Position) (before, ended *Position, err error) {
	if len(positions) == 0 {
		return nil, nil, nil
	}
	last := positions[len(positions)-1]
	switch {
	case last.ValidTo == nil && next.ValidFrom <= last.ValidFrom:
		return nil, nil, BadInput("input.effectiveOn", "date.order", "from", last.ValidFrom, "to", next.ValidFrom)
	case last.ValidTo != nil && next.ValidFrom <= *last.ValidTo:
		return nil, nil, BadInput("input.effectiveOn", "date.order", "from", *last.ValidTo, "to", next.ValidFrom)
	case last.ValidTo != nil:
		return nil, nil, nil
	}
	open, end := *last, next.ValidFrom.AddDays(-1)
	last.ValidTo = &end
	return &open, last, nil
}

// MayKnow says whether the actor has a need to know what the staff file says of someone serving in the unit.
func (a Actor) MayKnow(personID, unitID string) bool {
	return a.IsAdmin() || a.Is(&personID) || a.Serves(unitID) || a.Heads(unitID) ||
		a.covers(RoleApprover, unitID) || a.covers(RoleAuditor, unitID)
}

// Conclude gives the fact its last day.
func (f *PersonnelFact) Conclude(by Actor, lastDay Date, document string) error {
	switch {
	case by.Is(&f.PersonID):
		return Errorf(CodeConflictOfInterest, "personnel.own")
	case f.ValidTo != nil && *f.ValidTo <= lastDay && f.Kind == PersonnelFactKindInvestigation:
		return Errorf(CodeConflict, "personnel.concluded", "on", *f.ValidTo)
	case lastDay < f.ValidFrom:
		return BadInput("input.validTo", "date.order", "from", f.ValidFrom, "to", lastDay)
	}
	f.ValidTo, f.Document = &lastDay, &document
	f.Version++
	return nil
}

// Check refuses a fact about someone the actor does not staff, and dates that cannot be.
func (f *PersonnelFact) Check(by Actor, today Date, held []*Position) error {
	switch {
	case !by.MayStaffAny(held):
		return Errorf(CodeForbidden, "person.foreign_unit")
	case by.Is(&f.PersonID):
		return Errorf(CodeConflictOfInterest, "personnel.own")
	case f.ValidFrom > today:
		return BadInput("input.validFrom", "date.future", "value", f.ValidFrom)
	case f.ValidTo != nil && *f.ValidTo < f.ValidFrom:
		return BadInput("input.validTo", "date.order", "from", f.ValidFrom, "to", *f.ValidTo)
	}
	return nil
}

// Leave ends the open position on a day. held are the person's, oldest first.
func Leave(held []*Position, lastDay Date) (before, ended *Position, err error) {
	if len(held) == 0 || held[len(held)-1].ValidTo != nil {
		return nil, nil, Errorf(CodeConflict, "person.no_position")
	}
	ended = held[len(held)-1]
	if lastDay < ended.ValidFrom {
		return nil, nil, BadInput("input.validTo", "date.order", "from", ended.ValidFrom, "to", lastDay)
	}
	open := *ended
	ended.ValidTo = &lastDay
	return &open, ended, nil
}

// MayStaff refuses changes to the people of a unit outside the actor's scope.
func (a Actor) MayStaff(unitID string) error {
	if a.IsAdmin() || a.Serves(unitID) {
		return nil
	}
	return Errorf(CodeForbidden, "person.foreign_unit")
}

// MayStaffAny says whether the last position lies in the actor's scope; people without a position belong to everyone's.
func (a Actor) MayStaffAny(held []*Position) bool {
	return len(held) == 0 || a.MayStaff(held[len(held)-1].OrganizationID) == nil
}
