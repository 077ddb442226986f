// Package assignment gives nominations to reviewers: the same number each, around conflicts, with equal load, and so
// that all reviewers can be compared. It is pure and repeatable: the same input gives the same assignment.
package assignment

import (
	"cmp"
	"slices"

	"vinhdanh/model"
)

// Problem is what has to be assigned.
type Problem struct {
	Nominations []string
	Reviewers   []string
	// Kind is among which nominations scores are compared; nil compares all.
	Kind func(nomination string) string
	// Load is what reviewers have to score beside these nominations.
	Load map[string]int
	// Each is how many reviewers a nomination gets.
	Each int
	// Barred says who may not score what.
	Barred func(nomination, reviewer string) bool
	// Given are assignments that stay.
	Given []Pair
}

// Pair is one assignment.
type Pair struct{ Nomination, Reviewer string }

// Solve fills up every nomination. It refuses when a nomination has fewer permitted reviewers than it needs, naming it.
func Solve(p Problem) ([]Pair, error) {
	s := newState(p)
	for _, n := range s.order() {
		if err := s.fill(n); err != nil {
			return nil, err
		}
	}
	for s.balance() {
	}
	for s.connect() {
	}
	return s.added(), nil
}

// state is an assignment under way: who scores what, by index.
type state struct {
	Problem
	given  map[[2]int]bool
	scores []map[int]bool // of each nomination, its reviewers
	load   []int          // of each reviewer
	kinds  int
}

func newState(p Problem) *state {
	p.Nominations, p.Reviewers = slices.Sorted(slices.Values(p.Nominations)), slices.Sorted(slices.Values(p.Reviewers))
	s := &state{Problem: p, given: map[[2]int]bool{}, scores: make([]map[int]bool, len(p.Nominations)), load: make([]int, len(p.Reviewers))}
	for i := range s.scores {
		s.scores[i] = map[int]bool{}
	}
	for i, r := range p.Reviewers {
		s.load[i] = p.Load[r]
	}
	if s.Kind == nil {
		s.Kind = func(string) string { return "" }
	}
	kinds := map[string]bool{}
	for _, n := range p.Nominations {
		kinds[s.Kind(n)] = true
	}
	s.kinds = len(kinds)
	for _, pair := range p.Given {
		n, known := slices.BinarySearch(p.Nominations, pair.Nomination)
		r, seated := slices.BinarySearch(p.Reviewers, pair.Reviewer)
		if known && seated {
			s.given[[2]int{n, r}] = true
			s.assign(n, r)
		}
	}
	return s
}

func (s *state) assign(n, r int) {
	s.scores[n][r] = true
	s.load[r]++
}

func (s *state) release(n, r int) {
	delete(s.scores[n], r)
	s.load[r]--
}

// open says whether a reviewer may be given a nomination not yet given.
func (s *state) open(n, r int) bool {
	return !s.scores[n][r] && !s.Barred(s.Nominations[n], s.Reviewers[r])
}

// order begins with the nominations that have the fewest permitted reviewers.
func (s *state) order() []int {
	permitted := make([]int, len(s.Nominations))
	order := make([]int, len(s.Nominations))
	for n := range s.Nominations {
		order[n] = n
		for r := range s.Reviewers {
			if !s.Barred(s.Nominations[n], s.Reviewers[r]) {
				permitted[n]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(permitted[a], permitted[b]) })
	return order
}

// fill gives a nomination to its least loaded permitted reviewers, taking turns so that pairs of reviewers mix.
func (s *state) fill(n int) error {
	for len(s.scores[n]) < s.Each {
		best := -1
		for k := range s.Reviewers {
			r := (n + k) % len(s.Reviewers)
			if s.open(n, r) && (best < 0 || s.load[r] < s.load[best]) {
				best = r
			}
		}
		if best < 0 {
			return model.Errorf(model.CodeConflict, "assignment.too_few", "nomination", s.Nominations[n], "needed", s.Each, "found", len(s.scores[n]))
		}
		s.assign(n, best)
	}
	return nil
}

// balance moves load along one path from a reviewer to another with at least two fewer. When no such path is left, the
// loads are as equal as the conflicts allow (as for optimal semi-matchings).
func (s *state) balance() bool {
	for _, from := range s.heaviestFirst() {
		via := make([]*[2]int, len(s.Reviewers)) // nomination and reviewer through which each was reached
		reached := []int{from}
		for at := 0; at < len(reached); at++ {
			r := reached[at]
			for n := range s.Nominations {
				if !s.scores[n][r] || s.given[[2]int{n, r}] {
					continue
				}
				for to := range s.Reviewers {
					if to == from || via[to] != nil || !s.open(n, to) {
						continue
					}
					via[to] = &[2]int{n, r}
					reached = append(reached, to)
					if s.load[to] <= s.load[from]-2 {
						s.shift(from, to, via)
						return true
					}
				}
			}
		}
	}
	return false
}

// shift passes one nomination along each step of the path.
func (s *state) shift(from, to int, via []*[2]int) {
	for r := to; r != from; {
		n, before := via[r][0], via[r][1]
		s.release(n, before)
		s.assign(n, r)
		r = before
	}
}

func (s *state) heaviestFirst() []int {
	order := make([]int, len(s.Reviewers))
	for r := range order {
		order[r] = r
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s.load[b], s.load[a]) })
	return order
}

// connect swaps two assignments between groups of nominations of one kind that share no reviewer, keeping all loads, so
// that fewer groups are left. It reports whether it did.
func (s *state) connect() bool {
	group, groups := s.groups()
	if groups == s.kinds {
		return false
	}
	for n := range s.Nominations {
		for m := range s.Nominations {
			if group[n] >= group[m] || !s.comparable(n, m) {
				continue
			}
			for a := range s.Reviewers {
				for b := range s.Reviewers {
					if s.swap(n, a, m, b, groups) {
						return true
					}
				}
			}
		}
	}
	return false
}

// swap gives n from a to b and m from b to a, if that is allowed and leaves fewer groups.
func (s *state) swap(n, a, m, b, groups int) bool {
	if !s.scores[n][a] || !s.scores[m][b] || s.given[[2]int{n, a}] || s.given[[2]int{m, b}] || !s.open(n, b) || !s.open(m, a) {
		return false
	}
	change := func(from1, to1, from2, to2 int) {
		s.release(n, from1)
		s.assign(n, to1)
		s.release(m, from2)
		s.assign(m, to2)
	}
	change(a, b, b, a)
	if _, left := s.groups(); left < groups {
		return true
	}
	change(b, a, a, b)
	return false
}

// comparable says whether the scores of two nominations are compared.
func (s *state) comparable(n, m int) bool {
	return s.Kind(s.Nominations[n]) == s.Kind(s.Nominations[m])
}

// groups numbers the connected groups of nominations, each of one kind.
func (s *state) groups() (of []int, count int) {
	of = make([]int, len(s.Nominations))
	for n := range of {
		of[n] = -1
	}
	for start := range s.Nominations {
		if of[start] >= 0 {
			continue
		}
		queue, seen := []int{start}, make([]bool, len(s.Reviewers))
		of[start] = count
		for len(queue) > 0 {
			n := queue[0]
			queue = queue[1:]
			for r := range s.scores[n] {
				if seen[r] {
					continue
				}
				seen[r] = true
				for m := range s.Nominations {
					if s.scores[m][r] && of[m] < 0 && s.comparable(n, m) {
						of[m] = count
						queue = append(queue, m)
					}
				}
			}
		}
		count++
	}
	return of, count
}

// added lists what was not given, by nomination and reviewer.
func (s *state) added() []Pair {
	var pairs []Pair
	for n, reviewers := range s.scores {
		for r := range s.Reviewers {
			if reviewers[r] && !s.given[[2]int{n, r}] {
				pairs = append(pairs, Pair{s.Nominations[n], s.Reviewers[r]})
			}
		}
	}
	return pairs
}
