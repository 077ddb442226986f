package store

import (
	"context"
	"database/sql"

	"vinhdanh/internal/bonus"
	"vinhdanh/model"
)

// decisionInvariants are about decisions.
var decisionInvariants = []invariant{
	{claim: "a decision counts the awards it grants", advice: "An award was added or lost. Compare with the signed paper.",
		broken: `SELECT decision.id FROM decisions AS decision LEFT JOIN (SELECT decision_id, sum(CASE WHEN recipient_kind = 'COLLECTIVE' THEN 1 ELSE 0 END) AS collectives,
				sum(CASE WHEN recipient_kind = 'INDIVIDUAL' THEN 1 ELSE 0 END) AS individuals, COALESCE(sum(bonus), 0) AS bonus FROM awards GROUP BY decision_id) AS granted
			ON granted.decision_id = decision.id WHERE decision.status <> 'DRAFT' AND (decision.collectives <> COALESCE(granted.collectives, 0)
				OR decision.individuals <> COALESCE(granted.individuals, 0) OR decision.bonus_total <> COALESCE(granted.bonus, 0) OR granted.decision_id IS NULL)`},
	{claim: "a draft of a decision counts the nominations on its list, and grants nothing", advice: "Draft the decision anew.",
		broken: `SELECT decision.id FROM decisions AS decision WHERE decision.status = 'DRAFT' AND (EXISTS (SELECT 1 FROM awards AS award WHERE award.decision_id = decision.id)
			OR decision.collectives + decision.individuals <> (SELECT count(*) FROM nominations AS nomination WHERE nomination.decision_id = decision.id))`},
	{claim: "an issued decision is signed, numbered and dated in its year", advice: "Compare with the signed paper.",
		broken: `SELECT id FROM decisions WHERE status <> 'DRAFT' AND (number IS NULL OR substr(decided_on, 1, 4) <> CAST(year AS TEXT)
			OR campaign_id IS NOT NULL AND (issued_at IS NULL OR signer_id IS NULL OR signer_name IS NULL OR signing_mode IS NULL OR base_salary IS NULL)
			OR (status = 'PUBLISHED') <> (published_at IS NOT NULL))`},
	{claim: "no two decisions of an issuer and year bear one number", advice: "Compare with the signed papers.",
		broken: `SELECT min(id) FROM decisions WHERE status <> 'DRAFT' GROUP BY issuer_id, year, ltrim(number, '0') HAVING count(*) > 1`},
	{claim: "a decision is of the issuer of its campaign", advice: "Compare with the signed paper.",
		broken: `SELECT decision.id FROM decisions AS decision JOIN campaigns AS campaign ON campaign.id = decision.campaign_id WHERE campaign.issuer_id <> decision.issuer_id`},
}

// awardInvariants are about the history of awards.
var awardInvariants = []invariant{
	{claim: "every nomination that was awarded has its award", advice: "The award was lost. Compare with the signed decision.",
		broken: `SELECT nomination.id FROM nominations AS nomination LEFT JOIN awards AS award ON award.nomination_id = nomination.id
			WHERE (nomination.status = 'AWARDED') <> (award.id IS NOT NULL)`},
	{claim: "every award states what its nomination asked for", advice: "Compare with the signed decision.",
		broken: `SELECT award.id FROM awards AS award JOIN nominations AS nomination ON nomination.id = award.nomination_id
			WHERE award.campaign_id IS NULL OR award.campaign_id <> nomination.campaign_id OR award.award_type_id <> nomination.award_type_id
				OR award.recipient_kind <> nomination.recipient_kind OR COALESCE(award.person_id, award.organization_id) <> COALESCE(nomination.person_id, nomination.organization_id)
				OR nomination.decision_id IS NULL OR nomination.decision_id <> award.decision_id`},
	{claim: "every award states recipient, unit and day", advice: "Compare with the signed decision.",
		broken: `SELECT award.id FROM awards AS award JOIN decisions AS decision ON decision.id = award.decision_id
			WHERE award.recipient_name = '' OR award.unit_name = '' OR award.granted_on <> decision.decided_on OR COALESCE(award.campaign_id, '') <> COALESCE(decision.campaign_id, '')`},
	{claim: "an award can be seen when its decision is published", advice: "Publish the decision, or compare with a backup.",
		broken: `SELECT award.id FROM awards AS award JOIN decisions AS decision ON decision.id = award.decision_id WHERE award.published <> (decision.status = 'PUBLISHED')`},
	{claim: "every award of a campaign has a line in the register and a code to verify it", advice: "Compare with the register on paper.",
		broken: `SELECT id FROM awards WHERE nomination_id IS NOT NULL AND (register_book IS NULL OR register_line IS NULL OR length(verification_code) < 20
			OR verification_code IS NULL OR coefficient IS NULL OR bonus IS NULL)`},
	{claim: "the register of an issuer and year has no gaps", advice: "A line is missing or was used twice. Compare with the register on paper.",
		broken: `SELECT register_book FROM awards WHERE register_book IS NOT NULL GROUP BY register_book
			HAVING min(register_line) <> 1 OR max(register_line) <> count(*) OR count(DISTINCT register_line) <> count(*)`},
	{claim: "every award stands in the register of its issuer and year", advice: "Compare with the register on paper.",
		broken: `SELECT award.id FROM awards AS award JOIN decisions AS decision ON decision.id = award.decision_id JOIN organizations AS issuer ON issuer.id = decision.issuer_id
			WHERE award.register_book IS NOT NULL AND award.register_book <> issuer.code || '/' || CAST(decision.year AS TEXT)`},
	{claim: "no code verifies two awards", advice: "Give one of the awards a new code and certificate.",
		broken: `SELECT min(id) FROM awards WHERE verification_code IS NOT NULL GROUP BY verification_code HAVING count(*) > 1`},
	{claim: "the awards of a decision are listed without gaps", advice: "Compare with the signed decision.",
		broken: `SELECT decision_id FROM awards GROUP BY decision_id HAVING min(list_position) <> 1 OR max(list_position) <> count(*) OR count(DISTINCT list_position) <> count(*)`},
	{claim: "an award is revoked exactly where a revocation is recorded", advice: "Compare with the decision that revoked it.",
		broken: `SELECT award.id FROM awards AS award LEFT JOIN revocations AS revocation ON revocation.award_id = award.id
			WHERE (award.status = 'REVOKED') <> (revocation.award_id IS NOT NULL) OR revocation.decided_on < award.granted_on`},
	{claim: "every bonus is the coefficient times the base salary of its decision", advice: "The amount was changed. Compare with the signed decision.", inspect: miscalculated},
	{claim: "coefficient and base salary are those the law had on the day", advice: "Either the catalogue was corrected after the decision was signed, which then needs a correction, or the award was changed.",
		warns: true,
		broken: `SELECT award.id FROM awards AS award JOIN decisions AS decision ON decision.id = award.decision_id
			LEFT JOIN bonus_coefficients AS law ON law.award_type_id = award.award_type_id AND law.recipient_kind = award.recipient_kind
				AND law.valid_from <= award.granted_on AND (law.valid_to IS NULL OR law.valid_to >= award.granted_on)
			LEFT JOIN base_salaries AS salary ON salary.valid_from <= decision.decided_on AND (salary.valid_to IS NULL OR salary.valid_to >= decision.decided_on)
			WHERE award.bonus IS NOT NULL AND (law.id IS NULL OR award.coefficient <> law.coefficient OR salary.id IS NULL OR decision.base_salary <> salary.amount)`},
	{claim: "every award was in the catalogue on its day", advice: "Either the catalogue was corrected since, or the award was changed.", warns: true,
		broken: `SELECT award.id FROM awards AS award JOIN award_types AS type ON type.id = award.award_type_id
			WHERE award.granted_on < type.valid_from OR award.granted_on > type.valid_to OR award.category <> type.category OR award.level <> type.level
				OR NOT CASE WHEN award.recipient_kind = 'COLLECTIVE' THEN type.collective ELSE type.individual END`},
	{claim: "awards are found and sorted by the name they state", advice: "The searched form was changed. Compare with a backup.", inspect: foldedAwards},
}

// miscalculated computes every bonus anew. The sums are few and the awards many, so each is computed once.
func miscalculated(ctx context.Context, in *inspection) error {
	type sum struct {
		coefficient, salary int64
		rounding            model.BonusRounding
	}
	amounts := map[sum]model.VND{}
	const query = `SELECT award.id, award.coefficient, award.bonus, decision.base_salary, decision.bonus_rounding FROM awards AS award
		JOIN decisions AS decision ON decision.id = award.decision_id WHERE award.bonus IS NOT NULL`
	return in.each(ctx, query, nil, func(rows *sql.Rows) error {
		var id string
		var kept model.VND
		var coefficient, salary sql.NullInt64
		var rounding sql.NullString
		if err := rows.Scan(&id, &coefficient, &kept, &salary, &rounding); err != nil {
			return err
		}
		s := sum{coefficient.Int64, salary.Int64, model.BonusRounding(rounding.String)}
		amount, known := amounts[s]
		if !known {
			var factor model.Decimal
			if err := factor.Scan(s.coefficient); err != nil {
				return err
			}
			amount = bonus.Amount(factor, model.VND(s.salary), s.rounding)
			amounts[s] = amount
		}
		if amount != kept || !coefficient.Valid || !salary.Valid {
			in.breaks(id)
		}
		return nil
	})
}
