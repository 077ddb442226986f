package season_test

import (
	"testing"

	"vinhdanh/internal/season"
)

func TestReferenceDataReadsWithoutFault(t *testing.T) {
	t.Parallel()
	s, errors := season.Read(season.Reference())
	for _, e := range errors {
		t.Errorf("%s:%d: %s %v", e.File, e.Line, e.Key, e.Args)
	}
	if len(s.Nominations) != 99 || len(s.Scores) != 1395 || len(s.Ballots) != 71 {
		t.Errorf("read %d nominations, %d scores, %d ballots", len(s.Nominations), len(s.Scores), len(s.Ballots))
	}
	c, errors := season.ReadCatalogue()
	for _, e := range errors {
		t.Errorf("%s:%d: %s %v", e.File, e.Line, e.Key, e.Args)
	}
	if len(c.AwardTypes) == 0 || len(c.EligibilityRules) == 0 {
		t.Error("the catalogue is empty")
	}
}
