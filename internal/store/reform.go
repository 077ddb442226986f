package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// ReformIndicators lists every indicator by code.
func (s *Store) ReformIndicators(ctx context.Context) ([]*model.ReformIndicator, error) {
	return indicators(ctx, s.read)
}

// IndicatorsByID reads indicators.
func (s *Store) IndicatorsByID(ctx context.Context, ids []string) (map[string]*model.ReformIndicator, error) {
	all, err := indicators(ctx, s.read)
	return byID(all, func(i *model.ReformIndicator) string { return i.ID }), err
}

func indicators(ctx context.Context, db bun.IDB) ([]*model.ReformIndicator, error) {
	found := []*model.ReformIndicator{}
	err := db.NewSelect().Model(&found).Order("code").Scan(ctx)
	return found, err
}

// ReformResults lists figures, newest first.
func (s *Store) ReformResults(ctx context.Context, filter *model.ReformResultFilter, page model.Page) (*model.ReformResultConnection, error) {
	if filter == nil {
		filter = &model.ReformResultFilter{}
	}
	l := listing{columns: "result.*", tables: "reform_results AS result"}
	if !filter.IncludeSuperseded {
		l.and("result.current")
	}
	if filter.OrganizationCode != nil {
		units, err := s.household(ctx, *filter.OrganizationCode, filter.IncludeSubordinates, false)
		if err != nil {
			return nil, badReference("filter.organizationCode", err)
		}
		l.and("result.organization_id IN (?)", units)
	}
	if filter.Year != nil {
		l.and("result.year = ?", *filter.Year)
	}
	if len(filter.IndicatorCodes) > 0 {
		l.and("result.indicator_id IN (SELECT id FROM reform_indicators WHERE code IN (?))", filter.IndicatorCodes)
	}
	if filter.Status != nil {
		l.and("result.status = ?", *filter.Status)
	}
	return paginate(ctx, s, l, page, keyset[model.ReformResult]{columns: []string{"result.id"}, desc: true,
		values: func(r *model.ReformResult) []any { return []any{r.ID} }})
}

// ReformSummary adds up the counts of a unit and year: in all, and per kind of direct child with everything below it.
func (s *Store) ReformSummary(ctx context.Context, code string, year int) (*model.ReformSummary, error) {
	unit, err := organizationByCode(ctx, s.read, code)
	if err != nil {
		return nil, err
	}
	day := unit.TreeDay(model.YearEnd(year))
	unit = unit.At(day)
	children, err := s.ChildrenOf(ctx, []*model.Organization{unit})
	if err != nil {
		return nil, err
	}
	summary := &model.ReformSummary{Organization: unit, Year: year, Groups: []*model.ReformSummaryGroup{}}
	for _, child := range children[unit] {
		summary.Group(child)
	}
	if summary.Total, err = s.figures(ctx, []string{unit.ID}, year, day); err != nil {
		return nil, err
	}
	for _, group := range summary.Groups {
		roots := make([]string, len(group.Organizations))
		for i, o := range group.Organizations {
			roots[i] = o.ID
		}
		if group.Figures, err = s.figures(ctx, roots, year, day); err != nil {
			return nil, err
		}
	}
	return summary, nil
}

// figures adds up the current counts of units and everything below them.
func (s *Store) figures(ctx context.Context, roots []string, year int, day model.Date) (*model.ReformFigures, error) {
	units, err := s.subtree(ctx, s.read, roots, day)
	if err != nil {
		return nil, err
	}
	all, err := indicators(ctx, s.read)
	if err != nil {
		return nil, err
	}
	results, err := currentResults(ctx, s.read, units, year)
	if err != nil {
		return nil, err
	}
	codes := byID(all, func(i *model.ReformIndicator) string { return i.ID })
	figures := new(model.ReformFigures)
	for _, r := range results {
		figures.AddFigure(codes[r.IndicatorID].Code, r)
	}
	figures.Rates()
	return figures, nil
}

func currentResults(ctx context.Context, db bun.IDB, units []string, year int) ([]*model.ReformResult, error) {
	var results []*model.ReformResult
	err := db.NewSelect().Model(&results).Where("organization_id IN (?)", bun.List(units)).Where("year = ?", year).Where("current").Scan(ctx)
	return results, err
}

// ReformIndexes computes the reform index of units in a year, for readers inside the office.
func (s *Store) ReformIndexes(ctx context.Context, by model.Actor, units []string, year int) (map[string]*model.ReformIndex, error) {
	if !by.HasOffice() {
		return nil, nil
	}
	return reformIndexes(ctx, s.read, units, year)
}

func reformIndexes(ctx context.Context, db bun.IDB, units []string, year int) (map[string]*model.ReformIndex, error) {
	all, err := indicators(ctx, db)
	if err != nil {
		return nil, err
	}
	results, err := currentResults(ctx, db, units, year)
	if err != nil {
		return nil, err
	}
	byUnit := groupBy(results, func(r *model.ReformResult) string { return r.OrganizationID })
	indexes := map[string]*model.ReformIndex{}
	for _, unit := range units {
		indexes[unit] = model.IndexOf(all, byID(byUnit[unit], func(r *model.ReformResult) string { return r.IndicatorID }))
	}
	return indexes, nil
}

// RecordReformResults enters figures, all or none, and tells everything that is wrong with them.
func (s *Store) RecordReformResults(ctx context.Context, by model.Actor, input model.RecordReformResultsInput) ([]*model.ReformResult, error) {
	recorded := make([]*model.ReformResult, len(input.Results))
	return rehearse(ctx, s, by, input.DryRun, func(a *act) ([]*model.ReformResult, error) {
		all, err := indicators(ctx, a)
		if err != nil {
			return nil, err
		}
		figures, err := a.checkFigures(ctx, all, input.Results)
		if err != nil {
			return nil, err
		}
		for i, figure := range figures {
			if recorded[i], err = a.reviseResult(ctx, figure); err != nil {
				return nil, err
			}
		}
		return recorded, a.checkCounts(ctx, all, recorded)
	})
}

// checkFigures makes results of figures, or tells each that cannot be.
func (a *act) checkFigures(ctx context.Context, all []*model.ReformIndicator, input []*model.ReformResultInput) ([]*model.ReformResult, error) {
	codes := make([]string, len(input))
	for i, figure := range input {
		codes[i] = figure.OrganizationCode
	}
	var found []*model.Organization
	if err := withHistory(a.NewSelect().Model(&found).Where("code IN (?)", bun.List(codes))).Scan(ctx); err != nil {
		return nil, err
	}
	units := byID(found, func(o *model.Organization) string { return o.Code })
	known := byID(all, func(i *model.ReformIndicator) string { return i.Code })
	results, given, faults := make([]*model.ReformResult, len(input)), map[string]bool{}, []model.Violation{}
	for i, figure := range input {
		path := fmt.Sprintf("input.results.%d", i)
		unit, indicator := units[figure.OrganizationCode], known[figure.IndicatorCode]
		key := fmt.Sprint(figure.OrganizationCode, " ", figure.Year, " ", figure.IndicatorCode)
		switch {
		case unit == nil:
			faults = append(faults, model.Violated(path+".organizationCode", "reference.unknown", "what", model.Word("organization"), "key", figure.OrganizationCode))
		case !a.by.Serves(unit.ID):
			return nil, model.Errorf(model.CodeForbidden, "reform.foreign_unit")
		case indicator == nil:
			faults = append(faults, model.Violated(path+".indicatorCode", "reference.unknown", "what", model.Word("indicator"), "key", figure.IndicatorCode))
		case given[key]:
			faults = append(faults, model.Violated(path, "reform.twice", "key", key))
		default:
			faults = append(faults, unit.CheckMeasured(path+".year", figure.Year, a.today)...)
			faults = append(faults, indicator.Faults(path+".value", figure.Value)...)
			results[i] = &model.ReformResult{OrganizationID: unit.ID, Year: figure.Year, IndicatorID: indicator.ID, Value: figure.Value,
				Status: model.ReformResultStatusProvisional, Source: figure.Source, RecordedBy: optional(a.by.AccountID)}
		}
		given[key] = true
	}
	return results, model.Refuse(faults)
}

// reviseResult enters a figure as a new revision and leaves an equal one alone.
func (a *act) reviseResult(ctx context.Context, r *model.ReformResult) (*model.ReformResult, error) {
	r.ID, r.Revision, r.Current, r.RecordedAt = newID("result"), 1, true, a.now
	old, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("organization_id = ?", r.OrganizationID).Where("year = ?", r.Year).
		Where("indicator_id = ?", r.IndicatorID).Where("current")), new(model.ReformResult), "result", "")
	if err != nil && model.CodeOf(err) != model.CodeNotFound {
		return nil, err
	}
	if old != nil {
		if old.Value.Equal(r.Value.Decimal) && old.Source == r.Source {
			return old, nil
		}
		r.Revision, old.Current = old.Revision+1, false
		if err := save(ctx, a, old); err != nil {
			return nil, err
		}
	}
	a.audit("recordReformResults", aboutResult(r), old, r)
	return r, uniqueOr(insert(ctx, a, r), model.Errorf(model.CodeConflict, "reform.superseded"))
}

// checkCounts refuses counts that contradict each other once entered.
func (a *act) checkCounts(ctx context.Context, all []*model.ReformIndicator, recorded []*model.ReformResult) error {
	codes := byID(all, func(i *model.ReformIndicator) string { return i.ID })
	values, faults := map[string]map[string]model.Decimal{}, []model.Violation{}
	for i, r := range recorded {
		key := fmt.Sprint(r.OrganizationID, r.Year)
		if values[key] == nil {
			results, err := currentResults(ctx, a, []string{r.OrganizationID}, r.Year)
			if err != nil {
				return err
			}
			values[key] = map[string]model.Decimal{}
			for _, other := range results {
				values[key][codes[other.IndicatorID].Code] = other.Value
			}
		}
		faults = append(faults, model.CheckCounts(fmt.Sprintf("input.results.%d.value", i), codes[r.IndicatorID].Code, values[key])...)
	}
	return model.Refuse(faults)
}

// VerifyReformResult marks figures as checked, all or none.
func (s *Store) VerifyReformResult(ctx context.Context, by model.Actor, input model.VerifyReformResultInput) ([]*model.ReformResult, error) {
	verified := make([]*model.ReformResult, len(input.Ids))
	return once(ctx, s, by, func(a *act) ([]*model.ReformResult, error) {
		for i, id := range input.Ids {
			r, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", id)), new(model.ReformResult), "result", id)
			if err != nil {
				return nil, badReference(fmt.Sprintf("input.ids.%d", i), err)
			}
			before := *r
			if err := r.Verify(by, a.now); err != nil {
				return nil, err
			}
			a.audit("verifyReformResult", aboutResult(r), &before, r)
			if err := save(ctx, a, r); err != nil {
				return nil, err
			}
			verified[i] = r
		}
		return verified, nil
	})
}

func aboutResult(r *model.ReformResult) about {
	return about{realm: model.RealmRegistry, organizationID: r.OrganizationID}
}
