// Package scoring makes the scores of strict and lenient reviewers comparable and ranks by them. It is pure: sheets in,
// ranking out, nothing stored.
//
// The model is additive: a sheet's total is the quality of the nomination plus the effect of the reviewer plus chance,
// fitted by least squares with effects that add up to 0 (incomplete blocks, Fisher; additive reviewer calibration as used
// for conference reviewing, Lawrence 2014; Ge, Welling & Ghahramani).
package scoring

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"
	"gonum.org/v1/gonum/mat"

	"vinhdanh/model"
)

// Sheet is one reviewer's total for one nomination, computed criteria included.
type Sheet struct {
	Nomination string
	Reviewer   string
	Total      model.Decimal
}

// Effect is how strict (below 0) or lenient (above 0) a reviewer was, in points.
type Effect struct {
	Reviewer string
	Estimate float64
	Sheets   int
}

// Score is what the sheets say of one nomination.
type Score struct {
	Nomination string
	Raw        float64
	Adjusted   float64
	// StandardError is that of Adjusted; nil without degrees of freedom.
	StandardError *float64
	Sheets        int
}

// Fit is the outcome of the model.
type Fit struct {
	Scores           []Score
	Effects          []Effect
	DegreesOfFreedom int
	// Variance is the residual variance s²; nil without degrees of freedom.
	Variance *float64
}

// FitSheets fits the sheets of one kind of recipient. Nominations without sheets have no score. When reviewers and
// nominations fall apart into groups without a common member, no method can compare across them: NOT_COMPARABLE, with
// the groups.
func FitSheets(sheets []Sheet, adjustment model.Adjustment) (*Fit, error) {
	if len(sheets) == 0 {
		return &Fit{}, nil
	}
	d := newDesign(sheets)
	if groups := d.components(); len(groups) > 1 {
		return nil, model.Errorf(model.CodeNotComparable, "score.not_comparable", "count", len(groups), "groups", groups)
	}
	if adjustment == model.AdjustmentNone {
		return d.plain(), nil
	}
	return d.leastSquares(), nil
}

// design is who scored what, by index.
type design struct {
	nominations, reviewers []string
	sheets                 []cell
	// of lists the sheets of each nomination.
	of [][]cell
}

type cell struct {
	nomination, reviewer int
	total                decimal.Decimal
	y                    float64
}

func newDesign(sheets []Sheet) *design {
	d := &design{}
	for _, s := range sheets {
		d.nominations = append(d.nominations, s.Nomination)
		d.reviewers = append(d.reviewers, s.Reviewer)
	}
	d.nominations = slices.Compact(slices.Sorted(slices.Values(d.nominations)))
	d.reviewers = slices.Compact(slices.Sorted(slices.Values(d.reviewers)))
	d.of = make([][]cell, len(d.nominations))
	for _, s := range sheets {
		i, _ := slices.BinarySearch(d.nominations, s.Nomination)
		j, _ := slices.BinarySearch(d.reviewers, s.Reviewer)
		c := cell{i, j, s.Total.Decimal, s.Total.Float()}
		d.sheets, d.of[i] = append(d.sheets, c), append(d.of[i], c)
	}
	return d
}

// components are the groups of nominations that share reviewers, directly or through others; one group is connected.
func (d *design) components() [][]string {
	parent := make([]int, len(d.nominations)+len(d.reviewers))
	for i := range parent {
		parent[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		if parent[i] != i {
			parent[i] = root(parent[i])
		}
		return parent[i]
	}
	for _, c := range d.sheets {
		parent[root(len(d.nominations)+c.reviewer)] = root(c.nomination)
	}
	groups := map[int][]string{}
	var order []int
	for i, name := range d.nominations {
		r := root(i)
		if groups[r] == nil {
			order = append(order, r)
		}
		groups[r] = append(groups[r], name)
	}
	found := make([][]string, len(order))
	for i, r := range order {
		found[i] = groups[r]
	}
	return found
}

// rawMean is the exact mean of a nomination's sheets, converted once.
func rawMean(cells []cell) float64 {
	sum := decimal.Zero
	for _, c := range cells {
		sum = sum.Add(c.total)
	}
	return sum.DivRound(decimal.NewFromInt(int64(len(cells))), 12).InexactFloat64()
}

func (d *design) plain() *Fit {
	fit := &Fit{}
	for i, name := range d.nominations {
		raw := rawMean(d.of[i])
		fit.Scores = append(fit.Scores, Score{Nomination: name, Raw: raw, Adjusted: raw, Sheets: len(d.of[i])})
	}
	return fit
}

// leastSquares eliminates the nominations and solves for the reviewers (methods: L b = r with Σ b = 0, as
// (L + 11ᵀ/J) b = r; f_i is the mean of y − b over the sheets of i).
func (d *design) leastSquares() *Fit {
	J := len(d.reviewers)
	laplacian, r := d.normalEquations()
	inverse := mat.NewSymDense(J, nil)
	var cholesky mat.Cholesky
	cholesky.Factorize(laplacian)
	_ = cholesky.InverseTo(inverse) // positive definite, since the design is connected
	b := mat.NewVecDense(J, nil)
	b.MulVec(inverse, r)

	fit := &Fit{DegreesOfFreedom: len(d.sheets) - len(d.nominations) - J + 1}
	for i, name := range d.nominations {
		score := Score{Nomination: name, Raw: rawMean(d.of[i]), Sheets: len(d.of[i])}
		shift := 0.0
		for _, c := range d.of[i] {
			shift += b.AtVec(c.reviewer)
		}
		score.Adjusted = score.Raw - shift/float64(len(d.of[i]))
		fit.Scores = append(fit.Scores, score)
	}
	counts := d.sheetsPerReviewer()
	for j, name := range d.reviewers {
		fit.Effects = append(fit.Effects, Effect{Reviewer: name, Estimate: b.AtVec(j), Sheets: counts[j]})
	}
	d.addErrors(fit, b, inverse)
	return fit
}

// normalEquations are L + 11ᵀ/J and r, the deviations of each reviewer from the means of the nominations scored.
func (d *design) normalEquations() (*mat.SymDense, *mat.VecDense) {
	J := len(d.reviewers)
	l, r := mat.NewSymDense(J, nil), mat.NewVecDense(J, nil)
	add := func(j, k int, v float64) { l.SetSym(j, k, l.At(j, k)+v) }
	for j := range J {
		for k := j; k < J; k++ {
			add(j, k, 1/float64(J))
		}
	}
	for _, cells := range d.of {
		mean, n := rawMean(cells), float64(len(cells))
		for x, c := range cells {
			add(c.reviewer, c.reviewer, 1-1/n)
			for _, other := range cells[x+1:] {
				add(c.reviewer, other.reviewer, -1/n)
			}
			r.SetVec(c.reviewer, r.AtVec(c.reviewer)+c.y-mean)
		}
	}
	return l, r
}

// addErrors derives s² from the residuals, and the standard error of each score: s²(1/n + aᵀ L⁺ a), where a has 1/n for
// each reviewer of the nomination. L⁺ = inverse − 11ᵀ/J.
func (d *design) addErrors(fit *Fit, b *mat.VecDense, inverse *mat.SymDense) {
	if fit.DegreesOfFreedom <= 0 {
		return
	}
	sse := 0.0
	for _, c := range d.sheets {
		residual := c.y - fit.Scores[c.nomination].Adjusted - b.AtVec(c.reviewer)
		sse += residual * residual
	}
	variance := sse / float64(fit.DegreesOfFreedom)
	fit.Variance = &variance
	J := float64(len(d.reviewers))
	for i, cells := range d.of {
		n, spread := float64(len(cells)), 0.0
		for _, c := range cells {
			for _, other := range cells {
				spread += inverse.At(c.reviewer, other.reviewer) - 1/J
			}
		}
		se := math.Sqrt(variance * (1/n + spread/(n*n)))
		fit.Scores[i].StandardError = &se
	}
}

func (d *design) sheetsPerReviewer() []int {
	counts := make([]int, len(d.reviewers))
	for _, c := range d.sheets {
		counts[c.reviewer]++
	}
	return counts
}
