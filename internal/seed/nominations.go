package seed

import (
	"fmt"
	"slices"
	"time"

	"vinhdanh/internal/ballot"
	"vinhdanh/internal/names"
	"vinhdanh/internal/scoring"
	"vinhdanh/model"
)

// nominate drafts and hands in everything, and carries each nomination through its moves.
func (s *season) nominate() {
	day := s.opens(model.CampaignPhaseNominating)
	dossiers, counts := map[*unit]*model.Dossier{}, map[string]int{}
	decision := s.id("decision", at(s.opens(model.CampaignPhaseDeciding), 9))
	for _, n := range s.nominations {
		s.draft(n, day, counts)
		d := dossiers[n.submitter]
		if d == nil {
			d = &model.Dossier{ID: s.id("dossier", at(day, 15)), CampaignID: s.ID, OrganizationID: n.submitter.ID, Number: "01/TTr", DatedOn: day,
				SubmittedBy: optional(accountID(n.submitter.first)), SubmittedAt: at(day, 15)}
			dossiers[n.submitter] = d
			s.put(d)
			where := s.about(model.RealmNomination, accountID(n.submitter.first))
			where.organization = n.submitter.ID
			s.audit(d.SubmittedAt, "submitDossier", where, d)
		}
		n.DossierID, n.SubmittedAt = &d.ID, &d.SubmittedAt
		if n.end == model.NominationStatusAwarded {
			n.DecisionID = &decision
		}
		s.carry(n)
	}
}

// decisionID is the decision the campaign ends with.
func (s *season) decisionID() string {
	for _, n := range s.nominations {
		if n.DecisionID != nil {
			return *n.DecisionID
		}
	}
	return ""
}

// draft makes the nomination of a recipient by the unit below the issuer that the recipient belongs to.
func (s *season) draft(n *nomination, day model.Date, counts map[string]int) {
	r := n.recipient
	n.Nomination = &model.Nomination{ID: s.id("nomination", at(day, 9)), CampaignID: s.ID, AwardTypeID: r.awardType.ID, RecipientKind: r.kind,
		GroundID: s.Grounds[s.IntN(2)].ID, Achievement: deed(s.Rand, s.Year)}
	prefix := "TT-"
	u := r.unit
	if r.kind == model.RecipientKindCollective {
		n.OrganizationID, n.RecipientFolded = &u.ID, names.Fold(u.nameOn(day))
	} else {
		p := s.person(r.person)
		if u = s.unitOf(r.person); p.positionOn(day).OrganizationID != u.ID {
			u = u.successor
		}
		prefix, n.PersonID, n.RecipientFolded = "CN-", &p.ID, names.Fold(p.FullName)
	}
	n.submitter = u.under(s.issuer)
	n.UnitID, n.SubmittedByID = u.ID, n.submitter.ID
	prefix += n.submitter.Code + "-"
	counts[prefix]++
	n.Reference = fmt.Sprintf("%s%03d", prefix, counts[prefix])
	n.AchievementCode = "A-" + s.Code + "-" + n.Reference
}

// step is one move on the way of a nomination.
type step struct {
	act     model.NominationAct
	to      model.NominationStatus
	at      time.Time
	account string
	reason  string
}

// way lists the moves that lead a nomination to its end.
func (s *season) way(n *nomination) []step {
	nominating, reviewing := s.opens(model.CampaignPhaseNominating), s.opens(model.CampaignPhaseReviewing)
	head, office, chair := accountID(n.submitter.first), s.secretary(), s.chair()
	way := []step{{model.NominationActDraft, model.NominationStatusDraft, at(nominating, 9), head, ""}, {model.NominationActSubmit, model.NominationStatusSubmitted, at(nominating, 15), head, ""}}
	if s.IntN(20) == 0 {
		way = append(way, step{model.NominationActReturn, model.NominationStatusReturned, at(nominating.AddDays(3), 9), office, "Bổ sung minh chứng"},
			step{model.NominationActSubmit, model.NominationStatusSubmitted, at(nominating.AddDays(5), 9), head, ""})
	}
	switch n.end {
	case model.NominationStatusWithdrawn:
		return append(way, step{model.NominationActWithdraw, n.end, at(nominating.AddDays(8), 9), head, "Đơn vị xin rút"})
	case model.NominationStatusIneligible:
		return append(way, step{model.NominationActDeclareIneligible, n.end, at(reviewing, 9), office, "Chưa đủ điều kiện"})
	}
	way = append(way, step{model.NominationActAccept, model.NominationStatusAccepted, at(reviewing, 9), office, ""})
	voting, deciding := s.opens(model.CampaignPhaseVoting), s.opens(model.CampaignPhaseDeciding)
	if n.end == model.NominationStatusNotShortlisted {
		return append(way, step{model.NominationActPassOver, n.end, at(voting, 9), office, ""})
	}
	way = append(way, step{model.NominationActShortlist, model.NominationStatusShortlisted, at(voting, 9), office, ""})
	if n.end == model.NominationStatusNotEndorsed {
		return append(way, step{model.NominationActNotEndorse, n.end, at(voting, 16), office, ""})
	}
	way = append(way, step{model.NominationActEndorse, model.NominationStatusEndorsed, at(voting, 16), office, ""})
	if n.end == model.NominationStatusRejected {
		return append(way, step{model.NominationActReject, n.end, at(deciding, 9), chair, "Chưa thống nhất"})
	}
	return append(way, step{model.NominationActApprove, model.NominationStatusApproved, at(deciding, 9), chair, ""},
		step{model.NominationActAward, model.NominationStatusAwarded, at(deciding, 14), chair, ""})
}

// carry hands a nomination over with its moves, each in the audit.
func (s *season) carry(n *nomination) {
	way := s.way(n)
	n.Status, n.Version = way[len(way)-1].to, len(way)
	s.put(n.Nomination)
	where := about{realm: model.RealmNomination, campaign: s.ID, nomination: n.ID, organization: n.SubmittedByID}
	var from *model.NominationStatus
	for i, st := range way {
		s.put(&model.NominationMove{ID: s.id("move", st.at), NominationID: n.ID, Act: st.act, FromStatus: from, ToStatus: st.to, At: st.at, AccountID: &st.account,
			Reason: optional(st.reason), Version: i + 1})
		then := *n.Nomination
		then.Status, then.Version = st.to, i+1
		where.account = st.account
		s.audit(st.at, actions[st.act], where, &then)
		from = &st.to
	}
}

// actions are what the audit calls the moves.
var actions = map[model.NominationAct]string{model.NominationActDraft: "createNomination", model.NominationActSubmit: "submitNomination",
	model.NominationActReturn: "returnNomination", model.NominationActWithdraw: "withdrawNomination", model.NominationActDeclareIneligible: "declareIneligible",
	model.NominationActAccept: "acceptNomination", model.NominationActPassOver: "shortlistNominations", model.NominationActShortlist: "shortlistNominations",
	model.NominationActEndorse: "closeBallotRound", model.NominationActNotEndorse: "closeBallotRound", model.NominationActApprove: "approveNominations",
	model.NominationActReject: "rejectNomination", model.NominationActAward: "issueDecision"}

// ofKind are the nominations of a kind of recipient that came so far.
func (s *season) ofKind(kind model.RecipientKind, so func(*nomination) bool) []*nomination {
	return slices.DeleteFunc(slices.Clone(s.nominations), func(n *nomination) bool { return n.recipient.kind != kind || !so(n) })
}

// review has every nomination scored by two members, and ranks them.
func (s *season) review() {
	day := s.opens(model.CampaignPhaseReviewing)
	for _, kind := range s.Kinds() {
		var sheets []scoring.Sheet
		scored := s.ofKind(kind, (*nomination).scored)
		for i, n := range scored {
			quality := 0.40 + 0.20*s.Float64()
			if n.shortlisted() {
				quality = 0.75 + 0.2*s.Float64()
			}
			for k := range 2 {
				member := (i + k) % len(s.council)
				reviewer := s.council[member]
				points := s.score(n, reviewer, day, quality+0.02*float64(member-2))
				sheets = append(sheets, scoring.Sheet{Nomination: n.ID, Reviewer: s.person(reviewer).ID, Total: points})
			}
		}
		s.rank(kind, scored, sheets)
	}
}

// score makes up an assignment and the sheet that came of it.
func (s *season) score(n *nomination, reviewer int, day model.Date, quality float64) model.Decimal {
	who := s.person(reviewer).ID
	where := about{realm: model.RealmAssignment, campaign: s.ID, nomination: n.ID, organization: n.SubmittedByID, account: s.secretary()}
	assigned := &model.ReviewAssignment{ID: s.id("assignment", at(day, 10)), CampaignID: s.ID, NominationID: n.ID, ReviewerID: who,
		Method: model.AssignmentMethodAutomatic, AssignedBy: optional(s.secretary()), AssignedAt: at(day, 10)}
	s.put(assigned)
	s.audit(assigned.AssignedAt, "assignReviewers", where, assigned)
	done := at(day.AddDays(2+s.IntN(10)), 11)
	sheet := &model.ScoreSheet{ID: s.id("sheet", done), CampaignID: s.ID, NominationID: n.ID, ReviewerID: who, Status: model.ScoreSheetStatusSubmitted, Revision: 1,
		Current: true, SubmittedAt: &done, Version: 1}
	for _, c := range s.Criteria(&n.RecipientKind) {
		halves := int64(2*c.MaxPoints.Float()*min(1, quality) + s.Float64())
		points := model.RoundedDecimal(min(float64(halves)/2, c.MaxPoints.Float()))
		sheet.Points = append(sheet.Points, &model.CriterionPoints{ScoreSheetID: sheet.ID, CriterionID: c.ID, Points: points})
	}
	s.put(sheet)
	for _, p := range sheet.Points {
		s.put(p)
	}
	where.realm, where.account = model.RealmScore, accountID(reviewer)
	s.audit(done, "submitScoreSheet", where, sheet)
	return sheet.Total(nil)
}

// rank ranks what was scored, by the program's own rules.
func (s *season) rank(kind model.RecipientKind, scored []*nomination, sheets []scoring.Sheet) {
	fit, err := scoring.FitSheets(sheets, s.Adjustment)
	if err != nil {
		s.bulk.Fail(fmt.Errorf("rank %s: %w", s.Code, err))
		return
	}
	ranking := &model.Ranking{ID: s.id("ranking", *s.ScoringClosedAt), CampaignID: s.ID, RecipientKind: kind, Adjustment: s.Adjustment, Sheets: len(sheets)}
	s.put(ranking)
	references, counts := map[string]string{}, map[string]int{}
	for _, n := range scored {
		references[n.ID] = n.Reference
	}
	var candidates []scoring.Candidate
	for _, score := range fit.Scores {
		counts[score.Nomination] = score.Sheets
		candidates = append(candidates, scoring.Candidate{Nomination: score.Nomination, Reference: references[score.Nomination],
			Raw: model.RoundedDecimal(score.Raw), Adjusted: model.RoundedDecimal(score.Adjusted)})
	}
	for i, place := range scoring.Rank(candidates, s.TieChain(), "") {
		s.put(&model.RankingEntry{NominationID: place.Nomination, RankingID: ranking.ID, Position: i + 1, Rank: place.Rank, Tied: place.Tied, Raw: place.Raw,
			Adjusted: place.Adjusted, SheetCount: counts[place.Nomination]})
	}
}

// vote has the council vote on the shortlist of each kind; in every third round one member votes in writing.
func (s *season) vote() {
	day := s.opens(model.CampaignPhaseVoting)
	for _, kind := range s.Kinds() {
		listed := s.ofKind(kind, (*nomination).shortlisted)
		if len(listed) == 0 {
			continue
		}
		written := 0
		if s.IntN(3) == 0 {
			written = 1
		}
		round := &model.BallotRound{ID: s.id("round", at(day, 14)), CampaignID: s.ID, RecipientKind: kind, OpenedAt: at(day, 14), ClosedAt: optional(at(day, 16)),
			Members: len(s.council), Present: len(s.council) - written, Version: 2}
		s.put(round)
		s.audit(round.OpenedAt, "openBallotRound", s.about(model.RealmBallot, s.secretary()), round)
		for i, member := range s.council {
			seat := &model.BallotParticipant{BallotRoundID: round.ID, PersonID: s.person(member).ID, Attendance: model.AttendancePresent}
			if i >= round.Present {
				seat.Attendance = model.AttendanceAbsent
			}
			cast := &model.BallotCast{BallotRoundID: round.ID, PersonID: seat.PersonID}
			s.put(seat, cast)
			s.audit(at(day, 15), "castBallot", s.about(model.RealmBallot, accountID(member)), cast)
		}
		for i, n := range listed {
			s.tally(round, n, i+1, written)
		}
	}
}

// tally makes up the votes on one nomination, and counts them by the program's own rules.
func (s *season) tally(round *model.BallotRound, n *nomination, position, written int) {
	rule := s.Quota(n.RecipientKind, n.AwardTypeID).VoteRule
	c := ballot.Counters{Members: round.Members, Present: round.Present, Written: written, For: round.Members}
	if n.end == model.NominationStatusNotEndorsed {
		c.For = 1 + s.IntN(2)
	}
	c.Against = round.Members - c.For
	for i := range round.Members {
		choice := model.BallotChoiceFor
		if i >= c.For {
			choice = model.BallotChoiceAgainst
		}
		s.put(&model.BallotVote{Key: s.code(), BallotRoundID: round.ID, NominationID: n.ID, Choice: choice})
	}
	verdict := ballot.Count(rule, c)
	s.put(&model.BallotItem{BallotRoundID: round.ID, NominationID: n.ID, Position: position, VoteRule: rule, Recused: &c.Recused, Present: &c.Present, Written: &c.Written,
		VotesFor: &c.For, VotesAgainst: &c.Against, Abstained: &c.Abstained, Base: &verdict.Base, Needed: &verdict.Needed, Carried: &verdict.Carried})
	if verdict.Carried == (n.end == model.NominationStatusNotEndorsed) {
		s.bulk.Fail(fmt.Errorf("the vote on %s went otherwise: %s", n.Reference, n.end))
	}
}
