package store

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"vinhdanh/internal/evidence"
	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// ImportReport is what an import found and did.
type ImportReport struct {
	Files    []*model.ImportedFile
	Faults   []*model.ImportError
	Campaign *model.Campaign
}

// ImportSeason loads a season: units, people, results, campaign and nominations as drafts. All or nothing: with any fault
// nothing is written, and all faults are told. What is recorded with the same values already is left alone; what is
// recorded with other values is a fault, but for reform results, which get a new revision.
func (s *Store) ImportSeason(ctx context.Context, by model.Actor, data season.Files, dryRun bool) (*ImportReport, error) {
	rows, faults := season.Read(data)
	samples := map[string]*evidence.Content{}
	for _, n := range rows.Nominations {
		if content, fault := s.sample(n); fault != nil {
			faults = append(faults, fault)
		} else if content != nil {
			samples[n.Reference] = content
		}
	}
	return rehearse(ctx, s, by, dryRun, func(a *act) (*ImportReport, error) {
		im := &importer{act: a, season: rows, samples: samples, dryRun: dryRun, counts: map[string]*model.ImportedFile{}, faults: slices.Clone(faults)}
		if err := im.run(ctx); err != nil {
			return nil, err
		}
		report := &ImportReport{Files: im.report(), Faults: im.faults, Campaign: im.campaign}
		if len(im.faults) > 0 && !dryRun {
			return nil, model.RefuseImport(im.faults)
		}
		return report, nil
	})
}

// sample makes the evidence file of a nomination.
func (s *Store) sample(n season.Nomination) (*evidence.Content, *model.ImportError) {
	if n.EvidenceFile == nil {
		return nil, nil
	}
	content, err := evidence.Read(*n.EvidenceFile, bytes.NewReader(season.Sample(*n.EvidenceFile, n.Reference)), s.MaxUpload)
	if err != nil {
		return nil, season.Fault(season.FileNominations, n.Line, "evidence_file", "import.evidence", "name", *n.EvidenceFile)
	}
	return content, nil
}

// importer is an import under way.
type importer struct {
	*act
	season  *season.Season
	samples map[string]*evidence.Content
	dryRun  bool
	counts  map[string]*model.ImportedFile
	faults  []*model.ImportError
	// skipped counts codes that name nothing.
	skipped int

	units      map[string]*model.Organization
	unitsByID  map[string]*model.Organization
	people     map[string]*model.Person
	positions  map[string][]*model.Position
	accounts   map[string]*model.Account // by person
	usernames  map[string]bool
	types      map[string]*model.AwardType
	indicators map[string]*model.ReformIndicator
	campaign   *model.Campaign
}

// run goes through the files in an order in which every row finds what it refers to.
func (im *importer) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		im.load, im.importUnits, im.importSuccessions, im.importPeople, im.importIndicators, im.importResults,
		im.importCampaign, im.importHeads, im.importCouncil, im.importNominations, im.importFacts, im.importEarlierAwards,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// load reads what is recorded already.
func (im *importer) load(ctx context.Context) error {
	var units []*model.Organization
	var people []*model.Person
	var positions []*model.Position
	var accounts []*model.Account
	var types []*model.AwardType
	var indicators []*model.ReformIndicator
	if err := withHistory(im.NewSelect().Model(&units)).Scan(ctx); err != nil {
		return err
	}
	for _, all := range []any{&people, &positions, &accounts, &types, &indicators} {
		if err := im.NewSelect().Model(all).OrderExpr("1").Scan(ctx); err != nil {
			return err
		}
	}
	im.units = byID(units, func(o *model.Organization) string { return o.Code })
	im.unitsByID = byID(units, func(o *model.Organization) string { return o.ID })
	im.people = byID(people, func(p *model.Person) string { return p.Code })
	slices.SortFunc(positions, func(a, b *model.Position) int { return bytes.Compare([]byte(a.ValidFrom), []byte(b.ValidFrom)) })
	im.positions = groupBy(positions, func(p *model.Position) string { return p.PersonID })
	im.accounts = byID(accounts, func(a *model.Account) string { return value(a.PersonID) })
	im.usernames = map[string]bool{}
	for _, account := range accounts {
		im.usernames[account.Username] = true
	}
	im.types = byID(types, func(t *model.AwardType) string { return t.Code })
	im.indicators = byID(indicators, func(i *model.ReformIndicator) string { return i.Code })
	return nil
}

func (im *importer) fault(file string, line int, column, key string, pairs ...any) {
	im.faults = append(im.faults, season.Fault(file, line, column, key, pairs...))
}

// dangling tells a code that names nothing. One that could not be read has been told, as have files that could not.
func (im *importer) dangling(file string, line int, column, code string) {
	im.skipped++
	if code != "" && !im.season.Partial {
		im.fault(file, line, column, "import.dangling", "key", code)
	}
}

// wrong counts what is wrong so far, told or not, so that a row can see whether it can be used.
func (im *importer) wrong() int { return len(im.faults) + im.skipped }

func (im *importer) count(file string) *model.ImportedFile {
	if im.counts[file] == nil {
		im.counts[file] = &model.ImportedFile{File: file}
	}
	return im.counts[file]
}

func (im *importer) report() []*model.ImportedFile {
	files := []*model.ImportedFile{}
	for _, f := range im.counts {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b *model.ImportedFile) int { return bytes.Compare([]byte(a.File), []byte(b.File)) })
	return files
}

// tally counts a row as new, or as recorded already.
func (im *importer) tally(file string, fresh bool) {
	if fresh {
		im.count(file).Created++
	} else {
		im.count(file).Unchanged++
	}
}

// known counts a row that is recorded already, and tells it when the record has other values.
func (im *importer) known(file string, line int, key string, same bool) {
	if !same {
		im.fault(file, line, "", "import.differs", "key", key)
		return
	}
	im.tally(file, false)
}

// keep writes new records of one file.
func keep[T any](ctx context.Context, im *importer, file, action string, where func(*T) about, records []*T) error {
	im.count(file).Created += len(records)
	for _, r := range records {
		im.audit(action, where(r), nil, r)
	}
	return insertAll(ctx, im.act, records)
}

func registry[T any](*T) about { return about{realm: model.RealmRegistry} }

// keepSound writes new records unless something is wrong already, in which case nothing will be written.
func keepSound[T any](ctx context.Context, im *importer, file string, records []*T) error {
	if len(im.faults) > 0 {
		return nil
	}
	return keep(ctx, im, file, "importSeason", registry, records)
}

// tell tells faults of a field.
func (im *importer) tell(file string, line int, column string, faults []model.Violation) {
	for _, v := range faults {
		im.faults = append(im.faults, &model.ImportError{File: file, Line: line, Column: &column, Key: v.Key, Args: v.Args})
	}
}

// refuse tells the refusal of a rule as a fault of a field.
func (im *importer) refuse(file string, line int, column string, err error) {
	if refusal, ok := errors.AsType[*model.Error](err); ok {
		im.fault(file, line, column, refusal.Key)
		im.faults[len(im.faults)-1].Args = refusal.Args
	}
}
