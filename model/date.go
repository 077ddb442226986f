package model

import (
	"fmt"
	"io"
	"time"
)

// Saigon is the time zone in which days begin and end. Vietnam keeps UTC+7 all year.
var Saigon = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Date is a calendar day in Vietnam as YYYY-MM-DD. As text it sorts and compares as days do.
type Date string

// DateOf is the day on which an instant falls in Vietnam.
func DateOf(t time.Time) Date { return Date(t.In(Saigon).Format(time.DateOnly)) }

// ParseDate reads YYYY-MM-DD in the years 1900 to 2199.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return "", BadInput("", "date.invalid", "value", s)
	}
	return Date(s), nil
}

// YearEnd is 31 December of a year.
func YearEnd(year int) Date { return Date(fmt.Sprintf("%04d-12-31", year)) }

// YearStart is 1 January of a year.
func YearStart(year int) Date { return Date(fmt.Sprintf("%04d-01-01", year)) }

// Time is the first instant of the day in Vietnam.
func (d Date) Time() time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, string(d), Saigon)
	return t
}

// Year is the calendar year.
func (d Date) Year() int { return d.Time().Year() }

// AddDays moves by whole days.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// MonthsUntil counts the whole months from d to end, both days included: 1 March to 31 December are 10, 2 March to
// 31 December are 9.
func (d Date) MonthsUntil(end Date) int {
	from, to := d.Time(), end.AddDays(1).Time()
	months := (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
	if to.Day() < from.Day() {
		months--
	}
	return months
}

// Within says whether the day lies between from and to, both included; nil is open.
func (d Date) Within(from Date, to *Date) bool {
	return d >= from && (to == nil || d <= *to)
}

// Overlap says whether two spans of days share a day; nil is open.
func Overlap(from Date, to *Date, otherFrom Date, otherTo *Date) bool {
	return (otherTo == nil || from <= *otherTo) && (to == nil || otherFrom <= *to)
}

// MarshalGQL writes the day as a string.
func (d Date) MarshalGQL(w io.Writer) { fmt.Fprintf(w, "%q", string(d)) }

// UnmarshalGQL reads a day from a client.
func (d *Date) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return BadInput("", "date.invalid", "value", fmt.Sprint(v))
	}
	day, err := ParseDate(s)
	*d = day
	return err
}
