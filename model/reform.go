package model

import (
	"strings"
	"time"
)

// ReformIndicator is what is measured in administrative reform.
type ReformIndicator struct {
	ID        string `bun:",pk"`
	Code      string
	Name      string
	Unit      string
	MaxPoints Decimal
	Kind      ReformIndicatorKind
}

// ReformResult is one measured figure of one unit and year, in one revision.
type ReformResult struct {
	ID             string `bun:",pk"`
	OrganizationID string
	Year           int
	IndicatorID    string
	Value          Decimal
	Status         ReformResultStatus
	Source         string
	Revision       int
	Current        bool
	RecordedBy     *string
	RecordedAt     time.Time
	VerifiedBy     *string
	VerifiedAt     *time.Time
}

// The counts from which rates follow. Their codes are part of the format of a season.
const (
	IndicatorReceived = "dossiers_received"
	IndicatorOnline   = "dossiers_online"
	IndicatorOnTime   = "dossiers_on_time"
)

// indexPrefix begins the codes of the parts of the index of Decision 766/QĐ-TTg.
const indexPrefix = "qd766."

// InIndex says whether the indicator is part of the reform index.
func (i *ReformIndicator) InIndex() bool { return strings.HasPrefix(i.Code, indexPrefix) }

// Faults are what is wrong with a figure that cannot be: a fraction of a dossier, points over the maximum.
func (i *ReformIndicator) Faults(path string, value Decimal) []Violation {
	switch {
	case value.IsNegative():
		return []Violation{Violated(path, "reform.negative")}
	case i.Kind == ReformIndicatorKindCount && !value.IsInteger():
		return []Violation{Violated(path, "reform.not_whole")}
	case i.Kind == ReformIndicatorKindScore && value.GreaterThan(i.MaxPoints.Decimal):
		return []Violation{Violated(path, "reform.above_maximum", "value", value, "max", i.MaxPoints)}
	case value.GreaterThan(maxCount.Decimal):
		return []Violation{Violated(path, "reform.absurd", "max", maxCount)}
	}
	return nil
}

// CheckMeasured finds fault with a year in which the unit did not live, or that has not begun.
func (o *Organization) CheckMeasured(path string, year int, today Date) []Violation {
	first, end := o.History[0].ValidFrom, o.last().ValidTo
	if year < first.Year() || end != nil && year > end.Year() || year > today.Year() {
		return []Violation{Violated(path, "reform.year", "code", o.Code, "year", year)}
	}
	return nil
}

// maxCount is more dossiers than the whole country files in a year; sums stay far inside GraphQL's Int.
var maxCount = DecimalOf(20_000_000)

// CheckCounts finds fault with the count of an indicator that contradicts the others of its unit and year. values are by
// indicator code.
func CheckCounts(path, indicator string, values map[string]Decimal) []Violation {
	received, known := values[IndicatorReceived]
	var faults []Violation
	for _, part := range []string{IndicatorOnline, IndicatorOnTime} {
		value, given := values[part]
		if given && known && value.GreaterThan(received.Decimal) && (indicator == part || indicator == IndicatorReceived) {
			faults = append(faults, Violated(path, "reform.part_above_whole", "part", part, "value", value, "received", received))
		}
	}
	return faults
}

// Verify marks the figure as checked by a second person.
func (r *ReformResult) Verify(by Actor, now time.Time) error {
	switch {
	case !by.Serves(r.OrganizationID) && !by.covers(RoleApprover, r.OrganizationID):
		return Errorf(CodeForbidden, "reform.foreign_unit")
	case !r.Current:
		return Errorf(CodeConflict, "reform.superseded")
	case r.Status == ReformResultStatusVerified:
		return Errorf(CodeConflict, "reform.already_verified")
	case r.RecordedBy != nil && (*r.RecordedBy == by.AccountID || *r.RecordedBy == by.ActingForID):
		return Errorf(CodeForbidden, "reform.own_record")
	}
	account := by.AccountID
	r.Status, r.VerifiedBy, r.VerifiedAt = ReformResultStatusVerified, &account, &now
	return nil
}

// IndexOf adds up the verified parts of the index. results are the current figures of one unit and year by indicator.
func IndexOf(indicators []*ReformIndicator, results map[string]*ReformResult) *ReformIndex {
	index := &ReformIndex{Points: DecimalOf(0), MaxPoints: DecimalOf(0), Missing: []string{}}
	for _, i := range indicators {
		if !i.InIndex() {
			continue
		}
		index.MaxPoints = Decimal{index.MaxPoints.Add(i.MaxPoints.Decimal)}
		result := results[i.ID]
		if result == nil || result.Status != ReformResultStatusVerified {
			index.Missing = append(index.Missing, i.Code)
			if result != nil {
				index.Provisional = append(index.Provisional, i.Code)
			}
			continue
		}
		index.Points = Decimal{index.Points.Add(result.Value.Decimal)}
	}
	index.Complete = len(index.Missing) == 0 && index.MaxPoints.IsPositive()
	return index
}

// AddFigure adds one count to the figures.
func (f *ReformFigures) AddFigure(code string, r *ReformResult) {
	n := int(r.Value.IntPart())
	switch code {
	case IndicatorReceived:
		f.Received += n
	case IndicatorOnline:
		f.Online += n
	case IndicatorOnTime:
		f.OnTime += n
	default:
		return
	}
	if r.Status == ReformResultStatusProvisional {
		f.Provisional++
	}
}

// Rates derives the percentages from the counts, to one decimal, half up.
func (f *ReformFigures) Rates() {
	if f.Received == 0 {
		return
	}
	rate := func(n int) *Decimal {
		whole := DecimalOf(int64(f.Received)).Decimal
		return &Decimal{DecimalOf(int64(n)).Mul(DecimalOf(100).Decimal).DivRound(whole, 1)}
	}
	f.OnlineRate, f.OnTimeRate = rate(f.Online), rate(f.OnTime)
}

// Group puts a direct child into the group of its kind.
func (s *ReformSummary) Group(child *Organization) {
	for _, g := range s.Groups {
		if g.Kind == child.Kind {
			g.Organizations = append(g.Organizations, child)
			return
		}
	}
	s.Groups = append(s.Groups, &ReformSummaryGroup{Kind: child.Kind, Organizations: []*Organization{child}})
}
