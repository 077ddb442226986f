// Package demo plays a season into an empty database through the use cases people have: heads submit, the office checks,
// reviewers score, members vote, the authority decides. It knows the store and the season, and has no other way in.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"vinhdanh/internal/names"
	"vinhdanh/internal/season"
	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// Password of all demo accounts.
const Password = "vinh-danh-demo"

// Account is a login a visitor can use.
type Account struct{ Username, Role, Name string }

// Result is what came of the season.
type Result struct {
	Campaign    string
	Decision    string
	Collectives int
	Individuals int
	Bonus       model.VND
	Ineligible  int
	Held        int
	// Best are the first of each kind, with their adjusted scores.
	Best     []string
	Accounts []Account
	Took     time.Duration
}

// Play plays a season and leaves the clock on the day after publication, with a second campaign open for nominations.
func Play(ctx context.Context, s *store.Store, files season.Files, out io.Writer) (*Result, error) {
	started := time.Now()
	rows, faults := season.Read(files)
	if len(faults) > 0 {
		return nil, model.RefuseImport(faults)
	}
	empty, err := s.Empty(ctx)
	if err != nil {
		return nil, err
	}
	if !empty {
		return nil, errors.New("the database holds records already: play a season into an empty one")
	}
	p := &play{Store: s, season: rows, out: out, people: map[string]season.Person{}}
	for _, person := range rows.People {
		p.people[person.Code] = person
	}
	for _, step := range []struct {
		say string
		do  func(context.Context) error
	}{
		{"import", func(ctx context.Context) error { return p.load(ctx, files) }},
		{"nominate", p.nominate}, {"check", p.check}, {"assign", p.assign}, {"score", p.score}, {"shortlist", p.shortlist},
		{"vote", p.vote}, {"decide", p.decide}, {"publish", p.publish}, {"open the next campaign", p.openNext},
	} {
		if err := step.do(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", step.say, err)
		}
	}
	p.result.Took = time.Since(started)
	return &p.result, nil
}

// play is a replay under way.
type play struct {
	*store.Store
	season *season.Season
	out    io.Writer
	people map[string]season.Person

	nominations map[string]*model.Nomination // by reference
	result      Result
}

// say tells how far the replay is.
func (p *play) say(format string, args ...any) {
	fmt.Fprintf(p.out, "%s  %s\n", p.Clock.Now().In(model.Saigon).Format("02/01/2006"), fmt.Sprintf(format, args...))
}

// at puts the clock on the morning of a day of the season.
func (p *play) at(day model.Date) {
	p.Clock.Set(day.Time().Add(8*time.Hour + 30*time.Minute))
}

// window is when a phase of the season is open.
func (p *play) window(phase model.CampaignPhase) season.Phase {
	for _, w := range p.season.Phases {
		if w.Phase == phase {
			return w
		}
	}
	return season.Phase{}
}

// as signs in as the login of a person.
func (p *play) as(ctx context.Context, personCode string) (model.Actor, error) {
	return p.ActorNamed(ctx, names.Fold(personCode))
}

// seated is the person on a seat of the council.
func (p *play) seated(role model.CouncilRole) string {
	for _, seat := range p.season.Council {
		if seat.Role == role {
			return seat.PersonCode
		}
	}
	return ""
}

// secretary acts for the office. Nobody handles the own nomination, so a stand-in does where the secretary is nominated.
func (p *play) secretary(ctx context.Context, nominee string) (model.Actor, error) {
	code := p.seated(model.CouncilRoleSecretary)
	if code == "" || code == nominee {
		return p.ActorNamed(ctx, "secretary")
	}
	return p.as(ctx, code)
}

// load imports the season on the eve of its first day, and gives everybody the demo password.
func (p *play) load(ctx context.Context, files season.Files) error {
	p.at(p.window(model.CampaignPhaseNominating).OpensOn.AddDays(-1))
	if _, err := p.ImportSeason(ctx, model.Actor{System: true}, files, false); err != nil {
		return err
	}
	system := model.Actor{System: true}
	for _, login := range []struct {
		name  string
		roles []model.Role
	}{{"admin", []model.Role{model.RoleAdmin}}, {"auditor", []model.Role{model.RoleAuditor}}, {"secretary", []model.Role{model.RoleSecretary}}} {
		if _, err := p.CreateAccount(ctx, system, model.CreateAccountInput{Username: login.name}); err != nil {
			return err
		}
		for _, role := range login.roles {
			grant := model.GrantRoleInput{Username: login.name, Role: role}
			if role != model.RoleAdmin {
				grant.OrganizationCode = &p.season.Campaign.IssuerCode
			}
			if _, err := p.GrantRole(ctx, system, grant); err != nil {
				return err
			}
		}
	}
	if err := p.SetDemoPassword(ctx, Password); err != nil {
		return err
	}
	p.listAccounts()
	p.say("%d units, %d people, %d reform results, %d earlier awards, %d nominations drafted", len(p.season.Organizations), len(p.season.People),
		len(p.season.Results), len(p.season.EarlierAwards), len(p.season.Nominations))
	return nil
}

// listAccounts names one login for each thing a visitor may want to try.
func (p *play) listAccounts() {
	add := func(code, role string) {
		if code != "" {
			p.result.Accounts = append(p.result.Accounts, Account{names.Fold(code), role, p.people[code].FullName})
		}
	}
	if len(p.season.UnitHeads) > 0 {
		last := p.season.UnitHeads[len(p.season.UnitHeads)-1]
		add(last.PersonCode, "DEPARTMENT_HEAD "+last.OrganizationCode)
	}
	add(p.seated(model.CouncilRoleMember), "REVIEWER")
	add(p.seated(model.CouncilRoleSecretary), "SECRETARY")
	add(p.seated(model.CouncilRoleChair), "APPROVER, REVIEWER")
	p.result.Accounts = append(p.result.Accounts, Account{"auditor", "AUDITOR", ""}, Account{"admin", "ADMIN", ""})
}

// campaign reads the campaign as the office sees it.
func (p *play) campaign(ctx context.Context) (*model.Campaign, model.Actor, error) {
	by, err := p.secretary(ctx, "")
	if err != nil {
		return nil, by, err
	}
	c, err := p.Campaign(ctx, by, p.season.Campaign.Code)
	return c, by, err
}

// open moves the campaign into a phase on the first morning of its window.
func (p *play) open(ctx context.Context, phase model.CampaignPhase) (*model.Campaign, model.Actor, error) {
	p.at(p.window(phase).OpensOn)
	c, by, err := p.campaign(ctx)
	if err != nil {
		return nil, by, err
	}
	c, err = p.OpenPhase(ctx, by, model.OpenPhaseInput{CampaignCode: c.Code, ExpectedVersion: c.Version, Phase: phase})
	return c, by, err
}

// read reads all nominations of the season as the office sees them.
func (p *play) read(ctx context.Context) error {
	by, err := p.secretary(ctx, "")
	if err != nil {
		return err
	}
	p.nominations = map[string]*model.Nomination{}
	size := model.MaxPageSize
	page := model.Page{First: &size}
	for {
		found, err := p.Nominations(ctx, by, &model.NominationFilter{CampaignCode: &p.season.Campaign.Code}, page)
		if err != nil {
			return err
		}
		for _, n := range found.Nodes {
			p.nominations[n.Reference] = n
		}
		if page.After = found.PageInfo.EndCursor; !found.PageInfo.HasNextPage {
			return nil
		}
	}
}
