package resolvers_test

import (
	"testing"
)

// The operations that matter, with everything below them that is looked up.
const (
	awardFields = `nodes { recipientName awardType { name } recipient { __typename ... on Person { fullName position { title organization { name } } } ... on Organization { name } }
		unit { name parent { name } } decision { number issuer { name } legalBases } campaign { title issuer { name } quotas { awardType { name } } } revocation { ground } }`
	nominationFields = `nodes { reference campaign { title } awardType { name } recipient { __typename ... on Person { fullName } } unit { name } submittedBy { name } ground { name } reformUnit { name }
		dossier { number organization { name } } history { act by } holds { reason } comments { body by } evidence { fileName url } eligibility { verdict findings { message remedy } }
		myConflict assignments { reviewer { fullName } } scoreSheets { reviewer { fullName } points { criterionCode points } } reformPoints ranking { rank rawScore } ballotResult { for } award { bonus } }`
)

// TestNoQueryPerRow counts the statements of long and short pages: they must not grow with the rows. A row of a kind that
// the short page lacks (a revoked award, a hold) may cost a statement more.
func TestNoQueryPerRow(t *testing.T) {
	t.Parallel()
	const slack = 3
	onBoth(t, played, func(t *testing.T, s *server) {
		s.token(secretary)
		for name, operation := range map[string]struct {
			query      string
			few, many  any
			rows       string
			atLeast    int
			statements int64
		}{
			"awards":      {`query($n: Int!) { awards(first: $n, filter: {campaignCode: "CCHC-2024"}) { ` + awardFields + ` } }`, 5, 60, "awards.nodes", 60, 24},
			"nominations": {`query($n: Int!) { nominations(first: $n, filter: {campaignCode: "CCHC-2024"}) { ` + nominationFields + ` } }`, 5, 95, "nominations.nodes", 95, 67},
			"ranking": {`query($n: RecipientKind!) { campaign(code: "CCHC-2024") { ranking(recipientKind: $n) { rank adjustedScore nomination { reference recipient { __typename ... on Person { fullName } }
				unit { name } scoreSheets { reviewer { fullName } } } } } }`, "COLLECTIVE", "INDIVIDUAL", "campaign.ranking", 78, 26},
		} {
			count := func(n any) (rows int, statements int64) {
				before := s.store.Statements()
				r := s.must(secretary, operation.query, map[string]any{"n": n})
				list, _ := r.at(operation.rows).([]any)
				return len(list), s.store.Statements() - before
			}
			_, few := count(operation.few)
			rows, many := count(operation.many)
			if rows < operation.atLeast {
				t.Errorf("%s: %d rows, want %d", name, rows, operation.atLeast)
			}
			if many > few+slack || many > operation.statements+slack {
				t.Errorf("%s: %d statements for %v, %d for %v", name, few, operation.few, many, operation.many)
			}
			t.Logf("%s: %d statements for %v, %d for %v (%d rows)", name, few, operation.few, many, operation.many, rows)
		}
	})
}
