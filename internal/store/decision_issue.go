package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"vinhdanh/internal/bonus"
	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// IssueDecision takes the number, checks everything as of the decision date, and makes every nomination on the list an
// award.
func (s *Store) IssueDecision(ctx context.Context, by model.Actor, input model.IssueDecisionInput) (*model.Decision, error) {
	return once(ctx, s, by, func(a *act) (*model.Decision, error) {
		c, err := a.campaignOf(ctx, input.DecisionID)
		if err != nil {
			return nil, err
		}
		d, err := a.lockDecision(ctx, input.DecisionID)
		if err != nil {
			return nil, err
		}
		listed, err := a.approvedOn(ctx, d, c)
		if err != nil {
			return nil, err
		}
		before, counts := *d, map[model.RecipientKind]int{}
		for _, n := range listed {
			counts[n.RecipientKind]++
		}
		if err := d.Issue(by, a.now, input, counts); err != nil {
			return nil, err
		}
		if err := c.MustBe(a.today, nil, model.CampaignPhaseDeciding); err != nil {
			return nil, err
		}
		if window := c.Window(model.CampaignPhaseDeciding); d.DecidedOn < window.OpensOn {
			return nil, model.BadInput("input.decisionId", "decision.too_early", "decidedOn", d.DecidedOn, "opensOn", window.OpensOn)
		}
		if err := a.mustAllBeEligible(ctx, listed, &d.DecidedOn); err != nil {
			return nil, err
		}
		money, err := a.moneyOn(ctx, d.DecidedOn)
		if err != nil {
			return nil, err
		}
		d.BaseSalary = &money.salary.Amount
		if err := total(d, listed, money); err != nil {
			return nil, err
		}
		if err := save(ctx, a, d); err != nil {
			return nil, uniqueOr(err, model.Errorf(model.CodeConflict, "decision.number_taken", "number", *d.Number, "year", d.Year))
		}
		a.audit("issueDecision", aboutDecision(d), &before, d)
		return d, a.award(ctx, d, listed, money)
	})
}

// approvedOn locks the nominations on a draft's list.
func (a *act) approvedOn(ctx context.Context, d *model.Decision, c *model.Campaign) ([]*model.Nomination, error) {
	var listed []*model.Nomination
	err := a.store.forUpdate(a.NewSelect().Model(&listed).Where("decision_id = ?", d.ID).Order("id")).Scan(ctx)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	for _, n := range listed {
		n.Campaign = c
	}
	return listed, a.prepare(ctx, listed...)
}

// award makes awards of the listed nominations: snapshots of name, position and unit as of the decision date, lines in the
// register, verification codes and bonuses.
func (a *act) award(ctx context.Context, d *model.Decision, listed []*model.Nomination, m *money) error {
	awards, err := a.snapshots(ctx, d, listed)
	if err != nil {
		return err
	}
	book, line, err := a.register(ctx, d)
	if err != nil {
		return err
	}
	moved := byID(listed, func(n *model.Nomination) string { return n.ID })
	for i, award := range awards {
		coefficient := m.coefficient(award.AwardTypeID, award.RecipientKind)
		amount := bonus.Amount(*coefficient, m.salary.Amount, *d.BonusRounding)
		number, code := line+i+1, rand.Text()
		award.ListPosition, award.RegisterBook, award.RegisterLine, award.VerificationCode = i+1, &book, &number, &code
		award.Coefficient, award.Bonus = coefficient, &amount
		where := aboutDecision(d)
		where.nomination = *award.NominationID
		a.audit("awardRecipient", where, nil, award)
		if err := a.settle(ctx, "issueDecision", moved[*award.NominationID], model.NominationActAward); err != nil {
			return err
		}
	}
	return insertAll(ctx, a, awards)
}

// snapshots are the awards in the order of the list: collectives first, then individuals in Vietnamese order of names.
func (a *act) snapshots(ctx context.Context, d *model.Decision, listed []*model.Nomination) ([]*model.Award, error) {
	r, err := a.recipients(ctx, listed)
	if err != nil {
		return nil, err
	}
	var awards []*model.Award
	for _, n := range listed {
		t := r.types[n.AwardTypeID]
		award := &model.Award{ID: newID("award"), DecisionID: d.ID, NominationID: &n.ID, CampaignID: &n.CampaignID, AwardTypeID: t.ID, Category: t.Category,
			Level: t.Level, RecipientKind: n.RecipientKind, PersonID: n.PersonID, OrganizationID: n.OrganizationID, UnitID: n.UnitID,
			Year: n.Campaign.Year, GrantedOn: d.DecidedOn, AchievementCode: &n.AchievementCode, Achievement: &n.Achievement,
			Status: model.AwardStatusActive, Version: 1}
		if n.PersonID != nil {
			person := r.people[*n.PersonID]
			award.RecipientName, award.Gender, award.RecipientSort = person.FullName, person.Gender, person.SortKey
			if held := model.PositionOn(r.positions[person.ID], d.DecidedOn); held != nil {
				award.Position, award.UnitID = &held.Title, held.OrganizationID
			}
		}
		unit := r.units[award.UnitID].At(d.DecidedOn)
		award.UnitName = unit.Name
		if n.OrganizationID != nil {
			award.RecipientName, award.RecipientSort = unit.Name, names.PlainKey(unit.Name)
		}
		award.RecipientFolded = names.Fold(award.RecipientName)
		awards = append(awards, award)
	}
	slices.SortFunc(awards, func(x, y *model.Award) int {
		return cmp.Or(strings.Compare(string(x.RecipientKind), string(y.RecipientKind)), bytes.Compare(x.RecipientSort, y.RecipientSort), cmp.Compare(x.ID, y.ID))
	})
	return awards, nil
}

// recipients is what snapshots are taken of.
type recipients struct {
	types     map[string]*model.AwardType
	people    map[string]*model.Person
	positions map[string][]*model.Position
	units     map[string]*model.Organization
}

func (a *act) recipients(ctx context.Context, listed []*model.Nomination) (*recipients, error) {
	var ids []string
	for _, n := range listed {
		ids = append(ids, value(n.PersonID))
	}
	var types []*model.AwardType
	var people []*model.Person
	var units []*model.Organization
	if err := a.NewSelect().Model(&types).Scan(ctx); err != nil {
		return nil, err
	}
	if err := a.NewSelect().Model(&people).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	positions, err := positionsOf(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	if err := withHistory(a.NewSelect().Model(&units)).Scan(ctx); err != nil {
		return nil, err
	}
	return &recipients{byID(types, func(t *model.AwardType) string { return t.ID }), byID(people, func(p *model.Person) string { return p.ID }),
		groupBy(positions, func(p *model.Position) string { return p.PersonID }), byID(units, func(o *model.Organization) string { return o.ID })}, nil
}

// register names the issuer's book of the year and its last line. The issuer is locked, so that lines follow each other.
func (a *act) register(ctx context.Context, d *model.Decision) (book string, line int, err error) {
	issuer, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("id = ?", d.IssuerID)), new(model.Organization), "organization", d.IssuerID)
	if err != nil {
		return "", 0, err
	}
	book = fmt.Sprintf("%s/%d", issuer.Code, d.Year)
	err = a.NewSelect().Model((*model.Award)(nil)).ColumnExpr("COALESCE(MAX(register_line), 0)").Where("register_book = ?", book).Scan(ctx, &line)
	return book, line, err
}
