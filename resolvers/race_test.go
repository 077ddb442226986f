package resolvers_test

import (
	"fmt"
	"sync"
	"testing"
)

// race sends requests at once and tells how many went through and which codes the others got.
func race(requests ...func() reply) (won int, codes map[string]int) {
	codes = map[string]int{}
	replies := make([]reply, len(requests))
	var started, done sync.WaitGroup
	started.Add(1)
	for i, request := range requests {
		done.Go(func() {
			started.Wait()
			replies[i] = request()
		})
	}
	started.Done()
	done.Wait()
	for _, r := range replies {
		if r.code() == "" {
			won++
		} else {
			codes[r.code()]++
		}
	}
	return won, codes
}

// oneWins holds a race against its only right outcome, and the records against what must be true of them.
func (s *server) oneWins(requests ...func() reply) {
	t := s.t
	t.Helper()
	defer s.holds()
	won, codes := race(requests...)
	if won != 1 || codes["CONFLICT"] != len(requests)-1 {
		t.Errorf("%d went through, the others got %v; one must win and the others get CONFLICT", won, codes)
	}
}

func times(n int, request func(i int) reply) []func() reply {
	requests := make([]func() reply, n)
	for i := range n {
		requests[i] = func() reply { return request(i) }
	}
	return requests
}

// ids finds id and version of the nominations of the small season.
func (s *server) nomination(reference string) (id string, version int) {
	s.t.Helper()
	r := s.must("s1", `query($r: String!) { nomination(campaignCode: "MAU-2024", reference: $r) { id version } }`, map[string]any{"r": reference})
	return r.at("nomination.id").(string), int(r.at("nomination.version").(float64))
}

func TestTwoSubmitsOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		f := fixture{ctx: t.Context(), s: s.store}
		if f.open("NOMINATING", "2025-03-03"); f.err != nil {
			t.Fatal(f.err)
		}
		id, version := s.nomination("CN-2")
		s.token("h2")
		s.oneWins(times(6, func(i int) reply {
			return s.as("h2", `mutation($id: ID!, $v: Int!, $n: String!) { submitNomination(input: {nominations: [{nominationId: $id, expectedVersion: $v}],
				requestNumber: $n, requestedOn: "2025-03-03"}) { dossier { id } } }`, map[string]any{"id": id, "v": version, "n": fmt.Sprint(i)})
		})...)
	})
}

func TestTwoVotesOfOneMemberOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, voting, func(t *testing.T, s *server) {
		r := s.must("c2", `{ campaign(code: "MAU-2024") { ballotRounds { id items { nomination { id } } } } }`, nil)
		var choices []map[string]any
		for _, item := range r.at("campaign.ballotRounds.0.items").([]any) {
			choices = append(choices, map[string]any{"nominationId": item.(map[string]any)["nomination"].(map[string]any)["id"], "choice": "FOR"})
		}
		vote := map[string]any{"ballotRoundId": r.at("campaign.ballotRounds.0.id"), "choices": choices}
		s.oneWins(times(6, func(int) reply {
			return s.as("c2", `mutation($vote: CastBallotInput!) { castBallot(input: $vote) { ballotRound { voted } } }`, map[string]any{"vote": vote})
		})...)
		closed := s.must("s1", `mutation($id: ID!) { closeBallotRound(input: {ballotRoundId: $id, expectedVersion: 1, missingReason: "only one came"}) {
			ballotRound { items { result { for against abstained } } } } }`, map[string]any{"id": vote["ballotRoundId"]})
		for _, item := range closed.at("closeBallotRound.ballotRound.items").([]any) {
			if result := item.(map[string]any)["result"].(map[string]any); result["for"] != 1.0 || result["against"] != 0.0 || result["abstained"] != 0.0 {
				t.Errorf("one vote was cast and counted as %v", result)
			}
		}
	})
}

func TestTwoApprovalsOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, deciding, func(t *testing.T, s *server) {
		id, version := s.nomination("CN-1")
		s.token("c1")
		s.oneWins(times(6, func(int) reply {
			return s.as("c1", `mutation($id: ID!, $v: Int!) { approveNominations(input: {nominations: [{nominationId: $id, expectedVersion: $v}]}) { nominations { status } } }`,
				map[string]any{"id": id, "v": version})
		})...)
	})
}

// Three individuals are endorsed and two places are there: whoever approves the third is refused, whatever the order.
func TestApprovalsAtOnceStayWithinThePlaces(t *testing.T) {
	t.Parallel()
	onBoth(t, deciding, func(t *testing.T, s *server) {
		s.token("c1")
		var requests []func() reply
		for _, reference := range []string{"CN-1", "CN-2", "CN-3"} {
			id, version := s.nomination(reference)
			requests = append(requests, func() reply {
				return s.as("c1", `mutation($id: ID!, $v: Int!) { approveNominations(input: {nominations: [{nominationId: $id, expectedVersion: $v}]}) { nominations { status } } }`,
					map[string]any{"id": id, "v": version})
			})
		}
		if won, codes := race(requests...); won != 2 || codes["CONFLICT"] != 1 {
			t.Errorf("%d approved, the others got %v", won, codes)
		}
		s.holds()
	})
}

func TestTwoDecisionsWithOneNumberOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, deciding, func(t *testing.T, s *server) {
		var drafts []reply
		for _, reference := range []string{"CN-1", "CN-2"} {
			id, version := s.nomination(reference)
			s.must("c1", `mutation($id: ID!, $v: Int!) { approveNominations(input: {nominations: [{nominationId: $id, expectedVersion: $v}]}) { nominations { status } } }`,
				map[string]any{"id": id, "v": version})
			drafts = append(drafts, s.must("s1", `mutation($id: ID!) { draftDecision(input: {campaignCode: "MAU-2024", nominationIds: [$id], decidedOn: "2025-03-28",
				signerCode: "C1", signerPosition: "CHỦ TỊCH", signingMode: KY}) { decision { id version individuals collectives } } }`, map[string]any{"id": id}))
		}
		s.oneWins(times(2, func(i int) reply {
			return s.as("c1", `mutation($id: ID!, $v: Int!) { issueDecision(input: {decisionId: $id, expectedVersion: $v, number: "45/QĐ-UBND", collectives: 0, individuals: 1}) { decision { number } } }`,
				map[string]any{"id": drafts[i].at("draftDecision.decision.id"), "v": drafts[i].at("draftDecision.decision.version")})
		})...)
		if r := s.must("c1", `{ awards(filter: {campaignCode: "MAU-2024"}) { totalCount } }`, nil); r.at("awards.totalCount") != 1.0 {
			t.Errorf("%v awards, want 1", r.at("awards.totalCount"))
		}
	})
}

func TestTwoSheetsOfOneReviewerOneWins(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		mine := s.must("c1", `{ nominations(filter: {assignedToMe: true, recipientKind: COLLECTIVE}) { nodes { id } } nominations2: nominations(filter: {assignedToMe: true, recipientKind: INDIVIDUAL}) { nodes { id } } }`, nil)
		id, points := mine.at("nominations2.nodes.0.id"), []map[string]any{{"criterionCode": "contribution", "points": "40.5"}, {"criterionCode": "conduct", "points": "20"}}
		if id == nil {
			id, points = mine.at("nominations.nodes.0.id"), []map[string]any{{"criterionCode": "initiative", "points": "40.5"}}
		}
		s.oneWins(times(6, func(int) reply {
			return s.as("c1", `mutation($id: ID!, $p: [CriterionPointsInput!]!) { submitScoreSheet(input: {nominationId: $id, expectedVersion: 0, points: $p}) { scoreSheet { status } } }`,
				map[string]any{"id": id, "p": points})
		})...)
	})
}
