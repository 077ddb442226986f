package scoring_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vinhdanh/internal/scoring"
	"vinhdanh/model"
)

// table makes sheets of rows such as {"A": {"J1": 80, "J2": 84}}.
func table(rows map[string]map[string]float64) []scoring.Sheet {
	var sheets []scoring.Sheet
	for nomination, scores := range rows {
		for reviewer, y := range scores {
			sheets = append(sheets, scoring.Sheet{Nomination: nomination, Reviewer: reviewer, Total: model.RoundedDecimal(y)})
		}
	}
	return sheets
}

func fit(t *testing.T, sheets []scoring.Sheet) *scoring.Fit {
	t.Helper()
	f, err := scoring.FitSheets(sheets, model.AdjustmentLeastSquares)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func adjusted(f *scoring.Fit) map[string]float64 {
	found := map[string]float64{}
	for _, s := range f.Scores {
		found[s.Nomination] = s.Adjusted
	}
	return found
}

func effects(f *scoring.Fit) map[string]float64 {
	found := map[string]float64{}
	for _, e := range f.Effects {
		found[e.Reviewer] = e.Estimate
	}
	return found
}

func near(tolerance float64) cmp.Option { return cmpopts.EquateApprox(0, tolerance) }

// Two reviewers, five nominations of true merit 90, 85, 80, 75, 70, bias −8 and +8: methods note, section 2.
func TestAdjustmentRecoversTruthThroughOneSharedNomination(t *testing.T) {
	t.Parallel()
	f := fit(t, table(map[string]map[string]float64{
		"A": {"J1": 82}, "B": {"J1": 77}, "C": {"J1": 72, "J2": 88}, "D": {"J2": 83}, "E": {"J2": 78},
	}))
	if diff := cmp.Diff(map[string]float64{"A": 90, "B": 85, "C": 80, "D": 75, "E": 70}, adjusted(f), near(1e-9)); diff != "" {
		t.Errorf("adjusted (-want +got):\n%s", diff)
	}
	if f.DegreesOfFreedom != 0 || f.Variance != nil || f.Scores[0].StandardError != nil {
		t.Error("no degrees of freedom are left, so no error can be stated")
	}
}

// Methods note, section 3, vector 1: a complete 5 × 3 table.
func TestCompleteDesign(t *testing.T) {
	t.Parallel()
	rows := map[string]map[string]float64{}
	for name, y := range map[string][3]float64{"A": {71, 77, 81}, "B": {67, 74, 76}, "C": {66, 71, 73}, "D": {61, 68, 71}, "E": {58, 63, 68}} {
		rows[name] = map[string]float64{"J1": y[0], "J2": y[1], "J3": y[2]}
	}
	f := fit(t, table(rows))
	if diff := cmp.Diff(map[string]float64{"A": 76.333, "B": 72.333, "C": 70, "D": 66.667, "E": 63}, adjusted(f), near(.0005)); diff != "" {
		t.Errorf("adjusted (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]float64{"J1": -5.067, "J2": .933, "J3": 4.133}, effects(f), near(.0005)); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]float64{.7333, .494}, []float64{*f.Variance, *f.Scores[0].StandardError}, near(.0005)); diff != "" {
		t.Errorf("s² and standard error (-want +got):\n%s", diff)
	}
}

// Methods note, section 3, vector 2, with the standard error of section 17: incomplete 6 × 4, two scores each.
func TestIncompleteDesign(t *testing.T) {
	t.Parallel()
	f := fit(t, table(map[string]map[string]float64{
		"A": {"J1": 80, "J2": 84}, "B": {"J2": 81, "J3": 74}, "C": {"J3": 70, "J4": 79},
		"D": {"J4": 83, "J1": 77}, "E": {"J1": 72, "J3": 68}, "F": {"J2": 88, "J4": 86},
	}))
	want := map[string]float64{"A": 81.125, "B": 78.375, "C": 75.375, "D": 79.125, "E": 73.25, "F": 83.75}
	if diff := cmp.Diff(want, adjusted(f), near(1e-9)); diff != "" {
		t.Errorf("adjusted (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]float64{"J1": -1.5, "J2": 3.25, "J3": -5, "J4": 3.25}, effects(f), near(1e-9)); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	if f.DegreesOfFreedom != 3 {
		t.Errorf("degrees of freedom %d, want 3", f.DegreesOfFreedom)
	}
	if diff := cmp.Diff([]float64{1.41667, .9410}, []float64{*f.Variance, *f.Scores[0].StandardError}, near(.0001)); diff != "" {
		t.Errorf("s² and standard error (-want +got):\n%s", diff)
	}
}

// Methods note, section 3, vector 3.
func TestDisconnectedDesignIsRefusedWithItsGroups(t *testing.T) {
	t.Parallel()
	sheets := table(map[string]map[string]float64{"A": {"J1": 80, "J2": 84}, "C": {"J3": 70, "J4": 79}})
	for _, method := range model.AllAdjustment {
		_, err := scoring.FitSheets(sheets, method)
		if model.CodeOf(err) != model.CodeNotComparable {
			t.Fatalf("%s: %v, want NOT_COMPARABLE", method, err)
		}
		refusal, _ := errors.AsType[*model.Error](err)
		if diff := cmp.Diff([][]string{{"A"}, {"C"}}, refusal.Args["groups"]); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
	}
}

// simulate draws a connected design with known qualities and effects.
func simulate(rng *rand.Rand, nominations, reviewers, each int, noise float64) (sheets []scoring.Sheet, quality, bias map[string]float64) {
	quality, bias = map[string]float64{}, map[string]float64{}
	sum := 0.0
	for j := range reviewers {
		b := math.Round(rng.NormFloat64()*4*100) / 100
		bias[fmt.Sprintf("J%02d", j)] = b
		sum += b
	}
	bias["J00"] -= sum
	for i := range nominations {
		name := fmt.Sprintf("N%03d", i)
		quality[name] = math.Round((60+rng.Float64()*30)*100) / 100
		for k := range each {
			judge := fmt.Sprintf("J%02d", (i+k)%reviewers)
			y := quality[name] + bias[judge] + rng.NormFloat64()*noise
			sheets = append(sheets, scoring.Sheet{Nomination: name, Reviewer: judge, Total: model.RoundedDecimal(y)})
		}
	}
	return sheets, quality, bias
}

func TestKnownEffectsAreRecoveredExactlyWithoutNoise(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		sheets, quality, bias := simulate(rng, 10+int(seed), 4+int(seed%5), 3, 0)
		f := fit(t, sheets)
		if diff := cmp.Diff(quality, adjusted(f), near(1e-6)); diff != "" {
			t.Fatalf("seed %d: qualities (-want +got):\n%s", seed, diff)
		}
		if diff := cmp.Diff(bias, effects(f), near(1e-6)); diff != "" {
			t.Fatalf("seed %d: effects (-want +got):\n%s", seed, diff)
		}
	}
}

func TestFitIsInvariant(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 2))
		sheets, _, _ := simulate(rng, 12, 5, 3, 2)
		want := fit(t, sheets)

		total := 0.0
		for _, e := range want.Effects {
			total += e.Estimate
		}
		if math.Abs(total) > 1e-9 {
			t.Fatalf("seed %d: effects add up to %g", seed, total)
		}
		shuffled := slices.Clone(sheets)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(adjusted(want), adjusted(fit(t, shuffled)), near(1e-9)); diff != "" {
			t.Fatalf("seed %d: the order of sheets matters:\n%s", seed, diff)
		}
		// A reviewer who gives everybody five points more changes nothing but the own effect and the common level.
		lenient := slices.Clone(sheets)
		for i := range lenient {
			if lenient[i].Reviewer == "J03" {
				lenient[i].Total = model.Decimal{Decimal: lenient[i].Total.Add(model.DecimalOf(5).Decimal)}
			}
		}
		before, after := adjusted(want), adjusted(fit(t, lenient))
		for name := range before {
			if math.Abs(after[name]-before[name]-1) > 1e-6 { // 5 points over 5 reviewers raise the level by 1
				t.Fatalf("seed %d: %s moved from %g to %g", seed, name, before[name], after[name])
			}
		}
	}
}

func TestRankSharesRanksOfUnbrokenTies(t *testing.T) {
	t.Parallel()
	candidate := func(reference string, adjusted, raw float64) scoring.Candidate {
		return scoring.Candidate{Nomination: reference, Reference: reference, Adjusted: model.RoundedDecimal(adjusted), Raw: model.RoundedDecimal(raw)}
	}
	candidates := []scoring.Candidate{candidate("c", 80, 79), candidate("b", 80, 79), candidate("a", 80, 81), candidate("d", 79.9999999, 79), candidate("e", 70, 70)}
	ranks := func(chain ...model.TieBreak) (found []string) {
		for _, p := range scoring.Rank(candidates, chain, "") {
			found = append(found, fmt.Sprintf("%d%s %t", p.Rank, p.Reference, p.Tied))
		}
		return found
	}
	// 79.9999999 is 80 to 6 decimals.
	if diff := cmp.Diff([]string{"1a true", "1b true", "1c true", "1d true", "5e false"}, ranks(model.TieBreakAdjustedScore)); diff != "" {
		t.Errorf("no chain (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1a false", "2b true", "2c true", "2d true", "5e false"}, ranks(model.TieBreakAdjustedScore, model.TieBreakRawScore)); diff != "" {
		t.Errorf("raw score (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1a false", "2b false", "3c false", "4d false", "5e false"}, ranks(model.TieBreakReference)); diff != "" {
		t.Errorf("reference (-want +got):\n%s", diff)
	}
}

// Methods note, section 11: seed text `cycle-2025|5dc9da79`.
func TestLotFollowsItsSeed(t *testing.T) {
	t.Parallel()
	var candidates []scoring.Candidate
	for _, reference := range []string{"nom-014", "nom-022", "nom-031"} {
		candidates = append(candidates, scoring.Candidate{Reference: reference})
	}
	var order []string
	for _, p := range scoring.Rank(candidates, []model.TieBreak{model.TieBreakLot}, "cycle-2025|5dc9da79") {
		order = append(order, p.Reference)
	}
	if diff := cmp.Diff([]string{"nom-031", "nom-014", "nom-022"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
