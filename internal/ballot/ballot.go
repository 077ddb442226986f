// Package ballot counts votes by a rule, in whole numbers. It is pure, and never learns who voted how.
package ballot

import "vinhdanh/model"

// Counters are what is known of the vote on one nomination once the round is closed.
type Counters struct {
	Members   int // all members of the council
	Recused   int // members who may not vote on it
	Present   int // members at the meeting and not recused
	Written   int // written votes
	For       int
	Against   int
	Abstained int // cast without a choice
}

// Valid is votes for and against together.
func (c Counters) Valid() int { return c.For + c.Against }

// Verdict is the outcome of a vote.
type Verdict struct {
	// Base is what the threshold is a share of.
	Base int
	// Needed is the least number of votes for.
	Needed int
	// Carried says whether the vote carried.
	Carried bool
}

// Base is what the rule's threshold is a share of.
func Base(rule model.VoteRule, c Counters) int {
	switch rule.Base {
	case model.VoteBaseNotRecused:
		return c.Members - c.Recused
	case model.VoteBaseParticipants:
		return c.Present + c.Written
	case model.VoteBaseValidVotes:
		return c.Valid()
	}
	return c.Members
}

// Count decides a vote: it carries when for × q ≥ p × base for a threshold of p/q, and someone voted for.
func Count(rule model.VoteRule, c Counters) Verdict {
	base := Base(rule, c)
	needed := max(1, rule.Threshold.Of(base))
	return Verdict{Base: base, Needed: needed, Carried: c.For >= needed}
}

// QuorumNeeded is how many members must be present to vote by all of the rules.
func QuorumNeeded(quotas []*model.Quota, members int) int {
	needed := 0
	for _, q := range quotas {
		needed = max(needed, q.VoteRule.Quorum.Of(members))
	}
	return needed
}

// Reachable says whether a vote can still carry when recused members do not vote: with a base of all members too many
// recusals put it out of reach.
func Reachable(rule model.VoteRule, members, recused int) bool {
	able := members - recused
	best := Counters{Members: members, Recused: recused, Present: able, For: able}
	return Count(rule, best).Carried
}
