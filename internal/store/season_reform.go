package store

import (
	"context"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

func (im *importer) importIndicators(ctx context.Context) error {
	const file = season.FileIndicators
	var fresh []*model.ReformIndicator
	for _, row := range im.season.Indicators {
		if i := im.indicators[row.Code]; i != nil {
			im.known(file, row.Line, row.Code, i.Name == row.Name && i.Unit == row.Unit && i.Kind == row.Kind && i.MaxPoints.Equal(row.MaxPoints.Decimal))
			continue
		}
		i := &model.ReformIndicator{ID: newID("indicator"), Code: row.Code, Name: row.Name, Unit: row.Unit, MaxPoints: row.MaxPoints, Kind: row.Kind}
		im.indicators[row.Code] = i
		fresh = append(fresh, i)
	}
	return keepSound(ctx, im, file, fresh)
}

func (im *importer) importResults(ctx context.Context) error {
	const file = season.FileResults
	values := map[[2]any]map[string]model.Decimal{}
	for _, row := range im.season.Results {
		unit, indicator := im.units[row.OrganizationCode], im.indicators[row.IndicatorCode]
		switch {
		case unit == nil:
			im.dangling(file, row.Line, "organization_code", row.OrganizationCode)
			continue
		case indicator == nil:
			im.dangling(file, row.Line, "indicator_code", row.IndicatorCode)
			continue
		case row.Year < 2000 || row.Year > 2100:
			im.fault(file, row.Line, "year", "import.invalid", "value", row.Year)
			continue
		}
		key := [2]any{unit.ID, row.Year}
		if values[key] == nil {
			values[key] = map[string]model.Decimal{}
		}
		values[key][row.IndicatorCode] = row.Value
		im.tell(file, row.Line, "value", indicator.Faults("value", row.Value))
	}
	for _, row := range im.season.Results {
		unit, indicator := im.units[row.OrganizationCode], im.indicators[row.IndicatorCode]
		if unit == nil || indicator == nil {
			continue
		}
		if row.IndicatorCode != model.IndicatorReceived {
			im.tell(file, row.Line, "value", model.CheckCounts("value", row.IndicatorCode, values[[2]any{unit.ID, row.Year}]))
		}
		if err := im.importResult(ctx, file, row, unit, indicator); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) importResult(ctx context.Context, file string, row season.Result, unit *model.Organization, indicator *model.ReformIndicator) error {
	if len(im.faults) > 0 {
		return nil
	}
	fresh := &model.ReformResult{OrganizationID: unit.ID, Year: row.Year, IndicatorID: indicator.ID, Value: row.Value, Status: row.Status,
		Source: row.Source, RecordedBy: optional(im.by.AccountID)}
	if row.Status == model.ReformResultStatusVerified {
		fresh.VerifiedAt = &im.now
	}
	kept, err := im.reviseResult(ctx, fresh)
	im.tally(file, kept == fresh)
	return err
}
