package store

import (
	"context"
	"database/sql"
	"slices"

	"vinhdanh/internal/ballot"
	"vinhdanh/model"
)

// reviewInvariants are about scores and rankings.
var reviewInvariants = []invariant{
	{claim: "only who was given a nomination scored it", advice: "The sheet came around the program. Have the campaign's secretary look at it.",
		broken: `SELECT sheet.id FROM score_sheets AS sheet WHERE sheet.current AND NOT EXISTS (SELECT 1 FROM review_assignments AS assignment
				WHERE assignment.nomination_id = sheet.nomination_id AND assignment.reviewer_id = sheet.reviewer_id AND assignment.ended_at IS NULL)
			UNION ALL SELECT sheet.id FROM score_sheets AS sheet WHERE NOT sheet.current AND NOT EXISTS (SELECT 1 FROM review_assignments AS assignment
				WHERE assignment.campaign_id = sheet.campaign_id AND assignment.reviewer_id = sheet.reviewer_id AND assignment.nomination_id = sheet.nomination_id)`},
	{claim: "nobody scores the own nomination or one with a declared conflict", advice: "End the assignment with a reason; the sheet stops counting.",
		broken: `SELECT sheet.id FROM score_sheets AS sheet JOIN nominations AS nomination ON nomination.id = sheet.nomination_id
			JOIN campaigns AS campaign ON campaign.id = sheet.campaign_id
			LEFT JOIN conflicts AS conflict ON conflict.nomination_id = sheet.nomination_id AND conflict.person_id = sheet.reviewer_id
			WHERE nomination.person_id = sheet.reviewer_id
				OR sheet.current AND conflict.id IS NOT NULL AND (campaign.scoring_closed_at IS NULL OR conflict.declared_at < campaign.scoring_closed_at)`},
	{claim: "points lie on the scale and the step of their criterion", advice: "Have the sheet reopened and scored anew, or compare with a backup.",
		broken: `SELECT given.score_sheet_id FROM criterion_points AS given JOIN criteria AS criterion ON criterion.id = given.criterion_id
			JOIN score_sheets AS sheet ON sheet.id = given.score_sheet_id JOIN nominations AS nomination ON nomination.id = sheet.nomination_id
			WHERE given.points > criterion.max_points OR given.points % criterion.step <> 0 OR criterion.source <> 'REVIEWER'
				OR criterion.campaign_id <> sheet.campaign_id OR criterion.recipient_kind <> nomination.recipient_kind`},
	{claim: "a sheet that was handed in has points for every criterion", advice: "Have the sheet reopened and scored anew, or compare with a backup.",
		broken: `SELECT sheet.id FROM score_sheets AS sheet JOIN nominations AS nomination ON nomination.id = sheet.nomination_id
			WHERE sheet.status = 'SUBMITTED' AND (SELECT count(*) FROM criterion_points AS given WHERE given.score_sheet_id = sheet.id)
				<> (SELECT count(*) FROM criteria AS criterion WHERE criterion.campaign_id = sheet.campaign_id
					AND criterion.recipient_kind = nomination.recipient_kind AND criterion.source = 'REVIEWER')`},
	{claim: "sheets are revised one by one, and only the last may count", advice: "Compare with a backup.",
		broken: `SELECT min(id) FROM score_sheets GROUP BY nomination_id, reviewer_id
			HAVING min(revision) <> 1 OR max(revision) <> count(*) OR sum(CASE WHEN current THEN 1 ELSE 0 END) > 1
				OR max(CASE WHEN current THEN revision ELSE 0 END) NOT IN (0, max(revision))`},
	{claim: "assignments and sheets lie in the campaign of their nomination", advice: "Compare with a backup.",
		broken: `SELECT sheet.id FROM score_sheets AS sheet JOIN nominations AS nomination ON nomination.id = sheet.nomination_id WHERE nomination.campaign_id <> sheet.campaign_id
			UNION ALL SELECT assignment.id FROM review_assignments AS assignment JOIN nominations AS nomination ON nomination.id = assignment.nomination_id
			WHERE nomination.campaign_id <> assignment.campaign_id`},
	{claim: "a ranking has places without gaps", advice: "Compare with a backup from the day scoring closed.",
		broken: `SELECT ranking_id FROM ranking_entries GROUP BY ranking_id HAVING min(position) <> 1 OR max(position) <> count(*) OR min(position - rank) < 0`},
	{claim: "a ranking counts the sheets that were handed in", advice: "A sheet was changed after scoring closed. Compare with a backup.",
		broken: `SELECT entry.nomination_id FROM ranking_entries AS entry JOIN (
				SELECT sheet.nomination_id, count(DISTINCT sheet.id) AS sheets, COALESCE(sum(given.points), 0) AS points
				FROM score_sheets AS sheet LEFT JOIN criterion_points AS given ON given.score_sheet_id = sheet.id
				WHERE sheet.current AND sheet.status = 'SUBMITTED' GROUP BY sheet.nomination_id) AS scored ON scored.nomination_id = entry.nomination_id
			WHERE entry.sheets <> scored.sheets OR abs((entry.raw_score - entry.reform_points) * entry.sheets - scored.points) > 2 * entry.sheets
			UNION ALL SELECT entry.nomination_id FROM ranking_entries AS entry WHERE NOT EXISTS (SELECT 1 FROM score_sheets AS sheet
				WHERE sheet.nomination_id = entry.nomination_id AND sheet.current AND sheet.status = 'SUBMITTED')`},
}

// ballotInvariants are about secret ballots.
var ballotInvariants = []invariant{
	{claim: "nothing beside a vote tells whose it is", advice: "A column was added to the votes. Take it out: the ballot is no longer secret.", inspect: namedVotes},
	{claim: "a round counts its members and those present", advice: "Compare with a backup.",
		broken: `SELECT round.id FROM ballot_rounds AS round JOIN (SELECT ballot_round_id, count(*) AS members,
				sum(CASE WHEN attendance = 'PRESENT' THEN 1 ELSE 0 END) AS present FROM ballot_participants GROUP BY ballot_round_id) AS seats
			ON seats.ballot_round_id = round.id WHERE seats.members <> round.members OR seats.present <> round.present`},
	{claim: "only members of a round voted in it", advice: "A vote came around the program. The round has to be held again.",
		broken: `SELECT ballot.ballot_round_id FROM ballot_casts AS ballot WHERE NOT EXISTS (SELECT 1 FROM ballot_participants AS seat
			WHERE seat.ballot_round_id = ballot.ballot_round_id AND seat.person_id = ballot.person_id)`},
	{claim: "a nomination has as many votes as members who voted on it", advice: "A vote was added or lost. The round has to be held again.", broken: miscast},
	{claim: "the votes of a closed round are those that were counted", advice: "A vote was changed after the round closed. The count in the minutes decides.",
		broken: `SELECT item.nomination_id FROM ballot_items AS item JOIN ballot_rounds AS round ON round.id = item.ballot_round_id
			LEFT JOIN (SELECT ballot_round_id, nomination_id, sum(CASE WHEN choice = 'FOR' THEN 1 ELSE 0 END) AS votes_for,
				sum(CASE WHEN choice = 'AGAINST' THEN 1 ELSE 0 END) AS votes_against, sum(CASE WHEN choice = 'ABSTAIN' THEN 1 ELSE 0 END) AS abstained
				FROM ballot_votes GROUP BY ballot_round_id, nomination_id) AS urn ON urn.ballot_round_id = item.ballot_round_id AND urn.nomination_id = item.nomination_id
			WHERE round.closed_at IS NOT NULL AND (item.votes_for <> COALESCE(urn.votes_for, 0) OR item.votes_against <> COALESCE(urn.votes_against, 0)
				OR item.abstained <> COALESCE(urn.abstained, 0) OR item.carried IS NULL)`},
	{claim: "no count is known before its round is closed", advice: "Compare with a backup.",
		broken: `SELECT item.nomination_id FROM ballot_items AS item JOIN ballot_rounds AS round ON round.id = item.ballot_round_id
			WHERE round.closed_at IS NULL AND (item.carried IS NOT NULL OR item.votes_for IS NOT NULL)`},
	{claim: "every vote is on a nomination of its round", advice: "A vote came around the program. The round has to be held again.",
		broken: `SELECT vote.key FROM ballot_votes AS vote WHERE NOT EXISTS (SELECT 1 FROM ballot_items AS item
			WHERE item.ballot_round_id = vote.ballot_round_id AND item.nomination_id = vote.nomination_id)`},
	{claim: "every verdict follows from its count", advice: "The count or the verdict was changed. The minutes decide.", inspect: misjudged},
	{claim: "what was endorsed carried a vote", advice: "The nomination was endorsed around the council. Compare with a backup.",
		broken: `SELECT nomination.id FROM nominations AS nomination WHERE nomination.status IN ('ENDORSED', 'APPROVED', 'AWARDED')
			AND NOT EXISTS (SELECT 1 FROM ballot_items AS item WHERE item.nomination_id = nomination.id AND item.carried)`},
	{claim: "a round is over nominations of its campaign and kind", advice: "Compare with a backup.",
		broken: `SELECT item.nomination_id FROM ballot_items AS item JOIN ballot_rounds AS round ON round.id = item.ballot_round_id
			JOIN nominations AS nomination ON nomination.id = item.nomination_id
			WHERE nomination.campaign_id <> round.campaign_id OR nomination.recipient_kind <> round.recipient_kind`},
}

// miscast compares votes with casts: of members present, who may vote on the nomination, while the round is open; the
// written votes come in when it closes.
const miscast = `SELECT item.nomination_id FROM ballot_items AS item JOIN ballot_rounds AS round ON round.id = item.ballot_round_id
	JOIN nominations AS nomination ON nomination.id = item.nomination_id
	LEFT JOIN (SELECT ballot_round_id, nomination_id, count(*) AS votes FROM ballot_votes GROUP BY ballot_round_id, nomination_id) AS urn
		ON urn.ballot_round_id = item.ballot_round_id AND urn.nomination_id = item.nomination_id
	LEFT JOIN (SELECT seat.ballot_round_id, count(*) AS all_in, sum(CASE WHEN seat.attendance = 'PRESENT' THEN 1 ELSE 0 END) AS here
		FROM ballot_participants AS seat JOIN ballot_casts AS ballot ON ballot.ballot_round_id = seat.ballot_round_id AND ballot.person_id = seat.person_id
		GROUP BY seat.ballot_round_id) AS voted ON voted.ballot_round_id = item.ballot_round_id
	WHERE COALESCE(urn.votes, 0) <> COALESCE(CASE WHEN round.closed_at IS NULL THEN voted.here ELSE voted.all_in END, 0) - (
		SELECT count(*) FROM ballot_casts AS ballot JOIN ballot_participants AS seat ON seat.ballot_round_id = ballot.ballot_round_id AND seat.person_id = ballot.person_id
		WHERE ballot.ballot_round_id = item.ballot_round_id AND (round.closed_at IS NOT NULL OR seat.attendance = 'PRESENT')
			AND (ballot.person_id = nomination.person_id OR EXISTS (SELECT 1 FROM conflicts AS conflict
				WHERE conflict.nomination_id = item.nomination_id AND conflict.person_id = ballot.person_id)))`

// namedVotes holds the columns of the votes against those that keep a ballot secret.
func namedVotes(ctx context.Context, in *inspection) error {
	columns, err := in.NewSelect().TableExpr("ballot_votes").Where("1 = 0").Rows(ctx)
	if err != nil {
		return err
	}
	defer columns.Close()
	found, err := columns.Columns()
	if err == nil {
		err = columns.Err()
	}
	for _, name := range found {
		if !slices.Contains([]string{"key", "ballot_round_id", "nomination_id", "choice"}, name) {
			in.breaks(name)
		}
	}
	return err
}

// misjudged counts every closed vote anew.
func misjudged(ctx context.Context, in *inspection) error {
	const closed = `SELECT item.nomination_id, item.quorum_numerator, item.quorum_denominator, item.threshold_numerator, item.threshold_denominator, item.vote_base,
		item.recused, item.present, item.written, item.votes_for, item.votes_against, item.abstained, item.base, item.needed, item.carried, round.members
		FROM ballot_items AS item JOIN ballot_rounds AS round ON round.id = item.ballot_round_id WHERE item.carried IS NOT NULL`
	return in.each(ctx, closed, nil, func(rows *sql.Rows) error {
		var id string
		var rule model.VoteRule
		var c ballot.Counters
		var kept ballot.Verdict
		err := rows.Scan(&id, &rule.Quorum.Numerator, &rule.Quorum.Denominator, &rule.Threshold.Numerator, &rule.Threshold.Denominator, &rule.Base,
			&c.Recused, &c.Present, &c.Written, &c.For, &c.Against, &c.Abstained, &kept.Base, &kept.Needed, &kept.Carried, &c.Members)
		if err == nil && ballot.Count(rule, c) != kept {
			in.breaks(id)
		}
		return err
	})
}
