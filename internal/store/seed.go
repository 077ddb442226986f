package store

import (
	"context"
	"slices"

	"vinhdanh/model"
)

// Law is the reference data of every day, as made-up history is measured by.
type Law struct {
	Types        []*model.AwardType
	Authorities  []*model.Authority
	coefficients []*model.BonusCoefficient
	salaries     []*model.BaseSalary
	bases        []*model.LegalBasis
}

// Law reads the reference data.
func (s *Store) Law(ctx context.Context) (*Law, error) {
	law := &Law{}
	for _, list := range []any{&law.Types, &law.Authorities, &law.coefficients, &law.salaries, &law.bases} {
		if err := s.read.NewSelect().Model(list).Order("id").Scan(ctx); err != nil {
			return nil, err
		}
	}
	return law, nil
}

// SalaryOn is the base salary of a day.
func (l *Law) SalaryOn(day model.Date) model.VND {
	for _, s := range l.salaries {
		if day.Within(s.ValidFrom, s.ValidTo) {
			return s.Amount
		}
	}
	return 0
}

// Coefficient is what an award is worth to a kind of recipient on a day.
func (l *Law) Coefficient(awardTypeID string, kind model.RecipientKind, day model.Date) model.Decimal {
	for _, c := range l.coefficients {
		if c.AwardTypeID == awardTypeID && c.RecipientKind == kind && day.Within(c.ValidFrom, c.ValidTo) {
			return c.Coefficient
		}
	}
	return model.DecimalOf(0)
}

// BasesOn are the texts decisions of a day rest on, in order.
func (l *Law) BasesOn(day model.Date) []string {
	var texts []string
	for _, b := range slices.SortedFunc(slices.Values(l.bases), func(a, b *model.LegalBasis) int { return a.Position - b.Position }) {
		if day.Within(b.ValidFrom, b.ValidTo) {
			texts = append(texts, b.Text)
		}
	}
	return texts
}

// FoldOrganization is the text a unit is found by.
func FoldOrganization(code, name string) string { return foldOrganization(code, name) }

// NamePerson sets everything that follows from a person's name and code.
func NamePerson(p *model.Person, fullName string) { nameOf(p, fullName) }

// MadeID is an id of a noun with a key that is not of chance.
func MadeID(noun string, key [16]byte) string { return keyOf(noun, key) }
