package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// LoadCatalogue brings the reference data of the program into the tables. Rows keep their ids, so loading again changes
// only what the program's authors changed.
func (s *Store) LoadCatalogue(ctx context.Context) error {
	catalogue, faults := season.ReadCatalogue()
	if len(faults) > 0 {
		f := faults[0]
		return fmt.Errorf("reference data %s:%d: %s %v", f.File, f.Line, f.Key, f.Args)
	}
	var rows []any
	for _, t := range catalogue.AwardTypes {
		rows = append(rows, &model.AwardType{ID: awardTypeID(t.Code), Code: t.Code, Name: t.Name, EnglishName: t.EnglishName,
			Category: t.Category, Level: t.Level, Collective: t.Collective, Individual: t.Individual, ValidFrom: t.ValidFrom, ValidTo: t.ValidTo,
			VoteRule: model.VoteRule{Quorum: t.Quorum, Threshold: t.Threshold, Base: t.VoteBase}, Citation: t.Citation, Confidence: t.Confidence})
	}
	for _, a := range catalogue.Authorities {
		rows = append(rows, &model.Authority{ID: rowID("authority", a.OrganizationKind, a.AwardCode, a.ValidFrom), OrganizationKind: a.OrganizationKind,
			AwardTypeID: awardTypeID(a.AwardCode), ValidFrom: a.ValidFrom, ValidTo: a.ValidTo, Citation: a.Citation, Confidence: a.Confidence})
	}
	for _, b := range catalogue.BonusCoefficients {
		rows = append(rows, &model.BonusCoefficient{ID: rowID("coefficient", b.AwardCode, b.RecipientKind, b.ValidFrom), AwardTypeID: awardTypeID(b.AwardCode),
			RecipientKind: b.RecipientKind, Coefficient: b.Coefficient, ValidFrom: b.ValidFrom, ValidTo: b.ValidTo, Citation: b.Citation, Confidence: b.Confidence})
	}
	for _, b := range catalogue.BaseSalaries {
		rows = append(rows, &model.BaseSalary{ID: rowID("salary", b.ValidFrom), Amount: model.VND(b.Amount), ValidFrom: b.ValidFrom, ValidTo: b.ValidTo,
			Citation: b.Citation, Confidence: b.Confidence})
	}
	for i, b := range catalogue.LegalBases {
		rows = append(rows, &model.LegalBasis{ID: rowID("basis", b.Code), Code: b.Code, Position: i + 1, Text: b.Text, ValidFrom: b.ValidFrom, ValidTo: b.ValidTo})
	}
	for i, r := range catalogue.EligibilityRules {
		rows = append(rows, &model.EligibilityRule{ID: rowID("rule", r.Code, r.ValidFrom), Code: r.Code, Kind: r.Kind, Position: i + 1, Severity: r.Severity,
			Parameters: json.RawMessage(r.Parameters), ValidFrom: r.ValidFrom, ValidTo: r.ValidTo, Citation: r.Citation, Confidence: r.Confidence})
	}
	return s.transact(ctx, model.Actor{System: true}, func(a *act) error {
		for _, row := range rows {
			if err := a.upsert(ctx, row); err != nil {
				return fmt.Errorf("load reference data: %w", err)
			}
		}
		return nil
	})
}

// upsert writes a row of reference data over the one with the same id.
func (a *act) upsert(ctx context.Context, row any) error {
	updated, err := a.NewUpdate().Model(row).WherePK().Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := updated.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return insert(ctx, a, row)
}

func rowID(noun string, key ...any) string {
	id := noun + "_" + fmt.Sprint(key[0])
	for _, k := range key[1:] {
		id += "-" + fmt.Sprint(k)
	}
	return id
}

func awardTypeID(code string) string { return rowID("type", code) }

// AwardTypes is the catalogue of a day, by code.
func (s *Store) AwardTypes(ctx context.Context, asOf *model.Date) ([]*model.AwardType, error) {
	types := []*model.AwardType{}
	err := inForce(s.read.NewSelect().Model(&types), s.dayOr(asOf)).Order("code").Scan(ctx)
	return types, err
}

// AwardType is one entry of the catalogue of a day.
func (s *Store) AwardType(ctx context.Context, code string, asOf *model.Date) (*model.AwardType, error) {
	return one(ctx, inForce(s.read.NewSelect().Where("code = ?", code), s.dayOr(asOf)), new(model.AwardType), "award_type", code)
}

// AwardTypesByID reads entries of the catalogue of any day.
func (s *Store) AwardTypesByID(ctx context.Context, ids []string) (map[string]*model.AwardType, error) {
	var types []*model.AwardType
	err := s.read.NewSelect().Model(&types).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	return byID(types, func(t *model.AwardType) string { return t.ID }), err
}

func (s *Store) dayOr(asOf *model.Date) model.Date {
	if asOf != nil {
		return *asOf
	}
	return s.today()
}

func awardTypeByCode(ctx context.Context, db bun.IDB, path, code string) (*model.AwardType, error) {
	t, err := one(ctx, db.NewSelect().Where("code = ?", code), new(model.AwardType), "award_type", code)
	if err != nil {
		return nil, badReference(path, err)
	}
	return t, nil
}

// money is what a bonus is computed from on a day.
type money struct {
	salary       *model.BaseSalary
	coefficients []*model.BonusCoefficient
}

// moneyOn reads base salary and coefficients in force on the decision date.
func (a *act) moneyOn(ctx context.Context, day model.Date) (*money, error) {
	m := &money{salary: new(model.BaseSalary)}
	err := inForce(a.NewSelect().Model(m.salary), day).Scan(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if err != nil {
		return nil, model.Errorf(model.CodeConflict, "bonus.no_salary", "on", day)
	}
	err = inForce(a.NewSelect().Model(&m.coefficients), day).Scan(ctx)
	return m, err
}

// coefficient finds what an award is worth to a kind of recipient; nil when the law names none.
func (m *money) coefficient(awardTypeID string, kind model.RecipientKind) *model.Decimal {
	for _, c := range m.coefficients {
		if c.AwardTypeID == awardTypeID && c.RecipientKind == kind {
			return &c.Coefficient
		}
	}
	return nil
}

// legalBasesOn lists the texts decisions of a day rest on, in order.
func (a *act) legalBasesOn(ctx context.Context, day model.Date) ([]string, error) {
	var texts []string
	err := inForce(a.NewSelect().Model((*model.LegalBasis)(nil)).Column("text"), day).Order("position").Scan(ctx, &texts)
	return texts, err
}
