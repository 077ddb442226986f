package resolvers_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"vinhdanh/internal/demo"
	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// TestAnyOtherSeason plays seasons nobody has seen before: a ward after July 2025, other sizes, names, rubric, council,
// thresholds, with a head, the secretary and a council member among the nominees. What must come out is computed here,
// by another method than the program's.
func TestAnyOtherSeason(t *testing.T) {
	t.Parallel()
	onBoth(t, fresh, func(t *testing.T, s *server) {
		seed := uint64(len(t.Name())) // another season on each database
		g := generate(rand.New(rand.NewPCG(seed, 1)))
		result, err := demo.Play(t.Context(), s.store, g.files(), io.Discard)
		if err != nil {
			refusal, _ := errors.AsType[*model.Error](err)
			t.Fatalf("%v: %+v", err, refusal.Violations)
		}
		if result.Collectives != len(g.awarded["COLLECTIVE"]) || result.Individuals != len(g.awarded["INDIVIDUAL"]) {
			t.Errorf("%d collectives and %d individuals, want %d and %d", result.Collectives, result.Individuals, len(g.awarded["COLLECTIVE"]), len(g.awarded["INDIVIDUAL"]))
		}
		if want := int64(len(g.awarded["COLLECTIVE"])*1_404_000 + len(g.awarded["INDIVIDUAL"])*702_000); int64(result.Bonus) != want {
			t.Errorf("bonuses of %d, want %d", result.Bonus, want)
		}
		g.check(t, s)
		s.holds()
	})
}

const (
	individual = "INDIVIDUAL"
	collective = "COLLECTIVE"
)

// generated is a made-up season and what must come of it.
type generated struct {
	*rand.Rand
	rows    map[string][][]string
	awarded map[string][]string
	// ineligible and held go by reference; the value is the rule.
	ineligible map[string]string
	held       map[string]string
	adjusted   map[string]float64
	index      map[string]float64
	reviewers  []string
	unitOf     map[string]string
}

func (g *generated) add(file string, row ...any) {
	texts := make([]string, len(row))
	for i, v := range row {
		texts[i] = fmt.Sprint(v)
	}
	g.rows[file] = append(g.rows[file], texts)
}

func generate(r *rand.Rand) *generated {
	g := &generated{Rand: r, rows: map[string][][]string{}, awarded: map[string][]string{}, ineligible: map[string]string{}, held: map[string]string{},
		adjusted: map[string]float64{}, index: map[string]float64{}, unitOf: map[string]string{}}
	g.makeCampaign()
	departments := 4 + g.IntN(4)
	for d := range departments {
		g.makeDepartment(d)
	}
	for _, kind := range []string{collective, individual} {
		g.makeNominations(kind, departments)
	}
	return g
}

// members of the council with a vote, and how many votes carry: three quarters of all.
const members, carries = 6, 5

func (g *generated) makeCampaign() {
	g.add(season.FileOrganizations, "P.ĐÔNG", `Ủy ban nhân dân phường "Đông", Đặc biệt`, "WARD", "", "2025-07-01", "")
	g.add(season.FileOrganizations, "P.ĐÔNG.VP", "Văn phòng", "DEPARTMENT", "P.ĐÔNG", "2025-07-01", "")
	for i, role := range []string{"CHAIR", "VICE_CHAIR", "MEMBER", "MEMBER", "MEMBER", "MEMBER", "SECRETARY"} {
		code := fmt.Sprintf("H%d", i)
		unit := "P.ĐÔNG"
		if i >= 5 { // one member, and the secretary, who heads the office
			unit = "P.ĐÔNG.VP"
		}
		g.person(code, unit, "2015-01-01")
		g.add(season.FileCouncil, code, role)
		if role != "SECRETARY" {
			g.reviewers = append(g.reviewers, code)
		}
	}
	g.add(season.FileUnitHeads, "P.ĐÔNG.VP", "H6")
	g.add(season.FileCampaign, "CĐS-2025", "Khen thưởng chuyển đổi số", 2025, "THEMATIC", "P.ĐÔNG", "P.ĐÔNG.VP", "LEAST_SQUARES", 6, "1/2", "3/4", "ALL_MEMBERS",
		"ADJUSTED_SCORE|REFERENCE", "NONE", "9/QĐ-UBND", "2025-12-19", "H0", "CHỦ TỊCH", "KY")
	for i, phase := range []string{"NOMINATING", "REVIEWING", "VOTING", "DECIDING"} {
		g.add(season.FilePhases, "CĐS-2025", phase, fmt.Sprintf("2025-12-%02d", 1+5*i), fmt.Sprintf("2025-12-%02d", 5+5*i))
	}
	g.add(season.FilePhases, "CĐS-2025", "PUBLISHED", "2025-12-22", "")
	g.add(season.FileGrounds, "CĐS", "Chuyển đổi số")
	g.add(season.FileCriteria, collective, "hieu-qua", "Hiệu quả", 100, "REVIEWER")
	g.add(season.FileCriteria, individual, "chi-so", "Chỉ số đơn vị", 30, "REFORM_RESULTS")
	g.add(season.FileCriteria, individual, "sang-kien", "Sáng kiến", 50, "REVIEWER")
	g.add(season.FileCriteria, individual, "phuc-vu", "Phục vụ", 20, "REVIEWER")
	for i, points := range []int{18, 20, 12, 10, 22, 18} {
		g.add(season.FileIndicators, indicators[i], indicators[i], "point", points, "score")
	}
}

var indicators = []string{"qd766.transparency", "qd766.progress", "qd766.online_services", "qd766.online_payment", "qd766.satisfaction", "qd766.digitisation"}

func (g *generated) person(code, unit, hired string) {
	names := []string{"Nguyễn Văn", "Trần Thị", "Phạm Đức", "Lê Hoàng", "Đỗ Như"}
	g.add(season.FilePeople, code, names[g.IntN(len(names))]+" "+code, []string{"MALE", "FEMALE"}[g.IntN(2)], "1985-06-07", unit, "Chuyên viên", hired)
	g.unitOf[code] = unit
}

func (g *generated) makeDepartment(d int) {
	unit := fmt.Sprintf("Đ%d", d)
	g.add(season.FileOrganizations, unit, "Phòng thứ "+strconv.Itoa(d), "DEPARTMENT", "P.ĐÔNG", "2025-07-01", "")
	g.unitOf[unit] = unit
	for p := range 6 {
		g.person(fmt.Sprintf("%s-%d", unit, p), unit, "2018-03-05")
	}
	g.add(season.FileUnitHeads, unit, unit+"-0")
	for i, most := range []float64{18, 20, 12, 10, 22, 18} {
		points := math.Floor(g.Float64()*most*100) / 100
		g.index[unit] += points
		g.add(season.FileResults, unit, 2025, indicators[i], strconv.FormatFloat(points, 'f', -1, 64), "VERIFIED", "Báo cáo")
	}
}

// makeNominations makes more nominations of a kind than there are places, spoils a few, scores and votes on the rest.
func (g *generated) makeNominations(kind string, departments int) {
	var nominees []string
	for d := range departments {
		unit := fmt.Sprintf("Đ%d", d)
		if kind == collective {
			nominees = append(nominees, unit)
			continue
		}
		for p := range 3 { // the first of them is the head
			nominees = append(nominees, fmt.Sprintf("%s-%d", unit, p))
		}
	}
	if kind == individual {
		nominees = append(nominees, "H6", "H5") // the secretary, and a member of the council
	}
	var scored []string
	sheets := map[string]map[string]float64{}
	for i, nominee := range nominees {
		reference := fmt.Sprintf("%s/%02d", kind[:2], i)
		g.nominate(reference, kind, nominee, i)
		if g.ineligible[reference] == "" && g.held[reference] == "" {
			scored = append(scored, reference)
			sheets[reference] = g.score(reference, kind, nominee)
		}
	}
	fitted := adjust(sheets)
	maps.Copy(g.adjusted, fitted)
	slices.SortFunc(scored, func(a, b string) int {
		return cmp.Or(cmp.Compare(math.Round(fitted[b]*1e6), math.Round(fitted[a]*1e6)), cmp.Compare(a, b))
	})
	places := len(scored) / 2
	g.add(season.FileQuotas, "CĐS-2025", kind, "GK.XA", places, places+2)
	for i, reference := range scored[:places+2] {
		against := g.IntN(2)
		if i == 0 {
			against = members - carries + 1 // the best is voted down, so that a reserve moves up
		}
		voting := members
		if nomineeOf(g, reference) == "H5" {
			voting--
		}
		g.add(season.FileBallots, reference, voting-against, against)
		if voting-against >= carries && len(g.awarded[kind]) < places {
			g.awarded[kind] = append(g.awarded[kind], reference)
		}
	}
	slices.Sort(g.awarded[kind])
}

func nomineeOf(g *generated, reference string) string {
	for _, row := range g.rows[season.FileNominations] {
		if row[0] == reference {
			return row[2]
		}
	}
	return ""
}

// nominate writes a nomination down; some of the individuals have something against them.
func (g *generated) nominate(reference, kind, nominee string, i int) {
	unit, linked, evidence, achievement := g.unitOf[nominee], "", "báo cáo "+strconv.Itoa(i)+".pdf", "T-"+reference
	if kind == individual {
		linked = unit
		if unit == "P.ĐÔNG.VP" {
			linked = "Đ0"
		}
		switch i {
		case 1:
			evidence, g.ineligible[reference] = "", "MISSING_EVIDENCE"
		case 2:
			g.add(season.FilePersonnelFacts, nominee, "DISCIPLINE", "2025-12-31", "", "Khiển trách")
			g.ineligible[reference] = "UNDER_DISCIPLINE"
		case 4:
			g.add(season.FilePersonnelFacts, nominee, "INVESTIGATION", "2025-12-06", "", "Đơn tố cáo")
			g.held[reference] = "UNDER_INVESTIGATION"
		case 5:
			g.add(season.FileEarlierAwards, nominee, individual, "GK.XA", 2025, "3/QĐ-UBND", "2025-08-08", "P.ĐÔNG", achievement, "Chuyển đổi số")
			g.ineligible[reference] = "ACHIEVEMENT_ALREADY_REWARDED"
		}
	}
	g.add(season.FileNominations, reference, kind, nominee, "GK.XA", unit, "CĐS", linked, achievement, "Thành tích chuyển đổi số", evidence)
}

// score lets four members score, strict and lenient ones; who has a conflict does not.
func (g *generated) score(reference, kind, nominee string) map[string]float64 {
	sheets := map[string]float64{}
	quality := g.Float64()
	for _, k := range g.Perm(members) {
		reviewer := g.reviewers[k]
		if len(sheets) == 4 || g.unitOf[nominee] == g.unitOf[reviewer] {
			continue
		}
		half := func(most float64) float64 {
			return math.Floor(2*most*math.Min(1, math.Max(0, 0.3+0.5*quality+0.04*float64(k)+0.05*g.Float64()))) / 2
		}
		give := func(criterion string, most float64) float64 {
			points := half(most)
			g.add(season.FileScores, reference, reviewer, criterion, points)
			return points
		}
		if kind == collective {
			sheets[reviewer] = give("hieu-qua", 100)
			continue
		}
		linked := g.unitOf[nominee]
		if linked == "P.ĐÔNG.VP" {
			linked = "Đ0"
		}
		sheets[reviewer] = give("sang-kien", 50) + give("phuc-vu", 20) + 30*g.index[linked]/100
	}
	return sheets
}

// adjust fits total = quality + effect by turns until nothing moves, the effects adding up to 0.
func adjust(sheets map[string]map[string]float64) map[string]float64 {
	quality, effect := map[string]float64{}, map[string]float64{}
	for range 20_000 {
		sums, counts := map[string]float64{}, map[string]float64{}
		for reference, totals := range sheets {
			quality[reference] = 0
			for reviewer, total := range totals {
				quality[reference] += (total - effect[reviewer]) / float64(len(totals))
			}
			for reviewer, total := range totals {
				sums[reviewer] += total - quality[reference]
				counts[reviewer]++
			}
		}
		mean := 0.0
		for reviewer := range sums {
			mean += sums[reviewer] / counts[reviewer] / float64(len(sums))
		}
		for reviewer := range sums {
			effect[reviewer] = sums[reviewer]/counts[reviewer] - mean
		}
	}
	return quality
}

// files writes the season as CSV, as a spreadsheet on Windows would.
func (g *generated) files() season.Files {
	files := season.Files{}
	for name, header := range headers() {
		var text bytes.Buffer
		text.WriteString("\ufeff")
		w := csv.NewWriter(&text)
		w.UseCRLF = true
		_ = w.Write(header)
		_ = w.WriteAll(g.rows[name])
		files[name] = text.Bytes()
	}
	return files
}

// headers are the columns of each file, as the reference season has them.
func headers() map[string][]string {
	all := map[string][]string{}
	for name, content := range season.Reference() {
		all[name], _ = csv.NewReader(bytes.NewReader(content)).Read()
	}
	return all
}

func (g *generated) check(t *testing.T, s *server) {
	t.Helper()
	r := s.must("auditor", `{ nominations(filter: {campaignCode: "CĐS-2025"}, first: 100) { nodes { reference status held recipientKind
		eligibility { findings { ruleCode outcome } } ranking { adjustedScore } } } }`, nil)
	awarded, ineligible, held := map[string][]string{}, map[string]string{}, map[string]string{}
	for _, n := range r.at("nominations.nodes").([]any) {
		n := n.(map[string]any)
		reference, kind := n["reference"].(string), n["recipientKind"].(string)
		switch {
		case n["status"] == "AWARDED":
			awarded[kind] = append(awarded[kind], reference)
		case n["status"] == "INELIGIBLE":
			ineligible[reference] = failedRule(n)
		case n["held"] == true:
			held[reference] = failedRule(n)
		}
		if want, ranked := g.adjusted[reference]; ranked {
			entry, shown := n["ranking"].(map[string]any)
			if !shown || math.Abs(entry["adjustedScore"].(float64)-want) > 2e-6 {
				t.Errorf("%s: ranked %v, want %f", reference, entry, want)
			}
		}
	}
	for kind := range awarded {
		slices.Sort(awarded[kind])
	}
	if diff := gocmp.Diff([]any{g.awarded, g.ineligible, g.held}, []any{awarded, ineligible, held}); diff != "" {
		t.Errorf("what came out (-want +got):\n%s", diff)
	}
}

func failedRule(nomination map[string]any) string {
	for _, f := range nomination["eligibility"].(map[string]any)["findings"].([]any) {
		if f := f.(map[string]any); f["outcome"] == "FAILED" {
			return f["ruleCode"].(string)
		}
	}
	return ""
}
