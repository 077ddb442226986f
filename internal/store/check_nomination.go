package store

import (
	"context"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// campaignInvariants are about campaigns and what is frozen in them.
var campaignInvariants = []invariant{
	{claim: "a campaign judges by what it froze when it opened", advice: "Rubric, quotas or method were changed around the program. Compare with a backup.", inspect: unfrozen},
	{claim: "nobody nominates in a campaign that has not opened", advice: "Withdraw the nomination, or open the campaign.",
		broken: `SELECT nomination.id FROM nominations AS nomination JOIN campaigns AS campaign ON campaign.id = nomination.campaign_id
			WHERE campaign.phase = 'DRAFT' AND nomination.version > 1`},
	{claim: "a campaign has a ranking when its scoring is closed, and none before", advice: "Compare with a backup from the day scoring closed.",
		broken: `SELECT campaign.id FROM campaigns AS campaign WHERE (campaign.scoring_closed_at IS NOT NULL)
			<> EXISTS (SELECT 1 FROM rankings AS ranking WHERE ranking.campaign_id = campaign.id)`},
	{claim: "no more nominations are approved than there are places", advice: "Reject the approvals above the quota.",
		broken: `SELECT quota.id FROM quotas AS quota JOIN nominations AS nomination ON nomination.campaign_id = quota.campaign_id
			AND nomination.recipient_kind = quota.recipient_kind AND nomination.award_type_id = quota.award_type_id
			WHERE nomination.status IN ('APPROVED', 'AWARDED') GROUP BY quota.id, quota.places HAVING count(*) > quota.places`},
}

// unfrozen reads campaigns some at a time and computes anew what they froze.
func unfrozen(ctx context.Context, in *inspection) error {
	const some = 50
	for last := ""; ; {
		var campaigns []*model.Campaign
		err := withParts(in.NewSelect().Model(&campaigns).Where("id > ?", last).Order("id").Limit(some)).Scan(ctx)
		if err != nil || len(campaigns) == 0 {
			return err
		}
		for _, c := range campaigns {
			if !c.AsFrozen() {
				in.breaks(c.ID)
			}
			last = c.ID
		}
	}
}

// nominationInvariants are about nominations and their histories.
var nominationInvariants = []invariant{
	{claim: "every nomination stands where its last move put it", advice: "The status was changed around the program. The moves tell the truth.",
		broken: `SELECT nomination.id FROM nominations AS nomination LEFT JOIN nomination_moves AS last
			ON last.nomination_id = nomination.id AND last.version = nomination.version WHERE last.id IS NULL OR last.to_status <> nomination.status`},
	{claim: "the moves of a nomination are numbered without gaps", advice: "A move is missing or too many. Compare with a backup.",
		broken: `SELECT nomination.id FROM nominations AS nomination LEFT JOIN (SELECT nomination_id, min(version) AS first, max(version) AS last, count(*) AS moves
			FROM nomination_moves GROUP BY nomination_id) AS history ON history.nomination_id = nomination.id
			WHERE history.moves IS NULL OR history.first <> 1 OR history.last <> nomination.version OR history.moves <> nomination.version`},
	{claim: "every move begins where the one before ended", advice: "A move was changed. Compare with a backup.",
		broken: `SELECT move.id FROM nomination_moves AS move LEFT JOIN nomination_moves AS before
			ON before.nomination_id = move.nomination_id AND before.version = move.version - 1
			WHERE CASE WHEN move.version = 1 THEN move.from_status IS NOT NULL ELSE before.to_status IS NULL OR move.from_status IS NULL OR move.from_status <> before.to_status END`},
	{claim: "every move is one the rules know", advice: "A move was entered around the program. Compare with a backup.", inspect: unlawfulMoves},
	{claim: "a nomination is held as long as a case is open", advice: "Release the nomination, or enter the open case.",
		broken: `SELECT id FROM nominations WHERE held <> EXISTS (SELECT 1 FROM holds AS hold WHERE hold.nomination_id = nominations.id AND hold.closed_at IS NULL)`},
	{claim: "what was handed in belongs to a request of its unit", advice: "Compare with a backup.",
		broken: `SELECT nomination.id FROM nominations AS nomination LEFT JOIN dossiers AS dossier ON dossier.id = nomination.dossier_id
			WHERE nomination.status NOT IN ('DRAFT', 'WITHDRAWN') AND (dossier.id IS NULL OR nomination.submitted_at IS NULL)
				OR dossier.campaign_id <> nomination.campaign_id OR dossier.organization_id <> nomination.submitted_by_id`},
	{claim: "every nomination is for what its campaign offers", advice: "Compare with a backup; the quota or the ground was changed.",
		broken: `SELECT nomination.id FROM nominations AS nomination LEFT JOIN quotas AS quota ON quota.campaign_id = nomination.campaign_id
				AND quota.recipient_kind = nomination.recipient_kind AND quota.award_type_id = nomination.award_type_id
			LEFT JOIN grounds AS ground ON ground.id = nomination.ground_id AND ground.campaign_id = nomination.campaign_id
			WHERE quota.id IS NULL OR ground.id IS NULL`},
	{claim: "only approved nominations are on a decision, and it is there", advice: "Take the nomination off the decision.",
		broken: `SELECT nomination.id FROM nominations AS nomination LEFT JOIN decisions AS decision ON decision.id = nomination.decision_id
			WHERE nomination.decision_id IS NOT NULL AND (decision.id IS NULL OR nomination.status NOT IN ('APPROVED', 'AWARDED')
				OR decision.campaign_id IS NULL OR decision.campaign_id <> nomination.campaign_id)`},
	{claim: "nominations are found in the searched form", advice: "Compare with a backup; the searched form was changed.",
		inspect: func(ctx context.Context, in *inspection) error {
			return every(ctx, in, `SELECT id, recipient_folded FROM nominations`, func(n *model.Nomination) {
				if n.RecipientFolded == "" || n.RecipientFolded != names.Fold(n.RecipientFolded) {
					in.breaks(n.ID)
				}
			})
		}},
}

// unlawfulMoves holds the kinds of moves that occur against the state machine, and names those of a kind it does not know.
func unlawfulMoves(ctx context.Context, in *inspection) error {
	type kind struct {
		Act        model.NominationAct
		FromStatus *model.NominationStatus
		ToStatus   model.NominationStatus
	}
	var unlawful []kind
	err := every(ctx, in, `SELECT DISTINCT act, from_status, to_status FROM nomination_moves`, func(k *kind) {
		if !model.LawfulMove(k.Act, k.FromStatus, k.ToStatus) {
			unlawful = append(unlawful, *k)
		}
	})
	for _, k := range unlawful {
		if err != nil {
			return err
		}
		var ids []string
		q := in.NewSelect().Model((*model.NominationMove)(nil)).Column("id").Where("act = ?", k.Act).Where("to_status = ?", k.ToStatus)
		if k.FromStatus == nil {
			q = q.Where("from_status IS NULL")
		} else {
			q = q.Where("from_status = ?", *k.FromStatus)
		}
		err = q.Scan(ctx, &ids)
		for _, id := range ids {
			in.breaks(id)
		}
	}
	return err
}
