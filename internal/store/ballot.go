package store

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"slices"

	"github.com/uptrace/bun"

	"vinhdanh/internal/ballot"
	"vinhdanh/model"
)

// OpenBallotRound opens a secret ballot over everything of one kind on the shortlist and not held.
func (s *Store) OpenBallotRound(ctx context.Context, by model.Actor, input model.OpenBallotRoundInput) (*model.BallotRound, error) {
	return once(ctx, s, by, func(a *act) (*model.BallotRound, error) {
		c, err := a.lockCampaign(ctx, "code", input.CampaignCode)
		if err != nil {
			return nil, badReference("input.campaignCode", err)
		}
		if !by.SecretaryFor(c.IssuerID) {
			return nil, model.Errorf(model.CodeForbidden, "campaign.not_yours")
		}
		if err := c.MustBe(a.today, nil, model.CampaignPhaseVoting); err != nil {
			return nil, err
		}
		seats, present, err := a.attendance(ctx, c, input.PresentCodes)
		if err != nil {
			return nil, err
		}
		if needed := ballot.QuorumNeeded(c.QuotasOf(input.RecipientKind), len(seats)); present < needed {
			return nil, model.Errorf(model.CodeQuorumNotReached, "ballot.no_quorum", "present", present, "needed", needed, "members", len(seats))
		}
		round := &model.BallotRound{ID: newID("round"), CampaignID: c.ID, RecipientKind: input.RecipientKind, OpenedAt: a.now,
			Members: len(seats), Present: present, Version: 1}
		items, err := a.ballotItems(ctx, c, round)
		if err != nil {
			return nil, err
		}
		a.audit("openBallotRound", aboutRound(round), nil, round)
		if err := insert(ctx, a, round); err != nil {
			return nil, uniqueOr(err, model.Errorf(model.CodeConflict, "ballot.round_open"))
		}
		for _, seat := range seats {
			seat.BallotRoundID = round.ID
		}
		if err := insertAll(ctx, a, seats); err != nil {
			return nil, err
		}
		return round, insertAll(ctx, a, items)
	})
}

// attendance seats the voting members, present or absent; all are present when nobody is named.
func (a *act) attendance(ctx context.Context, c *model.Campaign, codes []string) (seats []*model.BallotParticipant, present int, err error) {
	here := c.Voters()
	if codes != nil {
		here = nil
		for i, code := range codes {
			path := fmt.Sprintf("input.presentCodes.%d", i)
			person, err := a.personByCode(ctx, code)
			if err != nil {
				return nil, 0, badReference(path, err)
			}
			if !slices.Contains(c.Voters(), person.ID) {
				return nil, 0, model.BadInput(path, "assignment.not_on_council", "reviewer", code)
			}
			here = append(here, person.ID)
		}
	}
	for _, id := range c.Voters() {
		seat := &model.BallotParticipant{PersonID: id, Attendance: model.AttendanceAbsent}
		if slices.Contains(here, id) {
			seat.Attendance = model.AttendancePresent
			present++
		}
		seats = append(seats, seat)
	}
	return seats, present, nil
}

// ballotItems lists what is voted on, best ranked first, and refuses when recusals put the threshold out of reach.
func (a *act) ballotItems(ctx context.Context, c *model.Campaign, round *model.BallotRound) ([]*model.BallotItem, error) {
	shortlisted, err := a.nominationsIn(ctx, c, round.RecipientKind, model.NominationStatusShortlisted)
	if err != nil {
		return nil, err
	}
	shortlisted = slices.DeleteFunc(shortlisted, func(n *model.Nomination) bool { return n.Held })
	if len(shortlisted) == 0 {
		return nil, model.Errorf(model.CodeConflict, "ballot.nothing_to_vote")
	}
	recused, err := a.recusals(ctx, c.Voters(), shortlisted)
	if err != nil {
		return nil, err
	}
	var ids []string
	rules := map[string]model.VoteRule{}
	for _, n := range shortlisted {
		ids = append(ids, n.ID)
		rules[n.ID] = c.Quota(n.RecipientKind, n.AwardTypeID).VoteRule
		if !ballot.Reachable(rules[n.ID], round.Members, len(recused[n.ID])) {
			return nil, model.Errorf(model.CodeConflict, "ballot.unreachable", "reference", n.Reference, "recused", len(recused[n.ID]), "members", round.Members)
		}
	}
	var ranked []string
	err = a.NewSelect().Model((*model.RankingEntry)(nil)).Column("nomination_id").Where("nomination_id IN (?)", bun.List(ids)).Order("position").Scan(ctx, &ranked)
	items := make([]*model.BallotItem, len(ranked))
	for i, id := range ranked {
		items[i] = &model.BallotItem{BallotRoundID: round.ID, NominationID: id, Position: i + 1, VoteRule: rules[id]}
	}
	return items, err
}

// recusals lists, per nomination, the members who may not vote on it: nominees, and those who declared a conflict.
func (a *act) recusals(ctx context.Context, members []string, all []*model.Nomination) (map[string][]string, error) {
	ids := make([]string, len(all))
	for i, n := range all {
		ids[i] = n.ID
	}
	var declared []*model.Conflict
	err := a.NewSelect().Model(&declared).Where("nomination_id IN (?)", bun.List(ids)).Where("person_id IN (?)", bun.List(members)).Scan(ctx)
	if err != nil {
		return nil, err
	}
	recused := map[string][]string{}
	for _, n := range all {
		for _, member := range members {
			said := slices.ContainsFunc(declared, func(c *model.Conflict) bool { return c.NominationID == n.ID && c.PersonID == member })
			if kind := n.ConflictOf(member, nil, said); kind != nil && kind.BarsFromVoting() {
				recused[n.ID] = append(recused[n.ID], member)
			}
		}
	}
	return recused, nil
}

// CastBallot takes the whole paper of a member present. The cast names the member, the votes name nobody.
func (s *Store) CastBallot(ctx context.Context, by model.Actor, input model.CastBallotInput) (*model.BallotRound, error) {
	var round *model.BallotRound
	err := s.transact(ctx, by, func(a *act) error {
		var err error
		var voted []*model.Nomination
		if round, voted, err = a.openRound(ctx, input.BallotRoundID); err != nil {
			return err
		}
		seat, err := one(ctx, a.NewSelect().Where("ballot_round_id = ?", round.ID).Where("person_id = ?", by.PersonID), new(model.BallotParticipant), "member", "")
		if model.CodeOf(err) == model.CodeNotFound {
			return model.Errorf(model.CodeForbidden, "assignment.not_a_member")
		}
		if err != nil {
			return err
		}
		if seat.Attendance != model.AttendancePresent {
			return model.Errorf(model.CodeForbidden, "ballot.absent")
		}
		recused, err := a.recusals(ctx, []string{by.PersonID}, voted)
		if err != nil {
			return err
		}
		if err := model.CheckPaper("input.choices", idsOf(voted), keysOf(recused), input.Choices, false); err != nil {
			return err
		}
		cast := &model.BallotCast{BallotRoundID: round.ID, PersonID: by.PersonID}
		a.audit("castBallot", aboutRound(round), nil, cast)
		if err := insert(ctx, a, cast); err != nil {
			return uniqueOr(err, model.Errorf(model.CodeConflict, "ballot.voted"))
		}
		return a.dropVotes(ctx, round, input.Choices)
	})
	return round, err
}

// dropVotes puts choices into the urn, each under a random key, in random order.
func (a *act) dropVotes(ctx context.Context, round *model.BallotRound, choices []*model.BallotChoiceInput) error {
	votes := make([]*model.BallotVote, len(choices))
	for i, c := range choices {
		votes[i] = &model.BallotVote{Key: rand.Text(), BallotRoundID: round.ID, NominationID: c.NominationID, Choice: c.Choice}
	}
	mathrand.Shuffle(len(votes), func(i, j int) { votes[i], votes[j] = votes[j], votes[i] })
	return insertAll(ctx, a, votes)
}

// RecordWrittenBallot records that the sealed written vote of an absent member came in.
func (s *Store) RecordWrittenBallot(ctx context.Context, by model.Actor, input model.RecordWrittenBallotInput) (*model.BallotRound, error) {
	var round *model.BallotRound
	err := s.transact(ctx, by, func(a *act) error {
		var err error
		if round, _, err = a.openRound(ctx, input.BallotRoundID); err != nil {
			return err
		}
		if err := a.mustRunRound(ctx, round); err != nil {
			return err
		}
		member, err := a.personByCode(ctx, input.MemberCode)
		if err != nil {
			return badReference("input.memberCode", err)
		}
		seat, err := one(ctx, a.NewSelect().Where("ballot_round_id = ?", round.ID).Where("person_id = ?", member.ID), new(model.BallotParticipant), "member", input.MemberCode)
		if err != nil {
			return badReference("input.memberCode", err)
		}
		if seat.Attendance != model.AttendanceAbsent {
			return model.Errorf(model.CodeConflict, "ballot.present", "member", input.MemberCode)
		}
		cast := &model.BallotCast{BallotRoundID: round.ID, PersonID: member.ID}
		a.audit("recordWrittenBallot", aboutRound(round), nil, cast)
		return uniqueOr(insert(ctx, a, cast), model.Errorf(model.CodeConflict, "ballot.voted"))
	})
	return round, err
}

// openRound locks a round that is open, and the nominations voted on. The campaign is locked first, as everywhere.
func (a *act) openRound(ctx context.Context, id string) (*model.BallotRound, []*model.Nomination, error) {
	round, err := one(ctx, a.NewSelect().Where("id = ?", id), new(model.BallotRound), "round", id)
	if err != nil {
		return nil, nil, err
	}
	c, err := a.shareCampaign(ctx, "id", round.CampaignID)
	if err != nil {
		return nil, nil, err
	}
	if round, err = one(ctx, a.store.forUpdate(a.NewSelect().Where("id = ?", id)), round, "round", id); err != nil {
		return nil, nil, err
	}
	if !a.by.ReviewsIn(c.ID) && !a.by.Oversees(c.IssuerID) {
		return nil, nil, model.NotFound("round", id)
	}
	if round.ClosedAt != nil {
		return nil, nil, model.Errorf(model.CodePhaseClosed, "ballot.closed")
	}
	if err := c.MustBe(a.today, nil, model.CampaignPhaseVoting); err != nil {
		return nil, nil, err
	}
	var voted []*model.Nomination
	err = a.store.forUpdate(a.NewSelect().Model(&voted).Where("id IN (SELECT nomination_id FROM ballot_items WHERE ballot_round_id = ?)", id).
		Order("id")).Scan(ctx)
	for _, n := range voted {
		n.Campaign = c
	}
	return round, voted, err
}

func (a *act) mustRunRound(ctx context.Context, round *model.BallotRound) error {
	c, err := one(ctx, a.NewSelect().Where("id = ?", round.CampaignID), new(model.Campaign), "campaign", round.CampaignID)
	if err == nil && !a.by.SecretaryFor(c.IssuerID) {
		err = model.Errorf(model.CodeForbidden, "campaign.not_yours")
	}
	return err
}

func idsOf(all []*model.Nomination) []string {
	ids := make([]string, len(all))
	for i, n := range all {
		ids[i] = n.ID
	}
	return ids
}

func keysOf(recused map[string][]string) []string {
	keys := []string{}
	for id := range recused {
		keys = append(keys, id)
	}
	return keys
}

func aboutRound(round *model.BallotRound) about {
	return about{realm: model.RealmBallot, campaignID: round.CampaignID}
}
