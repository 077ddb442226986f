package ballot_test

import (
	"testing"

	"vinhdanh/internal/ballot"
	"vinhdanh/model"
)

func rule(p, q int, base model.VoteBase) model.VoteRule {
	return model.VoteRule{Quorum: model.Fraction{Numerator: 2, Denominator: 3}, Threshold: model.Fraction{Numerator: p, Denominator: q}, Base: base}
}

// Methods note, section 8: votes needed of N.
func TestVotesNeeded(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][3]int{7: {7, 6, 5}, 9: {9, 8, 6}, 11: {10, 9, 8}, 15: {14, 12, 10}} {
		for i, threshold := range [][2]int{{90, 100}, {80, 100}, {2, 3}} {
			got := ballot.Count(rule(threshold[0], threshold[1], model.VoteBaseAllMembers), ballot.Counters{Members: n}).Needed
			if got != want[i] {
				t.Errorf("%v of %d: %d, want %d", threshold, n, got, want[i])
			}
		}
	}
}

// Methods note, section 8, worked case: 9 members, 1 recused, 6 present for and 1 written for, 1 absent. The same votes
// are 77.78 %, 87.5 % or 100 % by base. Domain rule 31 gives the 80 % of all members.
func TestTheSameVotesPassOrFailByBase(t *testing.T) {
	t.Parallel()
	c := ballot.Counters{Members: 9, Recused: 1, Present: 6, Written: 1, For: 7}
	for base, want := range map[model.VoteBase]ballot.Verdict{
		model.VoteBaseAllMembers:   {Base: 9, Needed: 8, Carried: false},
		model.VoteBaseNotRecused:   {Base: 8, Needed: 7, Carried: true},
		model.VoteBaseParticipants: {Base: 7, Needed: 6, Carried: true},
		model.VoteBaseValidVotes:   {Base: 7, Needed: 6, Carried: true},
	} {
		if got := ballot.Count(rule(80, 100, base), c); got != want {
			t.Errorf("%s: %+v, want %+v", base, got, want)
		}
	}
}

// Domain rules 31 and 33, both sides of each boundary.
func TestBoundaries(t *testing.T) {
	t.Parallel()
	all := rule(80, 100, model.VoteBaseAllMembers)
	if !ballot.Count(all, ballot.Counters{Members: 15, For: 12}).Carried || ballot.Count(all, ballot.Counters{Members: 15, For: 11}).Carried {
		t.Error("of 15 members 12 carry and 11 do not")
	}
	if got := ballot.QuorumNeeded([]*model.Quota{{VoteRule: all}}, 11); got != 8 {
		t.Errorf("quorum of 11 members is %d, want 8", got)
	}
	if ballot.Count(rule(1, 2, model.VoteBaseValidVotes), ballot.Counters{Members: 9, Abstained: 9}).Carried {
		t.Error("a vote nobody cast carried")
	}
	// Domain rule 35: 2 of 9 recused leave 7 votes, and 80 % of all needs 8.
	if ballot.Reachable(all, 9, 2) || !ballot.Reachable(all, 9, 1) {
		t.Error("of 9 members, 1 recused can still carry and 2 cannot")
	}
}

// One more vote for never loses a vote, whatever the rule and the counters.
func TestCountIsMonotone(t *testing.T) {
	t.Parallel()
	for _, base := range model.AllVoteBase {
		for _, threshold := range [][2]int{{1, 2}, {2, 3}, {80, 100}, {90, 100}, {1, 1}} {
			for members := 1; members <= 12; members++ {
				for against := range members {
					carried := false
					for votes := 0; votes+against <= members; votes++ {
						c := ballot.Counters{Members: members, Present: members, For: votes, Against: against}
						now := ballot.Count(rule(threshold[0], threshold[1], base), c).Carried
						if carried && !now {
							t.Fatalf("%s %v: %+v lost what one vote fewer carried", base, threshold, c)
						}
						carried = now
					}
				}
			}
		}
	}
}
