package store

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/uptrace/bun"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// awards is the history with what a frontend always shows beside it.
func (s *Store) awards() listing {
	return listing{
		columns: "award.*, " + relationColumns[model.AwardType](s.hot, "award_type") + ", " + relationColumns[model.Decision](s.hot, "decision") +
			", " + relationColumns[model.Person](s.hot, "person"),
		tables: "awards AS award",
		lookups: []lookup{{"award_type", "award_types AS award_type ON award_type.id = award.award_type_id"},
			{"decision", "decisions AS decision ON decision.id = award.decision_id"}, {"person", "people AS person ON person.id = award.person_id"}},
	}
}

// relationColumns names the columns of a joined table so that they fill the relation of that name.
func relationColumns[T any](db *bun.DB, relation string) string {
	var columns []string
	for _, field := range db.Table(reflect.TypeFor[T]()).Fields {
		columns = append(columns, fmt.Sprintf("%[1]s.%[2]s AS %[1]s__%[2]s", relation, field.Name))
	}
	return strings.Join(columns, ", ")
}

// awardsKnownTo is which awards a reader may know of: published ones, and all of the bodies one works for.
func awardsKnownTo(by model.Actor) condition {
	issuers := by.Scopes(model.RoleSecretary, model.RoleApprover, model.RoleAuditor)
	switch {
	case by.System:
		return where("1 = 1")
	case len(issuers) > 0:
		return where("(award.published OR decision.issuer_id IN (?))", issuers)
	}
	return where("award.published")
}

// Award is one award.
func (s *Store) Award(ctx context.Context, by model.Actor, id string) (*model.Award, error) {
	return first[model.Award](ctx, s, s.awards().with(where("award.id = ?", id), awardsKnownTo(by)), "award", id)
}

// AwardsByID reads awards, as far as the reader may know of them.
func (s *Store) AwardsByID(ctx context.Context, by model.Actor, ids []string) (map[string]*model.Award, error) {
	found, err := list[model.Award](ctx, s, s.awards().with(where("award.id IN (?)", ids), awardsKnownTo(by)), "")
	return byID(found, func(a *model.Award) string { return a.ID }), err
}

// AwardsOfNominations reads what nominations led to, as far as the reader may know of it.
func (s *Store) AwardsOfNominations(ctx context.Context, by model.Actor, ids []string) (map[string]*model.Award, error) {
	found, err := list[model.Award](ctx, s, s.awards().with(where("award.nomination_id IN (?)", ids), awardsKnownTo(by)), "")
	return byID(found, func(a *model.Award) string { return *a.NominationID }), err
}

// VerifyAward finds the award behind a code on a certificate. Only published ones can be verified.
func (s *Store) VerifyAward(ctx context.Context, code string) (*model.AwardVerification, error) {
	plain := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
	award, err := first[model.Award](ctx, s, s.awards().with(where("award.verification_code = ?", plain), where("award.published")), "award", code)
	if err != nil {
		return nil, err
	}
	return &model.AwardVerification{Valid: award.Status == model.AwardStatusActive, Award: award}, nil
}

// Awards lists the history: latest first, or as ordered.
func (s *Store) Awards(ctx context.Context, by model.Actor, filter *model.AwardFilter, order *model.AwardOrder, page model.Page) (*model.AwardConnection, error) {
	if filter == nil {
		filter = &model.AwardFilter{}
	}
	l := s.awards().with(awardsKnownTo(by))
	if err := s.filterAwards(ctx, &l, *filter); err != nil {
		return nil, err
	}
	words := ""
	if filter.Text != nil {
		words = names.Fold(*filter.Text)
	}
	switch {
	case order == nil && words != "", order != nil && order.Field == model.AwardOrderFieldRelevance:
		if words == "" {
			return nil, model.BadInput("orderBy.field", "award.relevance_needs_text")
		}
		return search[model.Award]{column: "award.recipient_folded", id: "award.id", words: words,
			values: func(a *model.Award) (string, string) { return a.RecipientFolded, a.ID }}.paginate(ctx, s, l, page)
	case words != "":
		l.and(`award.recipient_folded LIKE ? ESCAPE '\'`, contains(words))
	}
	return paginate(ctx, s, l, page, awardOrder(order))
}

// awardOrder is the keyset of an order; latest first when none is given.
func awardOrder(order *model.AwardOrder) keyset[model.Award] {
	if order != nil && order.Field == model.AwardOrderFieldRecipientName {
		return keyset[model.Award]{columns: []string{"award.recipient_sort", "award.id"}, desc: order.Direction == model.OrderDirectionDesc,
			values: func(a *model.Award) []any { return []any{a.RecipientSort, a.ID} }}
	}
	return keyset[model.Award]{columns: []string{"award.granted_on", "award.id"}, desc: order == nil || order.Direction == model.OrderDirectionDesc,
		values: func(a *model.Award) []any { return []any{a.GrantedOn, a.ID} }}
}

// filterAwards narrows a listing of awards by everything but the text.
func (s *Store) filterAwards(ctx context.Context, l *listing, filter model.AwardFilter) error {
	if len(filter.Years) > 0 {
		l.and("award.year IN (?)", filter.Years)
	}
	if len(filter.AwardTypeCodes) > 0 {
		l.and("award.award_type_id IN (SELECT id FROM award_types WHERE code IN (?))", filter.AwardTypeCodes)
	}
	if len(filter.Categories) > 0 {
		l.and("award.category IN (?)", filter.Categories)
	}
	if len(filter.Levels) > 0 {
		l.and("award.level IN (?)", filter.Levels)
	}
	if filter.RecipientKind != nil {
		l.and("award.recipient_kind = ?", *filter.RecipientKind)
	}
	if filter.CampaignCode != nil {
		l.and("award.campaign_id IN (SELECT id FROM campaigns WHERE code = ?)", *filter.CampaignCode)
	}
	if filter.DecisionNumber != nil {
		l.and("award.decision_id IN (SELECT id FROM decisions WHERE number = ?)", *filter.DecisionNumber)
	}
	if filter.Status != nil {
		l.and("award.status = ?", *filter.Status)
	}
	if filter.OrganizationCode == nil {
		return nil
	}
	units, err := s.household(ctx, *filter.OrganizationCode, filter.IncludeSubordinates, filter.IncludePredecessors)
	if err != nil {
		return badReference("filter.organizationCode", err)
	}
	l.and("award.unit_id IN (?)", units)
	return nil
}

// AwardsOfPerson lists what a person received, latest first.
func (s *Store) AwardsOfPerson(ctx context.Context, by model.Actor, personID string, filter *model.AwardFilter, page model.Page) (*model.AwardConnection, error) {
	return s.awardsWhere(ctx, by, where("award.person_id = ?", personID), filter, page, awardOrder(nil))
}

// AwardsOfOrganization lists what a unit and the people serving in it received, latest first; with its subordinates and
// predecessors when asked.
func (s *Store) AwardsOfOrganization(ctx context.Context, by model.Actor, code string, subordinates, predecessors bool, filter *model.AwardFilter, page model.Page) (*model.AwardConnection, error) {
	units, err := s.household(ctx, code, subordinates, predecessors)
	if err != nil {
		return nil, err
	}
	return s.awardsWhere(ctx, by, where("award.unit_id IN (?)", units), filter, page, awardOrder(nil))
}

// AwardsOfDecision lists what a decision grants, in the order of its list.
func (s *Store) AwardsOfDecision(ctx context.Context, by model.Actor, decisionID string, page model.Page) (*model.AwardConnection, error) {
	order := keyset[model.Award]{columns: []string{"award.list_position", "award.id"}, values: func(a *model.Award) []any { return []any{a.ListPosition, a.ID} }}
	return s.awardsWhere(ctx, by, where("award.decision_id = ?", decisionID), nil, page, order)
}

func (s *Store) awardsWhere(ctx context.Context, by model.Actor, whose condition, filter *model.AwardFilter, page model.Page, order keyset[model.Award]) (*model.AwardConnection, error) {
	l := s.awards().with(whose, awardsKnownTo(by))
	if filter != nil {
		if err := s.filterAwards(ctx, &l, *filter); err != nil {
			return nil, err
		}
		if filter.Text != nil {
			l.and(`award.recipient_folded LIKE ? ESCAPE '\'`, contains(names.Fold(*filter.Text)))
		}
	}
	return paginate(ctx, s, l, page, order)
}

// groupings are the columns awards are counted by.
var groupings = map[model.AwardGrouping]string{
	model.AwardGroupingYear: "award.year", model.AwardGroupingLevel: "award.level", model.AwardGroupingAwardType: "award.award_type_id",
	model.AwardGroupingUnit: "award.unit_id", model.AwardGroupingRecipientKind: "award.recipient_kind", model.AwardGroupingGender: "award.gender",
}

// AwardStatistics counts awards by groups, in the order of the groups. Only awards that stand count, unless a status is asked
// for.
func (s *Store) AwardStatistics(ctx context.Context, by model.Actor, filter *model.AwardFilter, groupBy []model.AwardGrouping) ([]*model.AwardStatistic, error) {
	l := s.awards().with(awardsKnownTo(by))
	if filter == nil || filter.Status == nil {
		l.and("award.status = ?", model.AwardStatusActive)
	}
	if filter != nil {
		if err := s.filterAwards(ctx, &l, *filter); err != nil {
			return nil, err
		}
		if filter.Text != nil {
			l.and(`award.recipient_folded LIKE ? ESCAPE '\'`, contains(names.Fold(*filter.Text)))
		}
	}
	var columns []string
	for i, g := range groupBy {
		for _, earlier := range groupBy[:i] {
			if earlier == g {
				return nil, model.BadInput(fmt.Sprintf("groupBy.%d", i), "award.grouped_twice", "group", g)
			}
		}
		columns = append(columns, groupings[g])
	}
	keys := strings.Join(columns, ", ")
	counted, err := query[awardCount](ctx, s, l, keys+", count(*) AS count, COALESCE(sum(award.bonus), 0) AS bonus",
		" GROUP BY "+keys+" ORDER BY "+strings.Join(columns, " NULLS LAST, ")+" NULLS LAST")
	if err != nil {
		return nil, err
	}
	statistics := make([]*model.AwardStatistic, len(counted))
	for i, c := range counted {
		statistics[i] = &model.AwardStatistic{Year: c.Year, Level: c.Level, AwardTypeID: c.AwardTypeID, UnitID: c.UnitID, RecipientKind: c.RecipientKind,
			Gender: c.Gender, Count: c.Count, Bonus: c.Bonus}
	}
	return statistics, nil
}

// awardCount is one line of a statistic; what it is not grouped by is nil.
type awardCount struct {
	Year          *int
	Level         *model.AwardLevel
	AwardTypeID   *string
	UnitID        *string
	RecipientKind *model.RecipientKind
	Gender        *model.Gender
	Count         int
	Bonus         model.VND
}

// RevocationsOf reads how awards were revoked.
func (s *Store) RevocationsOf(ctx context.Context, ids []string) (map[string]*model.Revocation, error) {
	var revocations []*model.Revocation
	err := s.read.NewSelect().Model(&revocations).Where("award_id IN (?)", bun.List(ids)).Scan(ctx)
	return byID(revocations, func(r *model.Revocation) string { return r.AwardID }), err
}

// RevokeAward revokes an award on a ground of the law.
func (s *Store) RevokeAward(ctx context.Context, by model.Actor, input model.RevokeAwardInput) (*model.Award, error) {
	if _, err := s.Award(ctx, by, input.AwardID); err != nil {
		return nil, err
	}
	return once(ctx, s, by, func(a *act) (*model.Award, error) {
		award, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", input.AwardID)), new(model.Award), "award", input.AwardID)
		if err != nil {
			return nil, err
		}
		if award.Decision, err = one(ctx, a.NewSelect().Where("id = ?", award.DecisionID), new(model.Decision), "decision", award.DecisionID); err != nil {
			return nil, err
		}
		before := *award
		if err := award.Revoke(by, a.today, input); err != nil {
			return nil, err
		}
		revocation := &model.Revocation{AwardID: award.ID, Ground: input.Ground, DecisionNumber: input.DecisionNumber, DecidedOn: input.DecidedOn,
			Document: input.Document, RevokedBy: optional(by.AccountID), RevokedAt: a.now}
		where := about{realm: model.RealmDecision, campaignID: value(award.CampaignID), nomination: value(award.NominationID), organizationID: award.Decision.IssuerID}
		a.audit("revokeAward", where, &before, award)
		a.audit("revokeAward", where, nil, revocation)
		if err := insert(ctx, a, revocation); err != nil {
			return nil, err
		}
		return award, save(ctx, a, award)
	})
}
