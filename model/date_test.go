package model_test

import (
	"testing"
	"time"

	"vinhdanh/model"
)

func TestDayBeginsInVietnam(t *testing.T) {
	t.Parallel()
	if got := model.DateOf(time.Date(2024, 12, 31, 17, 0, 0, 0, time.UTC)); got != "2025-01-01" {
		t.Error(got)
	}
	if got := model.DateOf(time.Date(2024, 12, 31, 16, 59, 59, 0, time.UTC)); got != "2024-12-31" {
		t.Error(got)
	}
}

func TestOnlyRealDaysAreDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"2024-02-29": true, "2023-02-29": false, "2024-13-01": false, "2024-1-1": false, "1899-12-31": false, "1900-01-01": true,
		"2199-12-31": true, "2200-01-01": false, "": false, "2024-01-01T00:00:00Z": false,
	} {
		if _, err := model.ParseDate(text); (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWholeMonthsCountBothDays(t *testing.T) {
	t.Parallel()
	for from, want := range map[model.Date]int{
		"2024-01-01": 12, "2024-01-02": 11, "2024-03-01": 10, "2024-03-02": 9, "2024-12-01": 1, "2024-12-02": 0, "2023-03-01": 22, "2025-01-01": 0, "2025-02-01": -1,
	} {
		if got := from.MonthsUntil("2024-12-31"); got != want {
			t.Errorf("from %s: %d, want %d", from, got, want)
		}
	}
}

func TestSpansOfDaysIncludeTheirEnds(t *testing.T) {
	t.Parallel()
	day := func(s model.Date) *model.Date { return &s }
	for _, c := range []struct {
		from, to any
		day      model.Date
		want     bool
	}{
		{model.Date("2024-01-01"), day("2024-01-31"), "2024-01-01", true},
		{model.Date("2024-01-01"), day("2024-01-31"), "2024-01-31", true},
		{model.Date("2024-01-01"), day("2024-01-31"), "2024-02-01", false},
		{model.Date("2024-01-01"), day("2024-01-31"), "2023-12-31", false},
		{model.Date("2024-01-01"), (*model.Date)(nil), "2199-01-01", true},
	} {
		from, to := c.from.(model.Date), c.to.(*model.Date)
		if c.day.Within(from, to) != c.want || model.Overlap(from, to, c.day, &c.day) != c.want {
			t.Errorf("%s in %s to %v: want %v", c.day, from, to, c.want)
		}
	}
}

func TestDecimalsAreExact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0.5": true, "-1": true, "93.812345": true, "0.1234567": false, "1e3": false, "": false, ".5": false, "5.": false, "NaN": false,
		"1234567890123": false, "+1": false, "1 000": false,
	} {
		if _, err := model.ParseDecimal(text); (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	sum := model.DecimalOf(0)
	for range 10 {
		sum = model.Decimal{Decimal: sum.Add(decimal(t, "0.1").Decimal)}
	}
	stored, err := sum.Value()
	if err != nil || stored != int64(1_000_000) {
		t.Errorf("ten tenths are stored as %v, %v", stored, err)
	}
}

func TestShareOfACouncilIsRoundedUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ numerator, denominator, of, want int }{
		{80, 100, 9, 8}, {2, 3, 9, 6}, {1, 2, 9, 5}, {4, 5, 10, 8}, {1, 1, 7, 7},
	} {
		if got := (model.Fraction{Numerator: c.numerator, Denominator: c.denominator}).Of(c.of); got != c.want {
			t.Errorf("%d/%d of %d: %d, want %d", c.numerator, c.denominator, c.of, got, c.want)
		}
	}
}
