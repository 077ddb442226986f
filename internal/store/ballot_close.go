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

// CloseBallotRound enters the written votes without names, shuffles the urn, counts, and endorses what carried.
func (s *Store) CloseBallotRound(ctx context.Context, by model.Actor, input model.CloseBallotRoundInput) (*model.BallotRound, error) {
	return once(ctx, s, by, func(a *act) (*model.BallotRound, error) {
		round, voted, err := a.openRound(ctx, input.BallotRoundID)
		if err != nil {
			return nil, err
		}
		if err := a.mustRunRound(ctx, round); err != nil {
			return nil, err
		}
		if round.Version != input.ExpectedVersion {
			return nil, model.Stale(input.ExpectedVersion, round.Version)
		}
		seats, err := a.seats(ctx, round)
		if err != nil {
			return nil, err
		}
		members := make([]string, len(seats))
		for i, seat := range seats {
			members[i] = seat.PersonID
		}
		recused, err := a.recusals(ctx, members, voted)
		if err != nil {
			return nil, err
		}
		if err := a.mustHaveVoted(ctx, seats, voted, recused, input.MissingReason); err != nil {
			return nil, err
		}
		if err := a.enterWritten(ctx, round, voted, seats, recused, input.WrittenBallots); err != nil {
			return nil, err
		}
		before := *round
		round.ClosedAt, round.MissingReason = &a.now, input.MissingReason
		round.Version++
		a.audit("closeBallotRound", aboutRound(round), &before, round)
		if err := save(ctx, a, round); err != nil {
			return nil, err
		}
		if err := a.shuffleUrn(ctx, round); err != nil {
			return nil, err
		}
		return round, a.countRound(ctx, round, voted, seats, recused)
	})
}

// seats are the members of a round with whether their vote is in.
func (a *act) seats(ctx context.Context, round *model.BallotRound) ([]*model.BallotParticipant, error) {
	return participants(ctx, a, []string{round.ID})
}

func participants(ctx context.Context, db bun.IDB, rounds []string) ([]*model.BallotParticipant, error) {
	var seats []*model.BallotParticipant
	err := db.NewSelect().Model(&seats).ColumnExpr("?TableColumns").
		ColumnExpr(`EXISTS (SELECT 1 FROM ballot_casts AS ballot WHERE ballot.ballot_round_id = ?TableAlias.ballot_round_id
			AND ballot.person_id = ?TableAlias.person_id) AS voted`).
		Where("ballot_round_id IN (?)", bun.List(rounds)).OrderExpr("person_id").Scan(ctx)
	return seats, err
}

// mustHaveVoted names the members present whose vote is not in, unless a reason is given. Who is recused from everything has
// no vote.
func (a *act) mustHaveVoted(ctx context.Context, seats []*model.BallotParticipant, voted []*model.Nomination, recused map[string][]string, reason *string) error {
	var missing []string
	for _, seat := range seats {
		may := slices.ContainsFunc(voted, func(n *model.Nomination) bool { return !slices.Contains(recused[n.ID], seat.PersonID) })
		if seat.Attendance == model.AttendancePresent && !seat.Voted && may {
			missing = append(missing, seat.PersonID)
		}
	}
	if len(missing) == 0 || reason != nil {
		return nil
	}
	var codes []string
	err := a.NewSelect().Model((*model.Person)(nil)).Column("code").Where("id IN (?)", bun.List(missing)).Order("code").Scan(ctx, &codes)
	if err != nil {
		return err
	}
	return model.Errorf(model.CodeConflict, "ballot.missing", "count", len(codes), "members", codes)
}

// enterWritten puts the written papers into the urn: as many as receipts, and none that says whose it is.
func (a *act) enterWritten(ctx context.Context, round *model.BallotRound, voted []*model.Nomination, seats []*model.BallotParticipant,
	recused map[string][]string, papers []*model.WrittenBallotInput) error {
	receipts := model.WrittenVotes(seats)
	if len(papers) != receipts {
		return model.BadInput("input.writtenBallots", "ballot.written_count", "papers", len(papers), "receipts", receipts)
	}
	for i, paper := range papers {
		path := fmt.Sprintf("input.writtenBallots.%d.choices", i)
		if err := model.CheckPaper(path, idsOf(voted), nil, paper.Choices, true); err != nil {
			return err
		}
		if err := a.dropVotes(ctx, round, paper.Choices); err != nil {
			return err
		}
	}
	allowed := map[string]int{}
	for _, n := range voted {
		allowed[n.ID] = len(mayWrite(seats, recused[n.ID]))
	}
	abstained, err := model.CheckWritten(papers, allowed)
	if err != nil {
		return err
	}
	var blank []*model.BallotChoiceInput
	for id, papers := range abstained {
		for range papers {
			blank = append(blank, &model.BallotChoiceInput{NominationID: id, Choice: model.BallotChoiceAbstain})
		}
	}
	return a.dropVotes(ctx, round, blank)
}

// mayWrite are the members whose written vote is in and who may vote on a nomination.
func mayWrite(seats []*model.BallotParticipant, recused []string) []string {
	return slices.DeleteFunc(model.Writers(seats), func(id string) bool { return slices.Contains(recused, id) })
}

// shuffleUrn rewrites all votes of a round under new keys in random order, so that nothing in the tables tells in which
// order they came.
func (a *act) shuffleUrn(ctx context.Context, round *model.BallotRound) error {
	var votes []*model.BallotVote
	if err := a.NewSelect().Model(&votes).Where("ballot_round_id = ?", round.ID).Scan(ctx); err != nil {
		return err
	}
	if _, err := a.NewDelete().Model((*model.BallotVote)(nil)).Where("ballot_round_id = ?", round.ID).Exec(ctx); err != nil {
		return err
	}
	mathrand.Shuffle(len(votes), func(i, j int) { votes[i], votes[j] = votes[j], votes[i] })
	for _, v := range votes {
		v.Key = rand.Text()
	}
	return insertAll(ctx, a, votes)
}

// countRound counts each nomination by its rule.
func (a *act) countRound(ctx context.Context, round *model.BallotRound, voted []*model.Nomination, seats []*model.BallotParticipant, recused map[string][]string) error {
	var votes []*model.BallotVote
	if err := a.NewSelect().Model(&votes).Where("ballot_round_id = ?", round.ID).Scan(ctx); err != nil {
		return err
	}
	tally := map[string]map[model.BallotChoice]int{}
	for _, v := range votes {
		if tally[v.NominationID] == nil {
			tally[v.NominationID] = map[model.BallotChoice]int{}
		}
		tally[v.NominationID][v.Choice]++
	}
	here := map[string]bool{}
	for _, seat := range seats {
		here[seat.PersonID] = seat.Attendance == model.AttendancePresent
	}
	var items []*model.BallotItem
	if err := a.NewSelect().Model(&items).Where("ballot_round_id = ?", round.ID).Scan(ctx); err != nil {
		return err
	}
	known := byID(voted, func(n *model.Nomination) string { return n.ID })
	for _, item := range items {
		present := round.Present
		for _, member := range recused[item.NominationID] {
			if here[member] {
				present--
			}
		}
		choices := tally[item.NominationID]
		counters := ballot.Counters{Members: round.Members, Recused: len(recused[item.NominationID]), Present: present,
			Written: len(mayWrite(seats, recused[item.NominationID])),
			For:     choices[model.BallotChoiceFor], Against: choices[model.BallotChoiceAgainst], Abstained: choices[model.BallotChoiceAbstain]}
		if err := a.settleItem(ctx, item, known[item.NominationID], counters); err != nil {
			return err
		}
	}
	return nil
}

// settleItem keeps the count of one nomination and moves it by the verdict.
func (a *act) settleItem(ctx context.Context, item *model.BallotItem, n *model.Nomination, c ballot.Counters) error {
	verdict := ballot.Count(item.VoteRule, c)
	item.Recused, item.Present, item.Written = &c.Recused, &c.Present, &c.Written
	item.VotesFor, item.VotesAgainst, item.Abstained = &c.For, &c.Against, &c.Abstained
	item.Base, item.Needed, item.Carried = &verdict.Base, &verdict.Needed, &verdict.Carried
	if err := save(ctx, a, item); err != nil {
		return err
	}
	if n.Status != model.NominationStatusShortlisted {
		return nil // declared ineligible or the like while the round was open
	}
	if verdict.Carried {
		return a.settle(ctx, "closeBallotRound", n, model.NominationActEndorse)
	}
	return a.settle(ctx, "closeBallotRound", n, model.NominationActNotEndorse)
}
