package resolvers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vinhdanh/internal/events"
)

const (
	nominationChanged  = `subscription { nominationChanged(campaignCode: "MAU-2024") { reference } }`
	scoringProgress    = `subscription { scoringProgress(campaignCode: "MAU-2024") { assigned submitted reviewers { reviewer { code } submitted } } }`
	ballotRoundFields  = `{ id closedAt version written voted participants { member { code } voted } items { nomination { reference } result { for carried } } }`
	ballotRoundChanged = `subscription { ballotRoundChanged(campaignCode: "MAU-2024") ` + ballotRoundFields + ` }`
	decisionPublished  = `subscription { decisionPublished { number status awards { nodes { recipientName } } } }`
)

// streams waits until so many subscriptions are under way.
func (s *server) streams(n int) {
	s.t.Helper()
	if !within(func() bool { return s.store.Events.Streams() == n }) {
		s.t.Fatalf("%d streams, want %d", s.store.Events.Streams(), n)
	}
}

// tapped opens event streams, lets something happen, and gives what each stream told of it, all of it: the server is told to
// stop when its streams have heard of the last event, and a stream tells what waits before it ends.
func (s *server) tapped(queries map[string]string, last events.Event, happen func()) map[string][]string {
	s.t.Helper()
	real := s.online()
	opened := map[string]*eventStream{}
	for login, query := range queries {
		name, _, _ := strings.Cut(login, " ")
		opened[login] = s.follow(real, strings.TrimPrefix(name, "nobody"), query)
		opened[login].must(":")
	}
	heard := s.store.Events.Follow(func(e events.Event) bool { return e.Kind == last.Kind && (last.ID == "" || e.ID == last.ID) })
	defer heard.Close()
	happen()
	if _, err := heard.Next(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.store.Events.Close()
	told := map[string][]string{}
	for login, stream := range opened {
		told[login] = []string{}
		for name, data := stream.next(); name != ""; name, data = stream.next() {
			if name != ":" {
				told[login] = append(told[login], data)
			}
		}
	}
	return told
}

func (s *server) hold(reference string) {
	s.t.Helper()
	id, version := s.nomination(reference)
	s.must("s1", `mutation($id: ID!, $v: Int!) { holdNomination(input: {nominationId: $id, expectedVersion: $v, reason: "Đơn tố cáo", document: "Thông báo 01"}) { nomination { id } } }`,
		map[string]any{"id": id, "v": version})
}

// TestNominationChangedIsToldToThoseWhoMayKnow lets a lot happen that nobody may hear of, then two nominations change.
func TestNominationChangedIsToldToThoseWhoMayKnow(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		both, queries := []string{"CN-2", "CN-3"}, map[string]string{}
		want := map[string][]string{"s1": both, "approver": both, "auditor": both, "c1": both, "c3": both, "c4": both,
			"h2": {"CN-2"}, "h3": {"CN-3"}, "secretary2": {}, "approver2": {}, "auditor2": {}}
		for login, references := range want {
			queries[login] = nominationChanged
			for i, reference := range references {
				want[login] = slices.Replace(slices.Clone(want[login]), i, i+1, `{"data":{"nominationChanged":{"reference":"`+reference+`"}}}`)
			}
		}
		last, _ := s.nomination("CN-3")
		told := s.tapped(queries, events.Event{Kind: events.Nomination, ID: last}, func() {
			hidden, _ := s.nomination("CN-1")
			busyReview(t, s, hidden)
			s.hold("CN-2")
			s.hold("CN-3")
		})
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// TestScoringProgressTellsOwnFiguresOnly lets the others score what is hidden from C3, and C3 score something.
func TestScoringProgressTellsOwnFiguresOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		told := s.tapped(map[string]string{"c3": scoringProgress, "s1": scoringProgress, "auditor": scoringProgress}, events.Event{Kind: events.Ballot, ID: "end"}, func() {
			hidden, _ := s.nomination("CN-1")
			busyReview(t, s, hidden)
			s.announce(t, events.Event{Kind: events.Ballot, ID: "end", Entry: "end"})
		})
		if len(told["c3"]) != 1 || !strings.Contains(told["c3"][0], `"submitted":0,"reviewers":null`) {
			t.Errorf("C3 is told %s", told["c3"])
		}
		now := s.must("s1", `{ campaign(code: "MAU-2024") { scoringProgress { assigned submitted reviewers { reviewer { code } submitted } } } }`, nil)
		for _, login := range []string{"s1", "auditor"} {
			if got := decoded(t, told[login][len(told[login])-1], "scoringProgress"); cmp.Diff(now.at("campaign.scoringProgress"), got) != "" || len(told[login]) < 2 {
				t.Errorf("%s is told last %v, want %v", login, got, now.at("campaign.scoringProgress"))
			}
		}
	})
}

// announce tells an event as a write would.
func (s *server) announce(t *testing.T, e events.Event) {
	t.Helper()
	if s.settings.Database[0] != 'p' {
		s.store.Events.Publish(e)
		return
	}
	text, _ := json.Marshal([]events.Event{e})
	if _, err := s.behind(t).ExecContext(t.Context(), `SELECT pg_notify('vinhdanh_events', $1)`, string(text)); err != nil {
		t.Fatal(err)
	}
}

func decoded(t *testing.T, data, field string) any {
	t.Helper()
	var r reply
	if err := json.Unmarshal([]byte(data), &r); err != nil || len(r.Errors) > 0 {
		t.Fatalf("%v: %s", err, data)
	}
	return r.Data[field]
}

// TestBallotRoundChangedTellsWhatTheQueryShows follows a round from its first vote to its end.
func TestBallotRoundChangedTellsWhatTheQueryShows(t *testing.T) {
	t.Parallel()
	onBoth(t, voting, func(t *testing.T, s *server) {
		round := s.must("s1", `{ campaign(code: "MAU-2024") { ballotRounds { id items { nomination { id } } } } }`, nil)
		id := round.at("campaign.ballotRounds.0.id").(string)
		var choices []map[string]any
		for _, item := range round.at("campaign.ballotRounds.0.items").([]any) {
			choices = append(choices, map[string]any{"nominationId": item.(map[string]any)["nomination"].(map[string]any)["id"], "choice": "FOR"})
		}
		c := s.signedIn(s.online(), "c1")
		c.subscribe("1", ballotRoundChanged)
		s.streams(1)
		for i, member := range []string{"c1", "c2", "c3", "c4", "c5"} {
			s.must(member, `mutation($r: ID!, $c: [BallotChoiceInput!]!) { castBallot(input: {ballotRoundId: $r, choices: $c}) { ballotRound { id } } }`, map[string]any{"r": id, "c": choices})
			told := decoded(t, c.must("next", "1"), "ballotRoundChanged")
			shown := s.must("c1", `query($r: ID!) { ballotRound(id: $r) `+ballotRoundFields+` }`, map[string]any{"r": id}).at("ballotRound")
			if diff := cmp.Diff(shown, told); diff != "" {
				t.Errorf("after %d votes (-query +event):\n%s", i+1, diff)
			}
			if text := fmt.Sprint(told); strings.Contains(text, "carried") && !strings.Contains(text, "result:<nil>") || strings.Contains(text, "result:map") {
				t.Errorf("a count before the end: %s", text)
			}
		}
		s.must("s1", `mutation($r: ID!) { closeBallotRound(input: {ballotRoundId: $r, expectedVersion: 1}) { ballotRound { id } } }`, map[string]any{"r": id})
		if told := fmt.Sprint(decoded(t, c.must("next", "1"), "ballotRoundChanged")); !strings.Contains(told, "carried:true for:5") {
			t.Error(told)
		}
	})
}

func TestDecisionPublishedIsToldToEveryone(t *testing.T) {
	t.Parallel()
	onBoth(t, deciding, func(t *testing.T, s *server) {
		byOthers := strings.Replace(decisionPublished, "decisionPublished", `decisionPublished(issuerCode: "UB2")`, 1)
		told := s.tapped(map[string]string{"nobody": decisionPublished, "c1": decisionPublished, "nobody else": byOthers}, events.Event{Kind: events.Decision}, func() {
			publish(t, s)
		})
		want := []string{`{"data":{"decisionPublished":{"number":"45/QĐ-UBND","status":"PUBLISHED","awards":{"nodes":[{"recipientName":"Nguyễn Đức Anh"}]}}}}`}
		if diff := cmp.Diff(map[string][]string{"nobody": want, "c1": want, "nobody else": {}}, told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// publish approves CN-1 and decides on it.
func publish(t *testing.T, s *server) {
	t.Helper()
	id, version := s.nomination("CN-1")
	s.must("approver", `mutation($id: ID!, $v: Int!) { approveNominations(input: {nominations: [{nominationId: $id, expectedVersion: $v}]}) { nominations { id } } }`, map[string]any{"id": id, "v": version})
	draft := s.must("s1", `mutation { draftDecision(input: {campaignCode: "MAU-2024", decidedOn: "2025-03-28", signerCode: "C1", signerPosition: "CHỦ TỊCH", signingMode: KY}) { decision { id } } }`, nil)
	decision := map[string]any{"id": draft.at("draftDecision.decision.id")}
	s.must("approver", `mutation($id: ID!) { issueDecision(input: {decisionId: $id, expectedVersion: 1, number: "45/QĐ-UBND", collectives: 0, individuals: 1}) { decision { id } } }`, decision)
	setClock(s.store, "2025-04-01")
	c := s.must("s1", `{ campaign(code: "MAU-2024") { version } }`, nil)
	s.must("s1", `mutation($v: Int!) { openPhase(input: {campaignCode: "MAU-2024", phase: PUBLISHED, expectedVersion: $v}) { campaign { id } } }`, map[string]any{"v": c.at("campaign.version")})
	s.must("approver", `mutation($id: ID!) { publishDecision(input: {decisionId: $id, expectedVersion: 2}) { decision { id } } }`, decision)
}

// TestStreamsAreRefusedLikeQueries tries what is wrong at once.
func TestStreamsAreRefusedLikeQueries(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", reviewing)
	real := s.online()
	for query, code := range map[string]string{
		nominationChanged: "UNAUTHENTICATED",
		strings.Replace(decisionPublished, "decisionPublished", `decisionPublished(issuerCode: "none")`, 1): "BAD_USER_INPUT",
	} {
		if data := s.follow(real, "", query).must("next"); !strings.Contains(data, `"code":"`+code+`"`) {
			t.Errorf("%s: %s", query, data)
		}
	}
	if data := s.follow(real, "s1", strings.Replace(nominationChanged, "MAU-2024", "none", 1)).must("next"); !strings.Contains(data, `"code":"NOT_FOUND"`) {
		t.Error(data)
	}
}

// TestAStreamEndsWithTheRightToIt revokes a role and ends a session while streams are open.
func TestAStreamEndsWithTheRightToIt(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		real := s.online()
		tokens := s.must("", `mutation { signIn(input: {username: "auditor", password: "`+password+`"}) { session { accessToken refreshToken } } }`, nil)
		s.tokens.Store("auditor", tokens.at("signIn.session.accessToken"))
		overSSE, overSocket := s.follow(real, "approver", nominationChanged), s.signedIn(real, "approver")
		overSSE.must(":")
		overSocket.subscribe("1", nominationChanged)
		auditor, leaving := s.follow(real, "auditor", nominationChanged), s.signedIn(real, "auditor")
		auditor.must(":")
		leaving.subscribe("1", nominationChanged)
		s.streams(4)

		grant := s.must("admin", `{ account(username: "approver") { grants { id } } }`, nil).at("account.grants.0.id")
		s.must("admin", `mutation($id: ID!) { revokeRole(input: {grantId: $id, reason: "Thôi việc"}) { grant { id } } }`, map[string]any{"id": grant})
		s.must("", `mutation($t: String!) { signOut(input: {refreshToken: $t}) { ended } }`, map[string]any{"t": tokens.at("signIn.session.refreshToken")})
		s.hold("CN-2")
		for _, ended := range []struct{ data, code string }{{overSSE.must("next"), "FORBIDDEN"}, {overSocket.must("next", "1"), "FORBIDDEN"}, {auditor.must("next"), "UNAUTHENTICATED"}} {
			if !strings.Contains(ended.data, `"code":"`+ended.code+`"`) || strings.Contains(ended.data, "CN-2") {
				t.Error(ended)
			}
		}
		overSSE.must("complete")
		auditor.must("complete")
		overSocket.must("complete", "1")
		for text, closed := leaving.next(); closed.Code != 4401; text, closed = leaving.next() {
			if closed.Code != 0 || strings.Contains(text, "CN-2") { // the refusal and its completion may come before
				t.Fatalf("%s %v", text, closed)
			}
		}
	})
}

func TestAStreamThatLagsIsToldSo(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", reviewing)
	stream := s.follow(s.online(), "s1", nominationChanged)
	stream.must(":")
	campaign := s.must("s1", `{ campaign(code: "MAU-2024") { id } }`, nil).at("campaign.id").(string)
	flood := make([]events.Event, 20_000)
	for i := range flood {
		flood[i] = events.Event{Kind: events.Nomination, CampaignID: campaign, ID: fmt.Sprint(i)}
	}
	s.store.Events.Publish(flood...)
	if data := stream.must("next"); !strings.Contains(data, `"code":"UNAVAILABLE"`) {
		t.Error(data)
	}
	stream.must("complete")
	s.streams(0)
}
