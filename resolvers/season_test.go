package resolvers_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// expected is what an independent program computed for the reference season.
type expected struct {
	ReformSummary map[string]map[string]struct {
		Received   int
		Online     int
		OnlineRate float64 `json:"online_rate"`
		OnTimeRate float64 `json:"on_time_rate"`
	} `json:"reform_summary"`
	Ineligible map[string]string
	Held       map[string]string
	Index      map[string]float64 `json:"reform_index_766"`
	Ranking    map[string]struct {
		ByAdjusted []string `json:"by_adjusted"`
		Adjusted   map[string]float64
		ByRawMean  []string           `json:"by_raw_mean"`
		RawMean    map[string]float64 `json:"raw_mean"`
		Effect     map[string]float64 `json:"reviewer_effect"`
	}
	Shortlist map[string][]string
	Council   struct {
		Members     int
		VotesNeeded int `json:"votes_needed"`
	}
	Awarded map[string][]string
	Bonus   struct {
		Up   map[string]int64 `json:"UP"`
		None map[string]int64 `json:"NONE"`
	} `json:"bonus_vnd"`
}

func readExpected(t *testing.T) expected {
	t.Helper()
	text, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var e expected
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

const reference = "CCHC-2024"

// secretary, chair and reviewer of the reference season.
const (
	secretary = "cb0025"
	chair     = "cb0022"
)

// TestReferenceSeason holds the played season, as seen through the API, against the independent computation.
func TestReferenceSeason(t *testing.T) {
	t.Parallel()
	onBoth(t, played, func(t *testing.T, s *server) {
		want := readExpected(t)
		t.Run("reform results", func(t *testing.T) { checkReform(t, s, want) })
		t.Run("eligibility", func(t *testing.T) { checkEligibility(t, s, want) })
		for kind := range want.Ranking {
			t.Run("ranking "+kind, func(t *testing.T) { checkRanking(t, s, want, kind) })
		}
		t.Run("shortlist, votes and awards", func(t *testing.T) { checkAwards(t, s, want) })
		t.Run("what the public sees", func(t *testing.T) { checkPublic(t, s) })
		s.holds()
	})
}

func checkReform(t *testing.T, s *server, want expected) {
	r := s.must(secretary, `{ reformSummary(organizationCode: "TPDA", year: 2024) {
		total { received provisional } groups { kind figures { received online onlineRate onTimeRate } } } }`, nil)
	summary := want.ReformSummary["TPDA"]
	groups := map[string]map[string]any{}
	for _, g := range r.at("reformSummary.groups").([]any) {
		g := g.(map[string]any)
		groups[g["kind"].(string)] = g["figures"].(map[string]any)
	}
	got := []any{groups["DEPARTMENT"]["received"], groups["DEPARTMENT"]["online"], groups["DEPARTMENT"]["onlineRate"], groups["DEPARTMENT"]["onTimeRate"],
		groups["WARD"]["received"], r.at("reformSummary.total.received")}
	departments, wards := summary["departments"], summary["wards"]
	wanted := []any{float64(departments.Received), float64(departments.Online), fmt.Sprint(departments.OnlineRate), fmt.Sprint(departments.OnTimeRate),
		float64(wards.Received), float64(departments.Received + wards.Received)}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	found := map[string]float64{}
	for _, o := range s.must(secretary, `{ organizations(first: 100) { nodes { code reformIndex(year: 2024) { points complete } } } }`, nil).at("organizations.nodes").([]any) {
		o := o.(map[string]any)
		if index := o["reformIndex"].(map[string]any); index["complete"].(bool) {
			found[o["code"].(string)], _ = strconv.ParseFloat(index["points"].(string), 64)
		}
	}
	if diff := cmp.Diff(want.Index, found); diff != "" {
		t.Errorf("index 766 (-want +got):\n%s", diff)
	}
}

// all reads every nomination of the season in pages of 40.
func all(t *testing.T, s *server, fields string) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	var after any
	for {
		r := s.must(secretary, `query($after: Cursor) { nominations(filter: {campaignCode: "`+reference+`"}, first: 40, after: $after) {
			nodes { reference `+fields+` } pageInfo { hasNextPage endCursor } totalCount } }`, map[string]any{"after": after})
		for _, n := range r.at("nominations.nodes").([]any) {
			n := n.(map[string]any)
			found[n["reference"].(string)] = n
		}
		if after = r.at("nominations.pageInfo.endCursor"); r.at("nominations.pageInfo.hasNextPage") != true {
			if total := r.at("nominations.totalCount"); total != float64(len(found)) {
				t.Fatalf("read %d nominations of %v", len(found), total)
			}
			return found
		}
	}
}

func checkEligibility(t *testing.T, s *server, want expected) {
	ineligible, held := map[string]string{}, map[string]string{}
	for reference, n := range all(t, s, `status held eligibility { verdict findings { ruleCode outcome citation message remedy facts { name value } } } history { act reason }`) {
		failed := ""
		for _, f := range n["eligibility"].(map[string]any)["findings"].([]any) {
			f := f.(map[string]any)
			if f["citation"] == "" || f["message"] == "" {
				t.Errorf("%s: %v explains nothing", reference, f)
			}
			if f["outcome"] != "PASSED" {
				failed += f["ruleCode"].(string)
				if f["remedy"] == nil {
					t.Errorf("%s: %v has no remedy", reference, f)
				}
			}
		}
		if n["status"] == "INELIGIBLE" {
			ineligible[reference] = failed
		}
		if n["held"] == true {
			held[reference] = failed
		}
	}
	if diff := cmp.Diff(want.Ineligible, ineligible); diff != "" {
		t.Errorf("ineligible (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Held, held); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
}

func checkRanking(t *testing.T, s *server, want expected, kind string) {
	r := s.must(secretary, `query($kind: RecipientKind!) { campaign(code: "`+reference+`") {
		ranking(recipientKind: $kind) { rank tied nomination { reference } rawScore adjustedScore standardError }
		rankingMethod(recipientKind: $kind) { sheets degreesOfFreedom residualVariance reviewerEffects { reviewer { code } effect } } } }`, map[string]any{"kind": kind})
	ranking := want.Ranking[kind]
	var order []string
	raw, adjusted, effects := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for i, e := range r.at("campaign.ranking").([]any) {
		e := e.(map[string]any)
		reference := e["nomination"].(map[string]any)["reference"].(string)
		order = append(order, reference)
		raw[reference], adjusted[reference] = e["rawScore"].(float64), e["adjustedScore"].(float64)
		if e["rank"] != float64(i+1) || e["tied"] != false || e["standardError"].(float64) <= 0 {
			t.Errorf("entry %d: %v", i, e)
		}
	}
	for _, e := range r.at("campaign.rankingMethod.reviewerEffects").([]any) {
		e := e.(map[string]any)
		effects[e["reviewer"].(map[string]any)["code"].(string)] = e["effect"].(float64)
	}
	sixth := cmpopts.EquateApprox(0, 1e-6)
	for name, pair := range map[string][2]any{"order": {ranking.ByAdjusted, order}, "adjusted": {ranking.Adjusted, adjusted},
		"raw": {ranking.RawMean, raw}, "effects": {ranking.Effect, effects}} {
		if diff := cmp.Diff(pair[0], pair[1], sixth); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	total := 0.0
	for _, e := range effects {
		total += e
	}
	if math.Abs(total) > 1e-5 {
		t.Errorf("effects add up to %g", total)
	}
}

func checkAwards(t *testing.T, s *server, want expected) {
	shortlist, awarded := map[string][]string{}, map[string][]string{}
	for reference, n := range all(t, s, `status recipientKind ranking { rank } ballotResult { members needed for against carried } award { bonus registerNumber verificationCode unitName position recipientName }`) {
		kind := n["recipientKind"].(string)
		if slices.Contains([]any{"AWARDED", "NOT_ENDORSED"}, n["status"]) {
			shortlist[kind] = append(shortlist[kind], reference)
			result := n["ballotResult"].(map[string]any)
			if result["members"] != float64(want.Council.Members) || result["needed"] != float64(want.Council.VotesNeeded) {
				t.Errorf("%s: %v", reference, result)
			}
			if carried := result["for"].(float64) >= float64(want.Council.VotesNeeded); carried != (n["status"] == "AWARDED") || carried != result["carried"] {
				t.Errorf("%s: %v and %v", reference, result, n["status"])
			}
		}
		if n["status"] != "AWARDED" {
			continue
		}
		awarded[kind] = append(awarded[kind], reference)
		award := n["award"].(map[string]any)
		if award["bonus"] != fmt.Sprint(want.Bonus.Up[kind]) || award["registerNumber"] == nil || award["verificationCode"] == nil || award["unitName"] == "" {
			t.Errorf("%s: %v", reference, award)
		}
	}
	for kind := range want.Awarded {
		slices.Sort(awarded[kind])
		slices.Sort(shortlist[kind])
		slices.Sort(want.Shortlist[kind])
		if diff := cmp.Diff(want.Awarded[kind], awarded[kind]); diff != "" {
			t.Errorf("awarded %s (-want +got):\n%s", kind, diff)
		}
		if diff := cmp.Diff(want.Shortlist[kind], shortlist[kind]); diff != "" {
			t.Errorf("shortlist %s (-want +got):\n%s", kind, diff)
		}
	}
	r := s.must("", `{ decision(number: "713/QĐ-UBND", year: 2025) { collectives individuals bonusTotal status signerName signerPosition signingMode legalBases
		awards(first: 100) { totalCount nodes { recipientKind } } } }`, nil)
	if r.at("decision.bonusTotal") != fmt.Sprint(want.Bonus.Up["total"]) || r.at("decision.collectives") != 10.0 || r.at("decision.individuals") != 57.0 ||
		r.at("decision.awards.totalCount") != 67.0 || r.at("decision.signerPosition") != "CHỦ TỊCH" || r.at("decision.legalBases.0") == nil {
		t.Errorf("decision: %s", r.Text)
	}
}

func checkPublic(t *testing.T, s *server) {
	r := s.must("", `{ awards(filter: {campaignCode: "`+reference+`"}, first: 100) { totalCount nodes { verificationCode recipient { __typename } } }
		awardStatistics(filter: {campaignCode: "`+reference+`"}, groupBy: [RECIPIENT_KIND]) { recipientKind count bonus } }`, nil)
	if r.at("awards.totalCount") != 67.0 {
		t.Errorf("the public sees %v awards", r.at("awards.totalCount"))
	}
	counts := map[any]any{}
	for _, line := range r.at("awardStatistics").([]any) {
		line := line.(map[string]any)
		counts[line["recipientKind"]] = line["count"]
	}
	if diff := cmp.Diff(map[any]any{"COLLECTIVE": 10.0, "INDIVIDUAL": 57.0}, counts); diff != "" {
		t.Errorf("statistics (-want +got):\n%s", diff)
	}
	code := r.at("awards.nodes.0.verificationCode").(string)
	if v := s.must("", `query($code: String!) { verifyAward(code: $code) { valid award { recipientName } } }`, map[string]any{"code": code}); v.at("verifyAward.valid") != true {
		t.Errorf("verify: %s", v.Text)
	}
}
