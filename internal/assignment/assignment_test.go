package assignment_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vinhdanh/internal/assignment"
	"vinhdanh/internal/scoring"
	"vinhdanh/model"
)

func names(prefix string, n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("%s%03d", prefix, i+1))
	}
	return list
}

// Methods note, section 10: 4 nominations of 2, load 2, three conflicts; a greedy pass can fail.
func TestTheVectorOfTheMethodsNote(t *testing.T) {
	t.Parallel()
	conflicts := []assignment.Pair{{Nomination: "N001", Reviewer: "J001"}, {Nomination: "N001", Reviewer: "J002"}, {Nomination: "N002", Reviewer: "J003"}}
	problem := assignment.Problem{Nominations: names("N", 4), Reviewers: names("J", 4), Each: 2,
		Barred: func(n, r string) bool { return slices.Contains(conflicts, assignment.Pair{Nomination: n, Reviewer: r}) }}
	pairs, err := assignment.Solve(problem)
	if err != nil {
		t.Fatal(err)
	}
	check(t, problem, pairs, 0)

	conflicts = append(conflicts, assignment.Pair{Nomination: "N001", Reviewer: "J004"})
	_, err = assignment.Solve(problem)
	if model.CodeOf(err) != model.CodeConflict {
		t.Fatalf("%v, want a refusal", err)
	}
	if diff := cmp.Diff("N001", refusal(t, err).Args["nomination"]); diff != "" {
		t.Errorf("bottleneck (-want +got):\n%s", diff)
	}
}

func refusal(t *testing.T, err error) *model.Error {
	t.Helper()
	found, ok := errors.AsType[*model.Error](err)
	if !ok {
		t.Fatalf("%v is no refusal", err)
	}
	return found
}

// check holds an assignment against everything that is promised: full, permitted, nobody twice, loads within slack of
// equal, and one group.
func check(t *testing.T, p assignment.Problem, pairs []assignment.Pair, slack int) {
	t.Helper()
	per, load := map[string]int{}, map[string]int{}
	var sheets []scoring.Sheet
	seen := map[assignment.Pair]bool{}
	for _, pair := range append(slices.Clone(p.Given), pairs...) {
		if seen[pair] {
			t.Fatalf("%v comes twice", pair)
		}
		seen[pair] = true
		per[pair.Nomination]++
		load[pair.Reviewer]++
		sheets = append(sheets, scoring.Sheet{Nomination: pair.Nomination, Reviewer: pair.Reviewer})
	}
	for _, pair := range pairs {
		if p.Barred(pair.Nomination, pair.Reviewer) {
			t.Fatalf("%v is barred", pair)
		}
	}
	low, high := len(pairs), 0
	for _, r := range p.Reviewers {
		low, high = min(low, load[r]), max(high, load[r])
	}
	for _, n := range p.Nominations {
		if per[n] != p.Each {
			t.Fatalf("%s has %d reviewers, want %d", n, per[n], p.Each)
		}
	}
	if high-low > 1+slack {
		t.Errorf("loads run from %d to %d", low, high)
	}
	if _, err := scoring.FitSheets(sheets, model.AdjustmentLeastSquares); err != nil {
		t.Errorf("not comparable: %v", err)
	}
}

func TestAssignmentsAreFullFairAndConnected(t *testing.T) {
	t.Parallel()
	solved := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 3))
		reviewers := 4 + rng.IntN(9)
		p := assignment.Problem{Nominations: names("N", 8+rng.IntN(80)), Reviewers: names("J", reviewers), Each: 2 + rng.IntN(reviewers/2)}
		// Each reviewer is barred from the nominations of one of many units.
		units := map[string]int{}
		for _, n := range append(slices.Clone(p.Nominations), p.Reviewers...) {
			units[n] = rng.IntN(15)
		}
		p.Barred = func(n, r string) bool { return units[n] == units[r] && units[n] < 10 }
		pairs, err := assignment.Solve(p)
		if err != nil {
			continue // more members of one unit than the rest can make up for
		}
		solved++
		check(t, p, pairs, 0)
		again, _ := assignment.Solve(p)
		if diff := cmp.Diff(pairs, again); diff != "" {
			t.Fatalf("seed %d is not repeatable:\n%s", seed, diff)
		}
	}
	if solved < 20 {
		t.Errorf("only %d of 40 problems could be solved", solved)
	}
}

func TestGroupsThatShareNobodyAreJoined(t *testing.T) {
	t.Parallel()
	// Taking turns would put J1, J2 on one half and J3, J4 on the other; what is given already does.
	p := assignment.Problem{Nominations: names("N", 6), Reviewers: names("J", 4), Each: 2, Barred: func(string, string) bool { return false },
		Given: []assignment.Pair{{"N001", "J001"}, {"N001", "J002"}, {"N002", "J003"}, {"N002", "J004"}}}
	pairs, err := assignment.Solve(p)
	if err != nil {
		t.Fatal(err)
	}
	check(t, p, pairs, 0)
}
