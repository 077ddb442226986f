package resolvers_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everything is what a reader can ask about nominations and what hangs on them. Links are left out: they are signed for a time.
var everything = []string{
	`{ nominations(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { id version ` + strings.Replace(strings.TrimPrefix(nominationFields, "nodes {"), " url", " sha256", 1) + ` } }`,
	`{ nominations(first: 1, filter: {assignedToMe: true}) { totalCount pageInfo { hasNextPage } nodes { reference } } }`,
	`{ nominations(first: 100, filter: {statuses: [ACCEPTED, SHORTLISTED], text: "nguyen"}) { totalCount nodes { reference } } }`,
	`{ nomination(campaignCode: "MAU-2024", reference: "CN-1") { id version status held myConflict scoreSheets(includeSuperseded: true) { id } assignments { id } comments { id } ranking { rank } } }`,
	`{ campaign(code: "MAU-2024") { version phase scoringClosedAt scoringProgress { assigned submitted reviewers { assigned submitted } } ranking(recipientKind: INDIVIDUAL) { rank }
		rankingMethod(recipientKind: INDIVIDUAL) { sheets } ballotRounds { id } decisions { id } } }`,
	`{ viewer { tasks { kind count late nomination { reference } person { code } } } }`,
	`{ auditEntries(first: 100) { totalCount nodes { action objectType } } }`,
	`{ awards { totalCount } awardStatistics(groupBy: [YEAR]) { count } decisions { totalCount } people(first: 100) { totalCount nodes { code version awards { totalCount } } } }`,
	`{ organizations(first: 100) { nodes { code version } } campaigns { totalCount nodes { version } } reformResults { totalCount } }`,
	`mutation { saveScoreSheet(input: {nominationId: "{{CN-1}}", expectedVersion: 0, points: [{criterionCode: "conduct", points: "10"}]}) { scoreSheet { version } } }`,
	`mutation { submitScoreSheet(input: {nominationId: "{{CN-1}}", expectedVersion: 1}) { scoreSheet { version } } }`,
	`mutation { addComment(input: {nominationId: "{{TT-1}}", body: "?"}) { comment { id } } }`,
	`{ eligibility(nominationId: "{{CN-1}}") { verdict } }`,
	`{ node(id: "{{CN-1}}") { id ... on Nomination { version } } }`,
	`{ nodes(ids: ["{{sheet}}", "{{comment}}", "{{assignment}}"]) { id } }`,
}

// observe asks everything in the name of a login and gives the answers as one text.
func observe(s *server, login string, names *strings.Replacer) string {
	s.t.Helper()
	var all strings.Builder
	for _, query := range everything {
		all.Write(s.as(login, names.Replace(query), nil).Text)
		all.WriteByte('\n')
	}
	return all.String()
}

// TestNothingShowsAConflictedReviewerWhatIsHidden plays the same review twice: in one world the nomination from which C3 is
// recused as a member of its unit is scored, reassigned, reopened and talked about, in the other nothing happens to it. C3 must
// not be able to tell the worlds apart.
func TestNothingShowsAConflictedReviewerWhatIsHidden(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		kind := "sqlite"
		if strings.HasSuffix(t.Name(), "postgres") {
			kind = "postgres"
		}
		quiet := serve(t, kind, reviewing)
		hidden, _ := s.nomination("CN-1")
		other, _ := s.nomination("TT-1")
		made := busyReview(t, s, hidden)
		names := strings.NewReplacer("{{CN-1}}", hidden, "{{TT-1}}", other, "{{sheet}}", made["sheet"], "{{comment}}", made["comment"], "{{assignment}}", made["assignment"])
		if diff := cmp.Diff(observe(quiet, "c3", names), observe(s, "c3", names)); diff != "" {
			t.Errorf("C3 can tell that something happened (-quiet +busy):\n%s", diff)
		}
		// Whoever may see it does, so that the test cannot pass because nothing happened.
		if seen := s.must("auditor", `{ nomination(campaignCode: "MAU-2024", reference: "CN-1") { scoreSheets { id } assignments { id } comments { id } } }`, nil); len(seen.at("nomination.scoreSheets").([]any)) == 0 ||
			len(seen.at("nomination.comments").([]any)) == 0 {
			t.Errorf("nothing happened: %s", seen.Text)
		}
	})
}

// busyReview lets everything happen to a nomination that is hidden from a recused member.
func busyReview(t *testing.T, s *server, id string) map[string]string {
	t.Helper()
	variables := map[string]any{"id": id}
	made := map[string]string{}
	comment := s.must("s1", `mutation($id: ID!) { addComment(input: {nominationId: $id, body: "Đề nghị bổ sung số liệu"}) { comment { id } } }`, variables)
	made["comment"] = comment.at("addComment.comment.id").(string)
	assigned := s.must("auditor", `query($id: ID!) { node(id: $id) { ... on Nomination { assignments { id reviewer { code } } } } }`, variables).at("node.assignments").([]any)
	for i, a := range assigned {
		a := a.(map[string]any)
		made["assignment"] = a["id"].(string)
		reviewer := strings.ToLower(a["reviewer"].(map[string]any)["code"].(string))
		sheet := s.must(reviewer, `mutation($id: ID!) { submitScoreSheet(input: {nominationId: $id, expectedVersion: 0,
			points: [{criterionCode: "contribution", points: "41.5"}, {criterionCode: "conduct", points: "22"}], comment: "Tốt"}) { scoreSheet { id } } }`, variables)
		made["sheet"] = sheet.at("submitScoreSheet.scoreSheet.id").(string)
		if i == 0 {
			s.must("s1", `mutation($id: ID!, $r: String!) { reopenScoreSheet(input: {nominationId: $id, reviewerCode: $r, reason: "Nhầm"}) { assignment { id } } }`,
				map[string]any{"id": id, "r": strings.ToUpper(reviewer)})
		}
	}
	taken := map[string]bool{}
	for _, a := range assigned {
		taken[a.(map[string]any)["reviewer"].(map[string]any)["code"].(string)] = true
	}
	for _, code := range []string{"C1", "C2", "C4", "C5"} {
		if !taken[code] {
			s.must("s1", `mutation($id: ID!, $r: String!) { assignReviewer(input: {nominationId: $id, reviewerCode: $r}) { assignment { id } } }`, map[string]any{"id": id, "r": code})
		}
	}
	return made
}

// TestNothingShowsAForeignHeadWhatIsHidden does the same for the head of another unit, while unit B and the office work.
func TestNothingShowsAForeignHeadWhatIsHidden(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		kind := "sqlite"
		if strings.HasSuffix(t.Name(), "postgres") {
			kind = "postgres"
		}
		quiet := serve(t, kind, reviewing)
		hidden, version := s.nomination("CN-2")
		own, _ := s.nomination("TT-1")
		made := busyReview(t, s, hidden)
		s.must("s1", `mutation($id: ID!, $v: Int!) { holdNomination(input: {nominationId: $id, expectedVersion: $v, reason: "Đơn tố cáo", document: "Thông báo 01"}) { nomination { id } } }`,
			map[string]any{"id": hidden, "v": version})
		s.must("s1", `mutation { recordPersonnelFact(input: {personCode: "B1", kind: INVESTIGATION, validFrom: "2025-03-11", note: "Đơn tố cáo", document: "Thông báo 01"}) { fact { id } } }`, nil)
		names := strings.NewReplacer("{{CN-1}}", hidden, "{{TT-1}}", own, "{{sheet}}", made["sheet"], "{{comment}}", made["comment"], "{{assignment}}", made["assignment"])
		before, after := observe(quiet, "h3", names), observe(s, "h3", names)
		// The head's own remark at the end of both is the only new thing, and it has an id of its own.
		if diff := cmp.Diff(withoutIDs(before), withoutIDs(after)); diff != "" {
			t.Errorf("the head of W can tell that something happened in B (-quiet +busy):\n%s", diff)
		}
	})
}

// withoutIDs leaves out the ids of remarks, which differ because they are made at different times.
func withoutIDs(text string) string {
	for {
		at := strings.Index(text, "comment_")
		if at < 0 {
			return text
		}
		text = text[:at] + text[at+len("comment_")+26:]
	}
}
