package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"vinhdanh/internal/bonus"
	"vinhdanh/model"
)

// ApproveNominations approves endorsed nominations, all or none, within the places of the quota.
func (s *Store) ApproveNominations(ctx context.Context, by model.Actor, input model.ApproveNominationsInput) ([]*model.Nomination, error) {
	return once(ctx, s, by, func(a *act) ([]*model.Nomination, error) {
		first, err := a.findNomination(ctx, input.Nominations[0].NominationID)
		if err != nil {
			return nil, err
		}
		// Two approvals at once would both see the places free: they queue behind the campaign.
		c, err := a.lockCampaign(ctx, "id", first.CampaignID)
		if err != nil {
			return nil, err
		}
		approved, expected, err := a.lockNamed(ctx, input.Nominations)
		if err != nil {
			return nil, err
		}
		for _, n := range approved {
			if n.CampaignID != c.ID {
				return nil, model.BadInput("input.nominations", "nomination.submit_mixed")
			}
			before := *n
			move, err := n.Move(a.move(model.NominationActApprove, expected[n.ID], ""))
			if err != nil {
				return nil, err
			}
			if err := save(ctx, a, n); err != nil {
				return nil, err
			}
			if err := a.keepMove(ctx, "approveNominations", &before, n, move); err != nil {
				return nil, err
			}
		}
		if err := a.mustAllBeEligible(ctx, approved, nil); err != nil {
			return nil, err
		}
		order := map[string]int{}
		for i, v := range input.Nominations {
			order[v.NominationID] = i
		}
		slices.SortFunc(approved, func(x, y *model.Nomination) int { return cmp.Compare(order[x.ID], order[y.ID]) })
		return approved, a.mustFitPlaces(ctx, c)
	})
}

// mustFitPlaces refuses more approvals than the quotas have places.
func (a *act) mustFitPlaces(ctx context.Context, c *model.Campaign) error {
	for _, q := range c.Quotas {
		n, err := a.NewSelect().Model((*model.Nomination)(nil)).Where("campaign_id = ?", c.ID).Where("recipient_kind = ?", q.RecipientKind).
			Where("award_type_id = ?", q.AwardTypeID).Where("status IN ('APPROVED', 'AWARDED')").Count(ctx)
		if err != nil {
			return err
		}
		if int(n) > q.Places {
			return model.Errorf(model.CodeConflict, "decision.above_quota", "kind", q.RecipientKind, "count", n, "places", q.Places)
		}
	}
	return nil
}

// RejectNomination rejects an endorsed or approved nomination that is on no draft.
func (s *Store) RejectNomination(ctx context.Context, by model.Actor, input model.RejectNominationInput) (*model.Nomination, error) {
	return s.moveNomination(ctx, by, "rejectNomination", input.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
		if n.DecisionID != nil && n.Status == model.NominationStatusApproved {
			return nil, model.Errorf(model.CodeConflict, "decision.listed", "reference", n.Reference)
		}
		return n.Move(a.move(model.NominationActReject, input.ExpectedVersion, input.Reason))
	})
}

// DraftDecision prepares the decision over approved nominations, or rewrites the draft.
func (s *Store) DraftDecision(ctx context.Context, by model.Actor, input model.DraftDecisionInput) (*model.Decision, error) {
	return once(ctx, s, by, func(a *act) (*model.Decision, error) {
		c, err := a.lockCampaign(ctx, "code", input.CampaignCode)
		if err != nil {
			return nil, badReference("input.campaignCode", err)
		}
		if err := c.MustBe(a.today, nil, model.CampaignPhaseDeciding); err != nil {
			return nil, err
		}
		d, before, err := a.draftOf(ctx, c, input)
		if err != nil {
			return nil, err
		}
		if err := a.fillDecision(ctx, d, c, input); err != nil {
			return nil, err
		}
		listed, err := a.listOn(ctx, d, c, input.NominationIds)
		if err != nil {
			return nil, err
		}
		money, err := a.moneyOn(ctx, d.DecidedOn)
		if err != nil {
			return nil, err
		}
		if len(listed) == 0 {
			return nil, model.Errorf(model.CodeConflict, "decision.nothing_approved", "campaign", c.Code)
		}
		d.BaseSalary = &money.salary.Amount
		if err := total(d, listed, money); err != nil {
			return nil, err
		}
		a.audit("draftDecision", aboutDecision(d), before, d)
		return d, save(ctx, a, d)
	})
}

// DiscardDecision throws a draft away; what was on its list can go on another one.
func (s *Store) DiscardDecision(ctx context.Context, by model.Actor, input model.DiscardDecisionInput) (string, error) {
	return once(ctx, s, by, func(a *act) (string, error) {
		if _, err := a.campaignOf(ctx, input.DecisionID); err != nil {
			return "", err
		}
		d, err := a.lockDecision(ctx, input.DecisionID)
		if err != nil {
			return "", err
		}
		before := *d
		if err := d.Redraft(by, input.ExpectedVersion); err != nil {
			return "", err
		}
		a.audit("discardDecision", aboutDecision(d), &before, nil)
		if _, err := a.NewUpdate().Model((*model.Nomination)(nil)).Set("decision_id = NULL").Where("decision_id = ?", d.ID).Exec(ctx); err != nil {
			return "", err
		}
		if _, err := a.NewDelete().Model((*model.DecisionBasis)(nil)).Where("decision_id = ?", d.ID).Exec(ctx); err != nil {
			return "", err
		}
		_, err = a.NewDelete().Model(d).WherePK().Exec(ctx)
		return input.DecisionID, err
	})
}

// draftOf is the draft to rewrite, or a new one.
func (a *act) draftOf(ctx context.Context, c *model.Campaign, input model.DraftDecisionInput) (d, before *model.Decision, err error) {
	if input.DecisionID == nil {
		d = &model.Decision{ID: newID("decision"), IssuerID: c.IssuerID, CampaignID: &c.ID, Status: model.DecisionStatusDraft, DecidedOn: input.DecidedOn}
		if err := d.Redraft(a.by, 0); err != nil {
			return nil, nil, err
		}
		return d, nil, insert(ctx, a, d)
	}
	if input.ExpectedVersion == nil {
		return nil, nil, model.BadInput("input.expectedVersion", "import.empty")
	}
	if d, err = a.lockDecision(ctx, *input.DecisionID); err != nil {
		return nil, nil, err
	}
	if value(d.CampaignID) != c.ID {
		return nil, nil, model.NotFound("decision", *input.DecisionID)
	}
	old := *d
	return d, &old, d.Redraft(a.by, *input.ExpectedVersion)
}

// campaignOf locks the campaign of a decision, before the decision itself.
func (a *act) campaignOf(ctx context.Context, decisionID string) (*model.Campaign, error) {
	d, err := one(ctx, a.NewSelect().Where("id = ?", decisionID), new(model.Decision), "decision", decisionID)
	if err != nil {
		return nil, err
	}
	c, err := a.lockCampaign(ctx, "id", value(d.CampaignID))
	if err != nil {
		return nil, model.NotFound("decision", decisionID)
	}
	return c, nil
}

// lockDecision locks a decision the actor may know of.
func (a *act) lockDecision(ctx context.Context, id string) (*model.Decision, error) {
	known := decisionsKnownTo(a.by)
	return one(ctx, a.store.forUpdate(a.NewSelect().Where("id = ?", id).Where(known.sql, listArgs(known.args)...)), new(model.Decision), "decision", id)
}

// fillDecision puts date, number, signer and legal bases on a draft.
func (a *act) fillDecision(ctx context.Context, d *model.Decision, c *model.Campaign, input model.DraftDecisionInput) error {
	if input.Number != nil {
		if err := model.CheckNumber("input.number", *input.Number); err != nil {
			return err
		}
	}
	signer, err := a.personByCode(ctx, input.SignerCode)
	if err != nil {
		return badReference("input.signerCode", err)
	}
	d.Number, d.DecidedOn, d.Year = input.Number, input.DecidedOn, input.DecidedOn.Year()
	d.SignerID, d.SignerName, d.SignerPosition, d.SigningMode = &signer.ID, &signer.FullName, &input.SignerPosition, &input.SigningMode
	d.BonusRounding = &c.BonusRounding
	texts := input.LegalBases
	if texts == nil {
		if texts, err = a.legalBasesOn(ctx, d.DecidedOn); err != nil {
			return err
		}
	}
	if _, err := a.NewDelete().Model((*model.DecisionBasis)(nil)).Where("decision_id = ?", d.ID).Exec(ctx); err != nil {
		return err
	}
	bases := make([]*model.DecisionBasis, len(texts))
	for i, text := range texts {
		bases[i] = &model.DecisionBasis{DecisionID: d.ID, Position: i + 1, Text: text}
	}
	return insertAll(ctx, a, bases)
}

// listOn puts approved nominations on a draft's list: those named, or all that are on no other draft.
func (a *act) listOn(ctx context.Context, d *model.Decision, c *model.Campaign, ids []string) ([]*model.Nomination, error) {
	var approved []*model.Nomination
	err := a.store.forUpdate(a.NewSelect().Model(&approved).Where("campaign_id = ?", c.ID).Where("status = ?", model.NominationStatusApproved).
		Where("(decision_id IS NULL OR decision_id = ?)", d.ID).Order("id")).Scan(ctx)
	if err != nil {
		return nil, err
	}
	known := byID(approved, func(n *model.Nomination) string { return n.ID })
	for i, id := range ids {
		if known[id] == nil {
			return nil, model.BadInput(fmt.Sprintf("input.nominationIds.%d", i), "decision.not_approved")
		}
	}
	var listed []*model.Nomination
	for _, n := range approved {
		n.Campaign, n.DecisionID = c, nil
		if ids == nil || slices.Contains(ids, n.ID) {
			n.DecisionID = &d.ID
			listed = append(listed, n)
		}
		if _, err := a.NewUpdate().Model(n).Column("decision_id").WherePK().Exec(ctx); err != nil {
			return nil, err
		}
	}
	return listed, nil
}

// total counts a decision's list and adds up its bonuses.
func total(d *model.Decision, listed []*model.Nomination, m *money) error {
	d.Collectives, d.Individuals, d.BonusTotal = 0, 0, 0
	for _, n := range listed {
		if n.RecipientKind == model.RecipientKindCollective {
			d.Collectives++
		} else {
			d.Individuals++
		}
		coefficient := m.coefficient(n.AwardTypeID, n.RecipientKind)
		if coefficient == nil {
			return model.Errorf(model.CodeConflict, "bonus.no_coefficient", "reference", n.Reference, "on", d.DecidedOn)
		}
		d.BonusTotal += bonus.Amount(*coefficient, m.salary.Amount, *d.BonusRounding)
	}
	return nil
}

// PublishDecision opens an issued decision and its awards to everyone.
func (s *Store) PublishDecision(ctx context.Context, by model.Actor, input model.PublishDecisionInput) (*model.Decision, error) {
	return once(ctx, s, by, func(a *act) (*model.Decision, error) {
		c, err := a.campaignOf(ctx, input.DecisionID)
		if err != nil {
			return nil, err
		}
		d, err := a.lockDecision(ctx, input.DecisionID)
		if err != nil {
			return nil, err
		}
		before := *d
		if err := d.Publish(by, a.now, input.ExpectedVersion); err != nil {
			return nil, err
		}
		if err := c.MustBe(a.today, nil, model.CampaignPhasePublished); err != nil {
			return nil, err
		}
		a.audit("publishDecision", aboutDecision(d), &before, d)
		if _, err := a.NewUpdate().Model((*model.Award)(nil)).Set("published = ?", true).Where("decision_id = ?", d.ID).Exec(ctx); err != nil {
			return nil, err
		}
		return d, save(ctx, a, d)
	})
}

func aboutDecision(d *model.Decision) about {
	return about{realm: model.RealmDecision, campaignID: value(d.CampaignID), organizationID: d.IssuerID}
}
