package store

import "testing"

func TestRecordNamesFieldsAsTheSchemaDoes(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{"ID": "id", "PersonID": "personId", "SHA256": "sha256", "ValidFrom": "validFrom", "BallotRoundID": "ballotRoundId", "Year": "year"} {
		if got := schemaName(field); got != want {
			t.Errorf("%s: %s, want %s", field, got, want)
		}
	}
}
