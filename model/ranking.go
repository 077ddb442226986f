package model

// Ranking is how one kind of recipient came out when scoring closed. Statistics are kept to 6 decimals.
type Ranking struct {
	ID               string `bun:",pk"`
	CampaignID       string
	RecipientKind    RecipientKind
	Adjustment       Adjustment
	Sheets           int
	DegreesOfFreedom int
	Variance         *Decimal `bun:"residual_variance"`

	Effects []*ReviewerEffect `bun:"rel:has-many,join:id=ranking_id" audit:"-"`
}

// ResidualVariance is what neither nominations nor reviewers explain; nil when there are too few sheets to tell.
func (r *Ranking) ResidualVariance() *float64 { return r.Variance.statistic() }

// ReviewerEffect is how strict (below 0) or lenient (above 0) one reviewer was, in points.
type ReviewerEffect struct {
	RankingID  string  `bun:",pk"`
	ReviewerID string  `bun:",pk"`
	Estimate   Decimal `bun:"effect"`
	Sheets     int
}

// Effect is the estimate as a declared statistic.
func (e *ReviewerEffect) Effect() float64 { return e.Estimate.Float() }

// RankingEntry is one place in a ranking. Masked, it shows its rank alone.
type RankingEntry struct {
	NominationID string `bun:",pk"`
	RankingID    string
	Position     int
	Rank         int
	Tied         bool
	Raw          Decimal  `bun:"raw_score"`
	Adjusted     Decimal  `bun:"adjusted_score"`
	Error        *Decimal `bun:"standard_error"`
	Reform       Decimal  `bun:"reform_points"`
	SheetCount   int      `bun:"sheets"`

	// Masked hides all but the rank from a reader who is recused.
	Masked bool `bun:"-" audit:"-"`
}

// RawScore is the mean of the sheets as given.
func (e *RankingEntry) RawScore() *float64 { return unless(e.Masked, &e.Raw).statistic() }

// AdjustedScore is the same, freed from strict and lenient reviewers.
func (e *RankingEntry) AdjustedScore() *float64 { return unless(e.Masked, &e.Adjusted).statistic() }

// StandardError is that of the adjusted score.
func (e *RankingEntry) StandardError() *float64 { return unless(e.Masked, e.Error).statistic() }

// ReformPoints is the computed part of the score.
func (e *RankingEntry) ReformPoints() *Decimal { return unless(e.Masked, &e.Reform) }

// Sheets is how many sheets the scores rest on.
func (e *RankingEntry) Sheets() *int { return unless(e.Masked, &e.SheetCount) }

func (d *Decimal) statistic() *float64 {
	if d == nil {
		return nil
	}
	f := d.Float()
	return &f
}

func unless[T any](hidden bool, v *T) *T {
	if hidden {
		return nil
	}
	return v
}

// Shortlist picks the best of a ranking: as many as the quota and the count allow, not below the minimum score. listed are
// on the shortlist already. A tie across the cut is refused, since nothing says who of the equals goes on.
func Shortlist(ranked []*RankingEntry, quota *Quota, listed int, input ShortlistNominationsInput) ([]*RankingEntry, error) {
	places := 0
	if quota != nil {
		places = max(0, quota.Shortlist-listed)
	}
	if input.Count != nil {
		if *input.Count > places {
			return nil, BadInput("input.count", "score.above_quota", "count", *input.Count, "places", places)
		}
		places = *input.Count
	}
	best := ranked
	if input.MinimumScore != nil {
		for i, e := range ranked {
			if e.Adjusted.LessThan(input.MinimumScore.Decimal) {
				best = ranked[:i]
				break
			}
		}
	}
	if len(best) <= places {
		return best, nil
	}
	if places > 0 && best[places-1].Rank == best[places].Rank {
		return nil, Errorf(CodeConflict, "score.tie_at_cut", "rank", best[places].Rank, "places", places)
	}
	return best[:places], nil
}
