package store

import (
	"bytes"
	"context"
	"slices"

	"vinhdanh/internal/evidence"
	"vinhdanh/internal/names"
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
		if content, fault := s.sample(n, dryRun || len(faults) > 0); fault != nil {
			faults = append(faults, fault)
		} else if content != nil {
			samples[n.Reference] = content
		}
	}
	var report *ImportReport
	err := s.rehearse(ctx, by, dryRun, func(a *act) error {
		im := &importer{act: a, season: rows, samples: samples, counts: map[string]*model.ImportedFile{}, faults: slices.Clone(faults)}
		if err := im.run(ctx); err != nil {
			return err
		}
		report = &ImportReport{Files: im.report(), Faults: im.faults, Campaign: im.campaign}
		if len(im.faults) > 0 && !dryRun {
			return model.RefuseImport(im.faults)
		}
		return nil
	})
	return report, err
}

// sample makes the evidence file of a nomination and has it on disk, unless it is not wanted there.
func (s *Store) sample(n season.Nomination, unwanted bool) (*evidence.Content, *model.ImportError) {
	if n.EvidenceFile == nil {
		return nil, nil
	}
	content, err := evidence.Read(*n.EvidenceFile, bytes.NewReader(season.Sample(*n.EvidenceFile, n.Reference)), s.MaxUpload)
	if err == nil && !unwanted {
		err = s.Evidence.Put(content)
	}
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
	counts  map[string]*model.ImportedFile
	faults  []*model.ImportError

	units      map[string]*model.Organization
	people     map[string]*model.Person
	positions  map[string][]*model.Position
	accounts   map[string]*model.Account // by person
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
	im.people = byID(people, func(p *model.Person) string { return p.Code })
	slices.SortFunc(positions, func(a, b *model.Position) int { return bytes.Compare([]byte(a.ValidFrom), []byte(b.ValidFrom)) })
	im.positions = groupBy(positions, func(p *model.Position) string { return p.PersonID })
	im.accounts = byID(accounts, func(a *model.Account) string { return value(a.PersonID) })
	im.types = byID(types, func(t *model.AwardType) string { return t.Code })
	im.indicators = byID(indicators, func(i *model.ReformIndicator) string { return i.Code })
	return nil
}

func (im *importer) fault(file string, line int, column, key string, pairs ...any) {
	im.faults = append(im.faults, season.Fault(file, line, column, key, pairs...))
}

// dangling tells a code that names nothing. One that could not be read has been told.
func (im *importer) dangling(file string, line int, column, code string) {
	if code != "" {
		im.fault(file, line, column, "import.dangling", "key", code)
	}
}

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

// known counts a row that is recorded already, and tells it when the record has other values.
func (im *importer) known(file string, line int, key string, same bool) {
	if !same {
		im.fault(file, line, "", "import.differs", "key", key)
		return
	}
	im.count(file).Unchanged++
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

func (im *importer) importUnits(ctx context.Context) error {
	const file = season.FileOrganizations
	var units []*model.Organization
	var versions []*model.OrganizationVersion
	for _, row := range im.season.Organizations {
		if unit := im.units[row.Code]; unit != nil {
			same := slices.ContainsFunc(unit.History, func(v *model.OrganizationVersion) bool {
				return v.ValidFrom == row.ValidFrom && v.Name == row.Name && v.Kind == row.Kind
			})
			im.known(file, row.Line, row.Code, same)
			continue
		}
		if model.CheckCode("", row.Code) != nil {
			im.fault(file, row.Line, "code", "code.invalid", "value", row.Code)
		}
		unit := &model.Organization{ID: newID("organization"), Code: row.Code, Version: 1}
		version := &model.OrganizationVersion{ID: newID("version"), OrganizationID: unit.ID, Name: row.Name, Kind: row.Kind,
			Folded: foldOrganization(row.Code, row.Name), ValidFrom: row.ValidFrom, ValidTo: row.ValidTo}
		unit.History = []*model.OrganizationVersion{version}
		im.units[row.Code] = unit
		units, versions = append(units, unit), append(versions, version)
	}
	for _, row := range im.season.Organizations {
		if row.ParentCode == nil {
			continue
		}
		parent := im.units[*row.ParentCode]
		switch {
		case parent == nil:
			im.dangling(file, row.Line, "parent_code", *row.ParentCode)
		case im.above(*row.ParentCode, row.Code):
			im.fault(file, row.Line, "parent_code", "organization.below_itself", "code", row.Code)
		default:
			im.units[row.Code].History[0].ParentID = &parent.ID
		}
	}
	if len(im.faults) > 0 {
		return nil // nothing will be written; what follows still finds the units
	}
	if err := keep(ctx, im, file, "importSeason", registry, units); err != nil {
		return err
	}
	return insertAll(ctx, im.act, versions)
}

// above says whether a unit lies above another, or is it, in the file: a circle.
func (im *importer) above(code, above string) bool {
	parents := map[string]*string{}
	for _, row := range im.season.Organizations {
		parents[row.Code] = row.ParentCode
	}
	for range parents {
		if code == above {
			return true
		}
		if parents[code] == nil {
			return false
		}
		code = *parents[code]
	}
	return true
}

func (im *importer) importSuccessions(ctx context.Context) error {
	const file = season.FileSuccessions
	var recorded, fresh []*model.Succession
	if err := im.NewSelect().Model(&recorded).Scan(ctx); err != nil {
		return err
	}
	for _, row := range im.season.Successions {
		from, to := im.units[row.PredecessorCode], im.units[row.SuccessorCode]
		if from == nil {
			im.dangling(file, row.Line, "predecessor_code", row.PredecessorCode)
		}
		if to == nil {
			im.dangling(file, row.Line, "successor_code", row.SuccessorCode)
		}
		if from == nil || to == nil {
			continue
		}
		if from == to {
			im.fault(file, row.Line, "successor_code", "organization.own_successor")
			continue
		}
		if slices.ContainsFunc(recorded, func(x *model.Succession) bool {
			return x.PredecessorID == from.ID && x.SuccessorID == to.ID && x.EffectiveOn == row.EffectiveOn
		}) {
			im.count(file).Unchanged++
			continue
		}
		fresh = append(fresh, &model.Succession{ID: newID("succession"), PredecessorID: from.ID, SuccessorID: to.ID, EffectiveOn: row.EffectiveOn})
	}
	return keepSound(ctx, im, file, fresh)
}

// keepSound writes new records unless something is wrong already, in which case nothing will be written.
func keepSound[T any](ctx context.Context, im *importer, file string, records []*T) error {
	if len(im.faults) > 0 {
		return nil
	}
	return keep(ctx, im, file, "importSeason", registry, records)
}

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

func (im *importer) importIndicators(ctx context.Context) error {
	const file = season.FileIndicators
	var fresh []*model.ReformIndicator
	for _, row := range im.season.Indicators {
		if i := im.indicators[row.Code]; i != nil {
			im.known(file, row.Line, row.Code, i.Name == row.Name && i.Kind == row.Kind && i.MaxPoints.Equal(row.MaxPoints.Decimal))
			continue
		}
		i := &model.ReformIndicator{ID: newID("indicator"), Code: row.Code, Name: row.Name, Unit: row.Unit, MaxPoints: row.MaxPoints, Kind: row.Kind}
		im.indicators[row.Code] = i
		fresh = append(fresh, i)
	}
	return keepSound(ctx, im, file, fresh)
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
			im.known(file, row.Line, row.PersonCode, row.To == nil || equal(recorded[at].ValidTo, row.To))
			continue
		}
		fresh = append(fresh, &model.PersonnelFact{ID: newID("fact"), PersonID: person.ID, Kind: row.Kind, ValidFrom: row.From, ValidTo: row.To,
			Note: value(row.Note), Version: 1})
	}
	return keepSound(ctx, im, file, fresh)
}

// account is the login of a person, made without a password when there is none.
func (im *importer) account(ctx context.Context, person *model.Person) (*model.Account, error) {
	if account := im.accounts[person.ID]; account != nil {
		return account, nil
	}
	account := &model.Account{ID: newID("account"), Username: names.Fold(person.Code), PersonID: &person.ID, CreatedAt: im.now, Version: 1}
	im.accounts[person.ID] = account
	if len(im.faults) > 0 {
		return account, nil
	}
	im.audit("createAccount", about{realm: model.RealmAccount}, nil, account)
	return account, uniqueOr(insert(ctx, im.act, account), model.Errorf(model.CodeConflict, "account.taken", "username", account.Username))
}

// grant gives an account a role in a unit, from the day the campaign is being prepared; one it has stays.
func (im *importer) grant(ctx context.Context, account *model.Account, role model.Role, unit *model.Organization) (fresh bool, err error) {
	if len(im.faults) > 0 {
		return false, nil
	}
	held, err := im.NewSelect().Model((*model.RoleGrant)(nil)).Where("account_id = ?", account.ID).Where("role = ?", role).
		Where("organization_id = ?", unit.ID).Where("valid_to IS NULL").Count(ctx)
	if err != nil || held > 0 {
		return false, err
	}
	roles, err := im.rolesHeld(ctx, account)
	if err != nil {
		return false, err
	}
	if err := model.CheckSeparation(append(roles, role)); err != nil {
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
		if err := im.seat(ctx, file, person, model.RoleDepartmentHead, unit); err != nil {
			return err
		}
	}
	return nil
}

// seat gives a person a login and a role, and counts the row.
func (im *importer) seat(ctx context.Context, file string, person *model.Person, role model.Role, unit *model.Organization) error {
	account, err := im.account(ctx, person)
	if err != nil {
		return err
	}
	fresh, err := im.grant(ctx, account, role, unit)
	if fresh {
		im.count(file).Created++
	} else {
		im.count(file).Unchanged++
	}
	return err
}
