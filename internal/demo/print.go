package demo

import (
	"fmt"
	"io"
	"strings"
)

// Print tells what came of the season and who can sign in.
func (r *Result) Print(out io.Writer) {
	fmt.Fprintf(out, "\n%s\nDecision %s: %d collectives and %d individuals, bonus %s đồng\n", r.Campaign, r.Decision, r.Collectives, r.Individuals, thousands(int64(r.Bonus)))
	fmt.Fprintf(out, "%d nominations were ineligible, %d held. First in the ranking:\n", r.Ineligible, r.Held)
	for _, line := range r.Best {
		fmt.Fprintln(out, "  "+line)
	}
	fmt.Fprintf(out, "Played in %.1f s.\n\nDemo accounts (password %s):\n", r.Took.Seconds(), Password)
	for _, a := range r.Accounts {
		fmt.Fprintf(out, "  %-12s %-26s %s\n", a.Username, a.Role, a.Name)
	}
}

// thousands groups digits by dots, as amounts are written in Vietnam.
func thousands(n int64) string {
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(d)
	}
	return b.String()
}
