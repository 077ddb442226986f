package store

import (
	"bytes"
	"context"

	"golang.org/x/text/unicode/norm"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// overlapping finds versions of one thing of which two hold on the same day. what are the columns that say what it is.
func overlapping(table, id, what string) string {
	return `SELECT earlier.` + id + ` FROM ` + table + ` AS earlier JOIN ` + table + ` AS later ON ` + what + ` AND later.valid_from > earlier.valid_from
		WHERE earlier.valid_to IS NULL OR earlier.valid_to >= later.valid_from`
}

// registryInvariants are about units, people, logins and the law.
var registryInvariants = []invariant{
	{claim: "every unit has a name and a kind on its days", advice: "Enter the missing version of the unit from a backup.",
		broken: `SELECT id FROM organizations WHERE NOT EXISTS (SELECT 1 FROM organization_versions AS version WHERE version.organization_id = organizations.id)`},
	{claim: "a unit has one name and one place on any day", advice: "End the earlier version the day before the later one begins.",
		broken: overlapping("organization_versions", "organization_id", "later.organization_id = earlier.organization_id")},
	{claim: "no unit lies below itself on any day", advice: "Move one of the units of the circle to where it belongs.",
		broken: `WITH RECURSIVE line (root, id, valid_from, valid_to, depth) AS (
				SELECT organization_id, parent_id, valid_from, COALESCE(valid_to, '9999-12-31'), 1 FROM organization_versions WHERE parent_id IS NOT NULL
				UNION
				SELECT line.root, version.parent_id, CASE WHEN version.valid_from > line.valid_from THEN version.valid_from ELSE line.valid_from END,
					CASE WHEN version.valid_to < line.valid_to THEN version.valid_to ELSE line.valid_to END, line.depth + 1
				FROM line JOIN organization_versions AS version ON version.organization_id = line.id
				WHERE version.parent_id IS NOT NULL AND line.id <> line.root AND line.depth < 32
					AND version.valid_from <= line.valid_to AND (version.valid_to IS NULL OR version.valid_to >= line.valid_from)
			) SELECT DISTINCT root FROM line WHERE id = root`},
	{claim: "units are found by the name they have", advice: "Rename the unit to the name it has: that writes the searched form anew.", inspect: foldedUnits},
	{claim: "a person holds one position on any day", advice: "End the earlier position the day before the later one begins.",
		broken: overlapping("positions", "person_id", "later.person_id = earlier.person_id")},
	{claim: "people are found and sorted by the name they have", advice: "Update the person with the same name: that writes the searched form anew.", inspect: foldedPeople},
	{claim: "logins are written in lower case", advice: "Rename the login in the database; nobody can sign in with it.",
		broken: `SELECT id FROM accounts WHERE username <> lower(username) OR username <> trim(username)`},
	{claim: "nobody administers who also scores, votes or decides", advice: "Revoke one of the two roles.",
		broken: `SELECT admin.id FROM role_grants AS admin WHERE admin.role = 'ADMIN' AND (admin.valid_to IS NULL OR admin.valid_to >= admin.valid_from) AND EXISTS (
			SELECT 1 FROM role_grants AS other WHERE other.account_id = admin.account_id AND other.role = 'APPROVER'
				AND (other.valid_to IS NULL OR other.valid_to >= other.valid_from AND other.valid_to >= admin.valid_from)
				AND (admin.valid_to IS NULL OR admin.valid_to >= other.valid_from))`},
	{claim: "no delegation lasts more than a year and a day", advice: "End the delegation and make a shorter one.", inspect: longDelegations},
	{claim: "one base salary holds on any day", advice: "Correct the reference data of the program.",
		broken: overlapping("base_salaries", "id", "later.id <> earlier.id")},
	{claim: "one coefficient holds for an award on any day", advice: "Correct the reference data of the program.",
		broken: overlapping("bonus_coefficients", "id", "later.award_type_id = earlier.award_type_id AND later.recipient_kind = earlier.recipient_kind")},
}

func foldedUnits(ctx context.Context, in *inspection) error {
	return every(ctx, in, `SELECT version.id, version.name, version.folded, organization.code FROM organization_versions AS version
		JOIN organizations AS organization ON organization.id = version.organization_id`, func(v *struct{ ID, Name, Folded, Code string }) {
		if v.Folded != foldOrganization(v.Code, v.Name) || !norm.NFC.IsNormalString(v.Name) {
			in.breaks(v.ID)
		}
	})
}

func foldedPeople(ctx context.Context, in *inspection) error {
	return every(ctx, in, `SELECT id, code, full_name, folded, sort_key FROM people`, func(found *model.Person) {
		want := model.Person{Code: found.Code}
		nameOf(&want, found.FullName)
		if found.Folded != want.Folded || !bytes.Equal(found.SortKey, want.SortKey) || !norm.NFC.IsNormalString(found.FullName) {
			in.breaks(found.ID)
		}
	})
}

// foldedAwards holds what awards are searched and sorted by against the name they state.
func foldedAwards(ctx context.Context, in *inspection) error {
	return every(ctx, in, `SELECT id, recipient_kind, recipient_name, recipient_folded, recipient_sort FROM awards`, func(a *model.Award) {
		key := names.PlainKey
		if a.RecipientKind == model.RecipientKindIndividual {
			key = names.PersonKey
		}
		if a.RecipientFolded != names.Fold(a.RecipientName) || !bytes.Equal(a.RecipientSort, key(a.RecipientName)) || !norm.NFC.IsNormalString(a.RecipientName) {
			in.breaks(a.ID)
		}
	})
}

func longDelegations(ctx context.Context, in *inspection) error {
	return every(ctx, in, `SELECT id, valid_from, valid_to FROM delegations`, func(d *model.Delegation) {
		if d.TooLong() {
			in.breaks(d.ID)
		}
	})
}

// reformInvariants are about measured figures.
var reformInvariants = []invariant{
	{claim: "figures are revised one by one, and the last revision counts", advice: "Compare with a backup; mark the last revision as the current one.",
		broken: `SELECT min(id) FROM reform_results GROUP BY organization_id, year, indicator_id
			HAVING min(revision) <> 1 OR max(revision) <> count(*) OR sum(CASE WHEN current THEN 1 ELSE 0 END) <> 1
				OR max(CASE WHEN current THEN revision ELSE 0 END) <> max(revision)`},
	{claim: "verified figures say when, and were verified by a second person", advice: "Have the figure recorded and verified anew.",
		broken: `SELECT id FROM reform_results WHERE (status = 'VERIFIED') <> (verified_at IS NOT NULL) OR verified_by = recorded_by`},
	{claim: "figures lie on the scale of their indicator", advice: "Have the figure recorded anew.",
		broken: `SELECT result.id FROM reform_results AS result JOIN reform_indicators AS indicator ON indicator.id = result.indicator_id
			WHERE indicator.kind = 'COUNT' AND result.value % 1000000 <> 0 OR indicator.kind = 'SCORE' AND result.value > indicator.max_points`},
	{claim: "no part of the dossiers is larger than the whole", advice: "Have the figures of the unit and year recorded anew.",
		broken: `SELECT part.id FROM reform_results AS part JOIN reform_indicators AS counted ON counted.id = part.indicator_id
			JOIN reform_results AS whole ON whole.organization_id = part.organization_id AND whole.year = part.year AND whole.current
			JOIN reform_indicators AS received ON received.id = whole.indicator_id
			WHERE part.current AND counted.code IN ('` + model.IndicatorOnline + `', '` + model.IndicatorOnTime + `')
				AND received.code = '` + model.IndicatorReceived + `' AND part.value > whole.value`},
}
