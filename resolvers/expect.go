package resolvers

import (
	"context"
	"reflect"

	"github.com/99designs/gqlgen/graphql"

	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// expecting tells the loaders of every list a resolver reads, before its records are resolved.
func expecting(ctx context.Context, next graphql.Resolver) (any, error) {
	found, err := next(ctx)
	if err == nil && graphql.GetFieldContext(ctx).IsResolver {
		loadersOf(ctx).expect(found)
	}
	return found, err
}

// records is any connection.
type records interface{ Records() []any }

// expect says what the fields of records may look up: one case a noun, in the order of the loaders.
func (l *loaders) expect(found any) {
	if v := reflect.ValueOf(found); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return
	}
	switch r := found.(type) {
	case records:
		for _, record := range r.Records() {
			l.expect(record)
		}
	case *model.Account:
		some(l.person, r.PersonID)
	case *model.RoleGrant:
		some(l.organization, r.OrganizationID)
		some(l.campaign, r.CampaignID)
	case *model.Delegation:
		l.account.expect(r.FromAccountID, r.ToAccountID)
	case *model.Organization:
		l.expectOrganization(r)
	case *model.Succession:
		l.organization.expect(r.PredecessorID, r.SuccessorID)
	case *model.Person:
		l.personFile.expect(r.ID)
	case *store.PersonFile:
		for _, p := range append(r.Positions, r.Position) {
			if p != nil {
				l.organization.expect(p.OrganizationID)
			}
		}
	case *model.ReformResult:
		l.organization.expect(r.OrganizationID)
		l.indicator.expect(r.IndicatorID)
	case *model.Campaign:
		l.expectCampaign(r)
	case *model.Nomination:
		l.expectNomination(r)
	case *model.Dossier:
		l.organization.expect(r.OrganizationID)
	case *model.NominationMove:
		some(l.account, r.AccountID)
	case *model.Comment:
		l.account.expect(r.AccountID)
	case *model.ReviewAssignment:
		l.person.expect(r.ReviewerID)
		l.nomination.expect(r.NominationID)
	case *model.ScoreSheet:
		l.person.expect(r.ReviewerID)
		l.nomination.expect(r.NominationID)
	case *model.ScoringProgress:
		for _, p := range r.Reviewers {
			l.person.expect(p.ReviewerID)
		}
	case *model.RankingEntry:
		if !r.Masked {
			l.nomination.expect(r.NominationID)
		}
	case *model.Ranking:
		for _, e := range r.Effects {
			l.person.expect(e.ReviewerID)
		}
	case *model.BallotRound:
		l.campaign.expect(r.CampaignID)
		l.participants.expect(r.ID)
		l.ballotItems.expect(r.ID)
	case *model.BallotParticipant:
		l.person.expect(r.PersonID)
	case *model.BallotItem:
		l.nomination.expect(r.NominationID)
		l.conflict.expect(r.NominationID)
		l.ballotResult.expect(r.NominationID)
	case *model.Decision:
		l.organization.expect(r.IssuerID)
		some(l.campaign, r.CampaignID)
		l.bases.expect(r.ID)
	case *model.Award:
		l.expectAward(r)
	case *model.AwardStatistic:
		some(l.awardType, r.AwardTypeID)
		some(l.organization, r.UnitID)
	case *model.AuditEntry:
		some(l.account, r.AccountID)
		some(l.account, r.ActingForID)
	case *model.Task:
		some(l.campaign, r.CampaignID)
		some(l.nomination, r.NominationID)
		some(l.organization, r.OrganizationID)
		some(l.person, r.PersonID)
	default:
		l.expectEach(found)
	}
}

// expectEach goes through a list.
func (l *loaders) expectEach(found any) {
	list := reflect.ValueOf(found)
	if list.Kind() != reflect.Slice {
		return
	}
	for i := range list.Len() {
		if record := list.Index(i); record.Kind() == reflect.Pointer {
			l.expect(record.Interface())
		}
	}
}

func (l *loaders) expectOrganization(o *model.Organization) {
	l.units.Store(o.ID, true)
	some(l.organization, o.ParentID)
	for _, v := range o.History {
		some(l.organization, v.ParentID)
	}
	l.children.expect(o)
	l.successions.expect(o.ID)
}

func (l *loaders) expectCampaign(c *model.Campaign) {
	l.organization.expect(c.IssuerID, c.StandingUnitID)
	for _, e := range c.Extensions {
		some(l.organization, e.OrganizationID)
	}
	for _, q := range c.Quotas {
		l.awardType.expect(q.AwardTypeID)
	}
	for _, seat := range c.Seats {
		l.person.expect(seat.PersonID)
	}
	l.decisions.expect(c.ID)
}

func (l *loaders) expectNomination(n *model.Nomination) {
	l.organization.expect(n.UnitID, n.SubmittedByID)
	some(l.organization, n.OrganizationID)
	some(l.organization, n.ReformUnitID)
	some(l.person, n.PersonID)
	l.campaign.expect(n.CampaignID)
	l.awardType.expect(n.AwardTypeID)
	l.ground.expect(n.GroundID)
	some(l.dossier, n.DossierID)
	for _, of := range []interface{ expect(...string) }{l.moves, l.holds, l.comments, l.evidence, l.eligibility, l.conflict, l.assignments, l.sheets,
		l.reformPoints, l.entry, l.ballotResult, l.nominated} {
		of.expect(n.ID)
	}
}

func (l *loaders) expectAward(a *model.Award) {
	l.organization.expect(a.UnitID)
	some(l.organization, a.OrganizationID)
	some(l.person, a.PersonID)
	some(l.campaign, a.CampaignID)
	l.awardType.expect(a.AwardTypeID)
	l.decision.expect(a.DecisionID)
	l.revocation.expect(a.ID)
	l.expect(a.Decision)
	l.expect(a.Person)
}

// some expects an optional key.
func some[V any](of *loader[string, V], key *string) {
	if key != nil {
		of.expect(*key)
	}
}
