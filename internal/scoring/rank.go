package scoring

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"vinhdanh/model"
)

// Candidate is a nomination with what ties are broken by. Scores are compared as they are kept, to 6 decimals.
type Candidate struct {
	Nomination   string
	Reference    string
	Raw          model.Decimal
	Adjusted     model.Decimal
	ReformPoints model.Decimal
}

// Place is where a candidate came out. Equals share the rank of the first of them: 1, 1, 3.
type Place struct {
	Candidate
	Rank int
	Tied bool
}

// Rank orders candidates by adjusted score and then by the declared chain. What the chain leaves equal stays a tie,
// listed by reference.
func Rank(candidates []Candidate, chain []model.TieBreak, lotSeed string) []Place {
	compare := func(a, b Candidate) int {
		if c := b.Adjusted.Cmp(a.Adjusted.Decimal); c != 0 {
			return c
		}
		for _, step := range chain {
			if c := breakTie(step, a, b, lotSeed); c != 0 {
				return c
			}
		}
		return 0
	}
	sorted := slices.SortedFunc(slices.Values(candidates), func(a, b Candidate) int {
		return cmp.Or(compare(a, b), cmp.Compare(a.Reference, b.Reference))
	})
	places := make([]Place, len(sorted))
	for i, c := range sorted {
		places[i] = Place{Candidate: c, Rank: i + 1}
		if i > 0 && compare(sorted[i-1], c) == 0 {
			places[i].Rank, places[i].Tied, places[i-1].Tied = places[i-1].Rank, true, true
		}
	}
	return places
}

// breakTie compares two candidates by one step of the chain; negative puts a first.
func breakTie(step model.TieBreak, a, b Candidate, lotSeed string) int {
	switch step {
	case model.TieBreakRawScore:
		return b.Raw.Cmp(a.Raw.Decimal)
	case model.TieBreakReformPoints:
		return b.ReformPoints.Cmp(a.ReformPoints.Decimal)
	case model.TieBreakReference:
		return cmp.Compare(a.Reference, b.Reference)
	case model.TieBreakLot:
		return cmp.Compare(lot(lotSeed, a.Reference), lot(lotSeed, b.Reference))
	}
	return 0 // the adjusted score has been compared
}

// lot is the number a candidate draws: SHA-256 of seed, a bar and the reference.
func lot(seed, reference string) string {
	sum := sha256.Sum256([]byte(seed + "|" + reference))
	return hex.EncodeToString(sum[:])
}
