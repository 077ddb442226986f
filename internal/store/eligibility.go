package store

import (
	"context"

	"github.com/uptrace/bun"

	"vinhdanh/internal/eligibility"
	"vinhdanh/model"
)

// eligibility asks the rules about one nomination inside an act. decidedOn is the date of the decision once it is known.
func (a *act) eligibility(ctx context.Context, n *model.Nomination, decidedOn *model.Date) (*model.Eligibility, error) {
	answers, err := evaluate(ctx, a, []*model.Nomination{n}, a.today, decidedOn)
	return answers[n.ID], err
}

// mustBeEligible refuses a nomination that the rules do not let go on. What a person confirmed stays confirmed.
func (a *act) mustBeEligible(ctx context.Context, n *model.Nomination, decidedOn *model.Date) error {
	return a.mustAllBeEligible(ctx, []*model.Nomination{n}, decidedOn)
}

func (a *act) mustAllBeEligible(ctx context.Context, all []*model.Nomination, decidedOn *model.Date) error {
	answers, err := evaluate(ctx, a, all, a.today, decidedOn)
	if err != nil {
		return err
	}
	for _, n := range all {
		if err := answers[n.ID].MustHold(n.Reference); err != nil {
			return err
		}
	}
	return nil
}

// evaluate loads the facts of many nominations in a fixed number of queries and asks the rules.
func evaluate(ctx context.Context, db bun.IDB, all []*model.Nomination, today model.Date, decidedOn *model.Date) (map[string]*model.Eligibility, error) {
	answers := map[string]*model.Eligibility{}
	if len(all) == 0 {
		return answers, nil
	}
	var rules []*model.EligibilityRule
	if err := inForce(db.NewSelect().Model(&rules), today).Order("position").Scan(ctx); err != nil {
		return nil, err
	}
	files, err := loadFiles(ctx, db, all)
	if err != nil {
		return nil, err
	}
	for _, n := range all {
		answers[n.ID] = eligibility.Evaluate(rules, files.of(n, today, decidedOn))
	}
	return answers, nil
}

// files is what the records say about a set of nominations.
type files struct {
	types       map[string]*model.AwardType
	authorities []*model.Authority
	people      map[string]*model.Person
	facts       map[string][]*model.PersonnelFact
	awards      map[string][]*model.Award
	rivals      map[string][]*model.Nomination
	evidence    map[string]int
	indexes     map[int]map[string]*model.ReformIndex
	issuers     map[string]*model.Organization
	decisions   map[string]*model.Decision
	confirmed   map[string][]*model.RuleConfirmation
}

func loadFiles(ctx context.Context, db bun.IDB, all []*model.Nomination) (*files, error) {
	f := &files{}
	var ids, recipients, people, decided []string
	for _, n := range all {
		decided = append(decided, value(n.DecisionID))
		ids, recipients = append(ids, n.ID), append(recipients, n.RecipientID())
		if n.PersonID != nil {
			people = append(people, *n.PersonID)
		}
	}
	var types []*model.AwardType
	var persons []*model.Person
	var facts []*model.PersonnelFact
	var awards []*model.Award
	var rivals []*model.Nomination
	var evidence []*model.EvidenceFile
	var decisions []*model.Decision
	var confirmations []*model.RuleConfirmation
	for _, q := range []*bun.SelectQuery{
		db.NewSelect().Model(&types),
		db.NewSelect().Model(&f.authorities),
		db.NewSelect().Model(&persons).Where("id IN (?)", bun.List(people)),
		db.NewSelect().Model(&facts).Where("person_id IN (?)", bun.List(people)).Order("valid_from"),
		db.NewSelect().Model(&awards).Where("person_id IN (?) OR organization_id IN (?)", bun.List(recipients), bun.List(recipients)).
			Where("achievement_code IS NOT NULL").Order("id"),
		db.NewSelect().Model(&rivals).Where("person_id IN (?) OR organization_id IN (?)", bun.List(recipients), bun.List(recipients)).
			Where("status NOT IN ('WITHDRAWN', 'INELIGIBLE', 'REJECTED')").Order("id"),
		db.NewSelect().Model(&evidence).Where("nomination_id IN (?)", bun.List(ids)).Where("removed_at IS NULL"),
		db.NewSelect().Model(&decisions).Where("id IN (?)", bun.List(decided)),
		db.NewSelect().Model(&confirmations).Where("nomination_id IN (?)", bun.List(ids)),
	} {
		if err := q.Scan(ctx); err != nil {
			return nil, err
		}
	}
	f.types = byID(types, func(t *model.AwardType) string { return t.ID })
	f.people = byID(persons, func(p *model.Person) string { return p.ID })
	f.facts = groupBy(facts, func(x *model.PersonnelFact) string { return x.PersonID })
	f.awards = groupBy(awards, func(x *model.Award) string { return x.RecipientID() })
	f.rivals = groupBy(rivals, func(x *model.Nomination) string { return x.RecipientID() })
	f.decisions = byID(decisions, func(d *model.Decision) string { return d.ID })
	f.confirmed = groupBy(confirmations, func(x *model.RuleConfirmation) string { return x.NominationID })
	f.evidence = map[string]int{}
	for _, file := range evidence {
		f.evidence[file.NominationID]++
	}
	return f, f.loadUnits(ctx, db, all)
}

// loadUnits loads issuers and the reform indexes of the linked units, per year.
func (f *files) loadUnits(ctx context.Context, db bun.IDB, all []*model.Nomination) error {
	issuers, linked := []string{}, map[int][]string{}
	for _, n := range all {
		issuers = append(issuers, n.Campaign.IssuerID)
		if n.ReformUnitID != nil {
			linked[n.Campaign.Year] = append(linked[n.Campaign.Year], *n.ReformUnitID)
		}
	}
	var units []*model.Organization
	if err := withHistory(db.NewSelect().Model(&units).Where("id IN (?)", bun.List(issuers))).Scan(ctx); err != nil {
		return err
	}
	f.issuers, f.indexes = byID(units, func(o *model.Organization) string { return o.ID }), map[int]map[string]*model.ReformIndex{}
	for year, units := range linked {
		var err error
		if f.indexes[year], err = reformIndexes(ctx, db, units, year); err != nil {
			return err
		}
	}
	return nil
}

// of gathers the facts of one nomination.
func (f *files) of(n *model.Nomination, today model.Date, decidedOn *model.Date) eligibility.Facts {
	day := n.Campaign.DecisionDay(today)
	if d := f.decisions[value(n.DecisionID)]; d != nil {
		day = d.DecidedOn
	}
	if decidedOn != nil {
		day = *decidedOn
	}
	facts := eligibility.Facts{Nomination: n, Campaign: n.Campaign, AwardType: f.types[n.AwardTypeID], Authorities: f.authorities,
		IssuerKind: f.issuers[n.Campaign.IssuerID].At(day).Kind, EvidenceFiles: f.evidence[n.ID], Today: today, DecisionDay: day,
		Confirmations: byID(f.confirmed[n.ID], func(x *model.RuleConfirmation) string { return x.RuleCode })}
	if n.PersonID != nil {
		facts.Person, facts.PersonnelFacts = f.people[*n.PersonID], f.facts[*n.PersonID]
	}
	if n.ReformUnitID != nil {
		facts.Index = f.indexes[n.Campaign.Year][*n.ReformUnitID]
	}
	for _, award := range f.awards[n.RecipientID()] {
		if value(award.NominationID) != n.ID {
			facts.Awards = append(facts.Awards, award)
		}
	}
	for _, rival := range f.rivals[n.RecipientID()] {
		if rival.ID != n.ID {
			facts.Rivals = append(facts.Rivals, rival)
		}
	}
	return facts
}
