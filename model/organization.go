package model

import (
	"regexp"
	"slices"
)

// Organization is a unit: a lasting identity. Name, kind, parent and validity are those of the day it was read for.
type Organization struct {
	ID      string `bun:",pk"`
	Code    string
	Version int

	Name      string           `bun:"-" audit:"-"`
	Kind      OrganizationKind `bun:"-" audit:"-"`
	ParentID  *string          `bun:"-" audit:"-"`
	ValidFrom Date             `bun:"-" audit:"-"`
	ValidTo   *Date            `bun:"-" audit:"-"`
	// AsOf is the day it was read for.
	AsOf Date `bun:"-" audit:"-"`
	// History is every version, oldest first.
	History []*OrganizationVersion `bun:"rel:has-many,join:id=organization_id" audit:"-"`
}

// OrganizationVersion is one name, kind and place of a unit for a span of days.
type OrganizationVersion struct {
	ID             string `bun:",pk"`
	OrganizationID string
	Name           string
	Folded         string `audit:"-"`
	Kind           OrganizationKind
	ParentID       *string
	ValidFrom      Date
	ValidTo        *Date
}

// Succession records that one unit took over from another on a day.
type Succession struct {
	ID            string `bun:",pk"`
	PredecessorID string
	SuccessorID   string
	EffectiveOn   Date
}

// At shows the unit as of a day: the version in force, or the nearest one when it did not exist on that day. No unit shows
// as none.
func (o *Organization) At(day Date) *Organization {
	if o == nil {
		return nil
	}
	shown := *o
	current := o.History[0]
	for _, v := range o.History {
		if v.ValidFrom <= day {
			current = v
		}
	}
	shown.Name, shown.Kind, shown.ParentID = current.Name, current.Kind, current.ParentID
	shown.ValidFrom, shown.ValidTo = o.History[0].ValidFrom, o.last().ValidTo
	shown.AsOf = day
	return &shown
}

// Exists says whether the unit lives on the day.
func (o *Organization) Exists(day Date) bool {
	return day.Within(o.History[0].ValidFrom, o.last().ValidTo)
}

// TreeDay is the day whose tree shows what belongs to the unit: today, or its last day when it has ended.
func (o *Organization) TreeDay(today Date) Date {
	if end := o.last().ValidTo; end != nil && *end < today {
		return *end
	}
	return max(today, o.History[0].ValidFrom)
}

// Change starts a new version on a day; the present one ends the day before. A last day that is known already stays.
func (o *Organization) Change(effectiveOn Date, change func(*OrganizationVersion)) (ended, next *OrganizationVersion, err error) {
	last := o.last()
	switch {
	case last.ValidTo != nil && *last.ValidTo < effectiveOn:
		return nil, nil, Errorf(CodeConflict, "organization.ended", "code", o.Code, "on", *last.ValidTo)
	case effectiveOn <= last.ValidFrom:
		return nil, nil, BadInput("input.effectiveOn", "date.order", "from", last.ValidFrom, "to", effectiveOn)
	}
	ended, next = last, new(OrganizationVersion)
	*next = *last
	next.ID, next.ValidFrom = "", effectiveOn
	change(next)
	end := effectiveOn.AddDays(-1)
	ended.ValidTo = &end
	o.Version++
	return ended, next, nil
}

// End sets the last day of the unit. A day to come that is known already may become an earlier one.
func (o *Organization) End(lastDay, today Date) (*OrganizationVersion, error) {
	last := o.last()
	switch {
	case last.ValidTo != nil && (*last.ValidTo < today || *last.ValidTo <= lastDay):
		return nil, Errorf(CodeConflict, "organization.ended", "code", o.Code, "on", *last.ValidTo)
	case lastDay < last.ValidFrom:
		return nil, BadInput("input.validTo", "date.order", "from", last.ValidFrom, "to", lastDay)
	}
	last.ValidTo = &lastDay
	o.Version++
	return last, nil
}

// Give says whether the unit can give something to others on a day: it has begun, and lived until then.
func (o *Organization) Give(effectiveOn Date) error {
	first, end := o.History[0].ValidFrom, o.last().ValidTo
	switch {
	case effectiveOn <= first:
		return BadInput("input.effectiveOn", "date.order", "from", first, "to", effectiveOn)
	case end != nil && *end < effectiveOn.AddDays(-1):
		return Errorf(CodeConflict, "organization.ended", "code", o.Code, "on", *end)
	}
	return nil
}

// EndsOn says that a day is the unit's last.
func (o *Organization) EndsOn(day Date) bool {
	return o.last().ValidTo != nil && *o.last().ValidTo == day
}

func (o *Organization) last() *OrganizationVersion { return o.History[len(o.History)-1] }

var codeText = regexp.MustCompile(`^[\p{L}0-9][\p{L}0-9._-]{0,63}$`)

// CheckCode refuses codes with anything but letters, digits, dot, hyphen and underscore.
func CheckCode(path, code string) error {
	if !codeText.MatchString(code) {
		return BadInput(path, "code.invalid", "value", code)
	}
	return nil
}

// PredecessorsOf picks the successions in which the unit took over.
func PredecessorsOf(unitID string, successions []*Succession) []*Succession {
	return slices.DeleteFunc(slices.Clone(successions), func(s *Succession) bool { return s.SuccessorID != unitID })
}

// SuccessorsOf picks the successions in which the unit was taken over from.
func SuccessorsOf(unitID string, successions []*Succession) []*Succession {
	return slices.DeleteFunc(slices.Clone(successions), func(s *Succession) bool { return s.PredecessorID != unitID })
}
