package model

import "slices"

// Sight is what a reader may see of a nomination beside the nomination itself.
type Sight struct {
	// Conflict is why the reader, as a member of the council, may not see the review; nil when nothing stands against it.
	Conflict *ConflictKind
	// File is what the office knows of the recipient: holds, eligibility.
	File bool
	// Comments is what unit and office wrote to each other.
	Comments bool
	// Reviewers is who scores it.
	Reviewers bool
	// Scores is every sheet and the place in the ranking.
	Scores bool
	// Votes is how the council voted, once the round is closed.
	Votes bool
	// OwnSheet is the person whose sheet alone may be seen; "" when it is all or none.
	OwnSheet string
}

// SightOf says what a reader may see of a nomination of a campaign. A conflict wins over every role: sheets, comments,
// reviewers and ranking entry stay hidden from whoever has one.
func SightOf(by Actor, n *Nomination, c *Campaign, conflict *ConflictKind) Sight {
	office, auditor := by.SecretaryFor(c.IssuerID), slices.Contains(by.Scopes(RoleAuditor), c.IssuerID)
	approver, reviewer := by.ApproverFor(c.IssuerID), by.ReviewsIn(c.ID)
	sight := Sight{Conflict: conflict, File: by.Heads(n.SubmittedByID) || office || approver || auditor,
		Votes: reviewer || office || approver || auditor}
	if conflict != nil {
		sight.File = sight.File && *conflict != ConflictKindNominee
		return sight
	}
	closed := c.ScoringClosedAt != nil
	sight.Comments = sight.File || reviewer
	sight.Scores = auditor || closed && (office || approver || reviewer)
	sight.Reviewers = office || sight.Scores
	if reviewer && !sight.Scores {
		sight.OwnSheet = by.PersonID
	}
	return sight
}
