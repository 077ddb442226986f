package resolvers_test

import (
	"context"
	"fmt"

	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// fillReviewing carries the small season into review: everything handed in and checked, CN-4 ineligible, each of the others
// with three reviewers, and a second issuing body with an office of its own.
func fillReviewing(ctx context.Context, s *store.Store) error {
	if err := fillSmall(ctx, s); err != nil {
		return err
	}
	if err := addForeignOffice(ctx, s); err != nil {
		return err
	}
	f := fixture{ctx: ctx, s: s}
	f.open("NOMINATING", "2025-03-03")
	for unit, head := range map[string]string{"A": "c3", "B": "h2", "W": "h3"} {
		_, err := s.SubmitNomination(ctx, f.as(head), model.SubmitNominationInput{CampaignCode: f.code(), OrganizationCode: &unit,
			RequestNumber: "01/TTr", RequestedOn: "2025-03-03"})
		f.must(err)
	}
	f.open("REVIEWING", "2025-03-11")
	for _, n := range f.nominations() {
		var err error
		if n.Reference == "CN-4" {
			_, err = s.DeclareIneligible(ctx, f.as("s1"), model.DeclareIneligibleInput{NominationID: n.ID, ExpectedVersion: n.Version, Reason: "Kỷ luật"})
		} else {
			_, err = s.AcceptNomination(ctx, f.as("s1"), model.AcceptNominationInput{NominationID: n.ID, ExpectedVersion: n.Version})
		}
		f.must(err)
	}
	_, err := s.AssignReviewers(ctx, f.as("s1"), model.AssignReviewersInput{CampaignCode: "MAU-2024", ReviewersPerNomination: 3})
	f.must(err)
	return f.err
}

// addForeignOffice makes another issuing body with people of its own.
func addForeignOffice(ctx context.Context, s *store.Store) error {
	f := fixture{ctx: ctx, s: s}
	system := model.Actor{System: true}
	code := "UB2"
	_, err := s.CreateOrganization(ctx, system, model.CreateOrganizationInput{Code: code, Name: "Ủy ban nhân dân thành phố Khác", Kind: model.OrganizationKindDistrict, ValidFrom: "2020-01-01"})
	f.must(err)
	home := "UB"
	for _, login := range []struct {
		name string
		role model.Role
		unit *string
	}{{"secretary2", model.RoleSecretary, &code}, {"approver2", model.RoleApprover, &code}, {"auditor2", model.RoleAuditor, &code}, {"approver", model.RoleApprover, &home}} {
		_, err := s.CreateAccount(ctx, system, model.CreateAccountInput{Username: login.name})
		f.must(err)
		_, err = s.GrantRole(ctx, system, model.GrantRoleInput{Username: login.name, Role: login.role, OrganizationCode: login.unit})
		f.must(err)
	}
	f.must(s.SetDemoPassword(ctx, password))
	return f.err
}

// fixture carries a season on by the store's use cases, and stops at the first error.
type fixture struct {
	ctx context.Context
	s   *store.Store
	err error
}

func (f *fixture) must(err error) {
	if f.err == nil && err != nil {
		f.err = fmt.Errorf("fixture: %w", err)
	}
}

func (f *fixture) code() *string {
	code := "MAU-2024"
	return &code
}

func (f *fixture) as(username string) model.Actor {
	actor, err := f.s.ActorNamed(f.ctx, username)
	f.must(err)
	return actor
}

func (f *fixture) campaign() *model.Campaign {
	c, err := f.s.Campaign(f.ctx, f.as("s1"), "MAU-2024")
	if f.must(err); err != nil {
		return &model.Campaign{}
	}
	return c
}

func (f *fixture) open(phase model.CampaignPhase, on model.Date) {
	setClock(f.s, on)
	_, err := f.s.OpenPhase(f.ctx, f.as("s1"), model.OpenPhaseInput{CampaignCode: "MAU-2024", ExpectedVersion: f.campaign().Version, Phase: phase})
	f.must(err)
}

func (f *fixture) nominations() []*model.Nomination {
	found, err := f.s.Nominations(f.ctx, f.as("s1"), &model.NominationFilter{CampaignCode: f.code()}, model.Page{})
	if f.must(err); err != nil {
		return nil
	}
	return found.Nodes
}

// score hands in every sheet, closes scoring and shortlists both kinds.
func (f *fixture) score() {
	points := func(n *model.Nomination, i int) []*model.CriterionPointsInput {
		half := func(x int) model.Decimal { return model.RoundedDecimal(float64(x) / 2) }
		if n.RecipientKind == model.RecipientKindCollective {
			return []*model.CriterionPointsInput{{CriterionCode: "initiative", Points: half(90 + i)}}
		}
		return []*model.CriterionPointsInput{{CriterionCode: "contribution", Points: half(70 + i)}, {CriterionCode: "conduct", Points: half(40 + i)}}
	}
	i := 0
	for _, reviewer := range []string{"c1", "c2", "c3", "c4", "c5"} {
		by := f.as(reviewer)
		mine, err := f.s.Nominations(f.ctx, by, &model.NominationFilter{AssignedToMe: true}, model.Page{})
		if f.must(err); err != nil {
			return
		}
		for _, n := range mine.Nodes {
			i++
			_, err := f.s.SubmitScoreSheet(f.ctx, by, model.SubmitScoreSheetInput{NominationID: n.ID, Points: points(n, i%7)})
			f.must(err)
		}
	}
	_, err := f.s.CloseScoring(f.ctx, f.as("s1"), model.CloseScoringInput{CampaignCode: "MAU-2024", ExpectedVersion: f.campaign().Version})
	f.must(err)
	for _, kind := range model.AllRecipientKind {
		_, err := f.s.ShortlistNominations(f.ctx, f.as("s1"), model.ShortlistNominationsInput{CampaignCode: "MAU-2024", ExpectedVersion: f.campaign().Version, RecipientKind: kind})
		f.must(err)
	}
}

// fillVoting carries the small season to an open round on individuals.
func fillVoting(ctx context.Context, s *store.Store) error {
	if err := fillReviewing(ctx, s); err != nil {
		return err
	}
	f := fixture{ctx: ctx, s: s}
	f.score()
	f.open("VOTING", "2025-03-21")
	_, err := s.OpenBallotRound(ctx, f.as("s1"), model.OpenBallotRoundInput{CampaignCode: "MAU-2024", RecipientKind: model.RecipientKindIndividual})
	f.must(err)
	return f.err
}

// fillDeciding carries the small season to endorsed nominations waiting for the authority.
func fillDeciding(ctx context.Context, s *store.Store) error {
	if err := fillVoting(ctx, s); err != nil {
		return err
	}
	f := fixture{ctx: ctx, s: s}
	_, err := s.OpenBallotRound(ctx, f.as("s1"), model.OpenBallotRoundInput{CampaignCode: "MAU-2024", RecipientKind: model.RecipientKindCollective})
	f.must(err)
	rounds, err := s.BallotRounds(ctx, f.as("s1"), f.campaign())
	f.must(err)
	for _, round := range rounds {
		items, err := s.ItemsOf(ctx, []string{round.ID})
		f.must(err)
		var choices []*model.BallotChoiceInput
		for _, item := range items[round.ID] {
			choices = append(choices, &model.BallotChoiceInput{NominationID: item.NominationID, Choice: model.BallotChoiceFor})
		}
		for _, member := range []string{"c1", "c2", "c3", "c4", "c5"} {
			_, err := s.CastBallot(ctx, f.as(member), model.CastBallotInput{BallotRoundID: round.ID, Choices: choices})
			f.must(err)
		}
		_, err = s.CloseBallotRound(ctx, f.as("s1"), model.CloseBallotRoundInput{BallotRoundID: round.ID, ExpectedVersion: round.Version})
		f.must(err)
	}
	f.open("DECIDING", "2025-03-28")
	return f.err
}
