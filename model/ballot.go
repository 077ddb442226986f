package model

import (
	"slices"
	"time"
)

// BallotRound is a secret ballot over a shortlist.
type BallotRound struct {
	ID            string `bun:",pk"`
	CampaignID    string
	RecipientKind RecipientKind
	OpenedAt      time.Time
	ClosedAt      *time.Time
	Members       int
	Present       int
	MissingReason *string `audit:"-"`
	Version       int
}

// BallotParticipant is one member in a round.
type BallotParticipant struct {
	BallotRoundID string `bun:",pk"`
	PersonID      string `bun:",pk"`
	Attendance    Attendance

	Voted bool `bun:",scanonly" audit:"-"`
}

// BallotCast says that a member voted in a round. Nothing anywhere says how.
type BallotCast struct {
	BallotRoundID string `bun:",pk"`
	PersonID      string `bun:",pk"`
}

// BallotVote is one choice on one nomination under a random key: no member, no time, no order.
type BallotVote struct {
	Key           string `bun:",pk"`
	BallotRoundID string
	NominationID  string
	Choice        BallotChoice
}

// BallotItem is one nomination in a round, with the rule it is counted by and its count once the round is closed.
type BallotItem struct {
	BallotRoundID string `bun:",pk"`
	NominationID  string `bun:",pk"`
	Position      int
	VoteRule      VoteRule `bun:"embed:"`
	Recused       *int
	Present       *int
	Written       *int
	VotesFor      *int
	VotesAgainst  *int
	Abstained     *int
	Base          *int
	Needed        *int
	Carried       *bool
}

// CheckPaper refuses a ballot paper that is not one choice for each nomination the member may vote on. items are the
// nominations of the round, recused those the member is recused from. A written paper may leave nominations out.
func CheckPaper(path string, items []string, recused []string, choices []*BallotChoiceInput, written bool) error {
	seen := map[string]bool{}
	for _, c := range choices {
		switch {
		case !slices.Contains(items, c.NominationID):
			return BadInput(path, "ballot.unknown_item")
		case seen[c.NominationID]:
			return BadInput(path, "ballot.twice")
		case slices.Contains(recused, c.NominationID):
			return Errorf(CodeConflictOfInterest, "ballot.recused")
		}
		seen[c.NominationID] = true
	}
	if missing := len(items) - len(recused) - len(choices); missing > 0 && !written {
		return BadInput(path, "ballot.incomplete", "missing", missing)
	}
	return nil
}

// Outcome is the count of one nomination among so many members; nil until the round is closed.
func (i *BallotItem) Outcome(members int) *BallotResult {
	if i.Carried == nil {
		return nil
	}
	return &BallotResult{Members: members, Recused: *i.Recused, Present: *i.Present, Written: *i.Written, Valid: *i.VotesFor + *i.VotesAgainst,
		For: *i.VotesFor, Against: *i.VotesAgainst, Abstained: *i.Abstained, Base: *i.Base, Needed: *i.Needed, Carried: *i.Carried}
}

// Writers are the members whose written vote is in.
func Writers(participants []*BallotParticipant) []string {
	var ids []string
	for _, p := range participants {
		if p.Attendance == AttendanceAbsent && p.Voted {
			ids = append(ids, p.PersonID)
		}
	}
	return ids
}

// CheckWritten refuses written papers of which more have a choice on a nomination than writers may vote on it. allowed is how
// many those are; it gives how many papers leave each nomination out, which counts as an abstention.
func CheckWritten(papers []*WrittenBallotInput, allowed map[string]int) (abstained map[string]int, err error) {
	abstained = map[string]int{}
	for id, n := range allowed {
		abstained[id] = n
	}
	for _, paper := range papers {
		for _, c := range paper.Choices {
			if abstained[c.NominationID]--; abstained[c.NominationID] < 0 {
				return nil, Errorf(CodeConflictOfInterest, "ballot.written_recused")
			}
		}
	}
	return abstained, nil
}

// WrittenVotes counts the members whose written vote is in.
func WrittenVotes(participants []*BallotParticipant) int {
	return len(Writers(participants))
}

// HasVoted says whether the actor's own vote is in.
func HasVoted(participants []*BallotParticipant, by Actor) bool {
	return slices.ContainsFunc(participants, func(p *BallotParticipant) bool { return p.PersonID == by.PersonID && p.Voted })
}
