package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// CreateNomination drafts a nomination.
func (s *Store) CreateNomination(ctx context.Context, by model.Actor, input model.CreateNominationInput) (*model.Nomination, error) {
	n := &model.Nomination{ID: newID("nomination"), RecipientKind: input.RecipientKind, Achievement: input.Achievement}
	return once(ctx, s, by, func(a *act) (*model.Nomination, error) {
		var err error
		if n.Campaign, err = a.shareCampaign(ctx, "code", input.CampaignCode); err != nil {
			return nil, badReference("input.campaignCode", err)
		}
		n.CampaignID = n.Campaign.ID
		submitter, err := a.livingOrganization(ctx, "input.submittedByCode", input.SubmittedByCode, a.today)
		if err != nil {
			return nil, err
		}
		n.SubmittedByID = submitter.ID
		if !by.Heads(submitter.ID) && !by.SecretaryFor(n.Campaign.IssuerID) {
			return nil, model.Errorf(model.CodeForbidden, "nomination.foreign_unit", "code", submitter.Code)
		}
		if err := a.nominate(ctx, n, input.RecipientCode); err != nil {
			return nil, err
		}
		line, err := lineage(ctx, a, n.UnitID, a.today)
		if err != nil {
			return nil, err
		}
		if err := a.prepare(ctx, n); err != nil {
			return nil, err
		}
		if !slices.Contains(line, submitter.ID) {
			return nil, model.BadInput("input.recipientCode", "nomination.not_of_unit", "recipient", input.RecipientCode, "unit", submitter.Code)
		}
		if err := a.choose(ctx, n, &input.AwardTypeCode, &input.GroundCode, input.ReformUnitCode); err != nil {
			return nil, err
		}
		if n.Reference, err = a.nextReference(ctx, n, submitter.Code); err != nil {
			return nil, err
		}
		n.AchievementCode = "A-" + n.Reference
		if input.AchievementCode != nil {
			n.AchievementCode = *input.AchievementCode
		}
		move, err := n.Draft(a.move(model.NominationActDraft, 0, ""))
		if err != nil {
			return nil, err
		}
		if err := insert(ctx, a, n); err != nil {
			return nil, uniqueOr(err, model.Errorf(model.CodeConflict, "nomination.duplicate", "recipient", input.RecipientCode))
		}
		return n, a.keepMove(ctx, "createNomination", nil, n, move)
	})
}

// nominate finds the recipient and the unit the recipient belongs to today.
func (a *act) nominate(ctx context.Context, n *model.Nomination, code string) error {
	if n.RecipientKind == model.RecipientKindCollective {
		unit, err := a.livingOrganization(ctx, "input.recipientCode", code, a.today)
		if err != nil {
			return err
		}
		n.OrganizationID, n.UnitID = &unit.ID, unit.ID
		n.RecipientFolded = names.Fold(unit.At(a.today).Name)
		return nil
	}
	person, err := a.personByCode(ctx, code)
	if err != nil {
		return badReference("input.recipientCode", err)
	}
	held, err := positionsOf(ctx, a, []string{person.ID})
	if err != nil {
		return err
	}
	position := model.PositionOn(held, a.today)
	if position == nil {
		return model.BadInput("input.recipientCode", "nomination.no_position", "recipient", code, "on", a.today)
	}
	n.PersonID, n.UnitID, n.RecipientFolded = &person.ID, position.OrganizationID, names.Fold(person.FullName)
	return nil
}

// choose sets award type, ground and reform unit from codes; nil leaves one alone, "" unlinks the reform unit.
func (a *act) choose(ctx context.Context, n *model.Nomination, awardType, ground, reformUnit *string) error {
	if awardType != nil {
		t, err := awardTypeByCode(ctx, a, "input.awardTypeCode", *awardType)
		if err != nil {
			return err
		}
		if n.Campaign.Quota(n.RecipientKind, t.ID) == nil {
			return model.BadInput("input.awardTypeCode", "nomination.not_offered", "awardType", t.Code, "kind", n.RecipientKind, "campaign", n.Campaign.Code)
		}
		n.AwardTypeID = t.ID
	}
	if ground != nil {
		g := n.Campaign.Ground(*ground)
		if g == nil {
			return model.BadInput("input.groundCode", "reference.unknown", "what", model.Word("ground"), "key", *ground)
		}
		n.GroundID = g.ID
	}
	switch {
	case reformUnit == nil:
	case *reformUnit == "":
		n.ReformUnitID = nil
	default:
		unit, err := a.organizationByCode(ctx, *reformUnit)
		if err != nil {
			return badReference("input.reformUnitCode", err)
		}
		n.ReformUnitID = &unit.ID
	}
	return nil
}

// nextReference numbers nominations per unit and kind, so that a number tells nothing of other units.
func (a *act) nextReference(ctx context.Context, n *model.Nomination, unitCode string) (string, error) {
	prefix := "CN-"
	if n.RecipientKind == model.RecipientKindCollective {
		prefix = "TT-"
	}
	prefix += unitCode + "-"
	// Two drafts of one unit at once would draw the same number: they queue behind the unit.
	if _, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("id = ?", n.SubmittedByID)), new(model.Organization), "organization", unitCode); err != nil {
		return "", err
	}
	var taken []string
	err := a.NewSelect().Model((*model.Nomination)(nil)).Column("reference").Where("campaign_id = ?", n.CampaignID).
		Where(`reference LIKE ? ESCAPE '\'`, likeLiteral(prefix)+"%").Scan(ctx, &taken)
	next := 1
	for _, reference := range taken {
		if number, err := strconv.Atoi(strings.TrimPrefix(reference, prefix)); err == nil {
			next = max(next, number+1)
		}
	}
	return fmt.Sprintf("%s%03d", prefix, next), err
}

// UpdateNomination rewrites a draft or returned nomination.
func (s *Store) UpdateNomination(ctx context.Context, by model.Actor, input model.UpdateNominationInput) (*model.Nomination, error) {
	return s.moveNomination(ctx, by, "updateNomination", input.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
		move, err := n.Move(a.move(model.NominationActEdit, input.ExpectedVersion, ""))
		if err != nil {
			return nil, err
		}
		if input.AchievementCode != nil {
			n.AchievementCode = *input.AchievementCode
		}
		if input.Achievement != nil {
			n.Achievement = *input.Achievement
		}
		return move, a.choose(ctx, n, nil, input.GroundCode, input.ReformUnitCode)
	})
}

// SubmitNomination hands nominations to the office under one request, all or none.
func (s *Store) SubmitNomination(ctx context.Context, by model.Actor, input model.SubmitNominationInput) (*model.SubmitNominationPayload, error) {
	named, whole := len(input.Nominations) > 0, input.CampaignCode != nil && input.OrganizationCode != nil
	if named == whole {
		return nil, model.BadInput("input.nominations", "nomination.submit_which")
	}
	return once(ctx, s, by, func(a *act) (*model.SubmitNominationPayload, error) {
		if input.RequestedOn > a.today {
			return nil, model.BadInput("input.requestedOn", "date.future", "value", input.RequestedOn)
		}
		var submitted []*model.Nomination
		var expected map[string]int
		var err error
		if named {
			submitted, expected, err = a.lockNamed(ctx, input.Nominations)
		} else {
			submitted, expected, err = a.lockList(ctx, *input.CampaignCode, *input.OrganizationCode)
		}
		if err != nil {
			return nil, err
		}
		dossier := &model.Dossier{ID: newID("dossier"), CampaignID: submitted[0].CampaignID, OrganizationID: submitted[0].SubmittedByID,
			Number: input.RequestNumber, DatedOn: input.RequestedOn, SubmittedBy: optional(by.AccountID), SubmittedAt: a.now}
		if err := insert(ctx, a, dossier); err != nil {
			return nil, uniqueOr(err, model.Errorf(model.CodeConflict, "dossier.taken", "number", input.RequestNumber))
		}
		for _, n := range submitted {
			if n.CampaignID != dossier.CampaignID || n.SubmittedByID != dossier.OrganizationID {
				return nil, model.BadInput("input.nominations", "nomination.submit_mixed")
			}
			if err := a.submit(ctx, n, dossier, expected[n.ID]); err != nil {
				return nil, err
			}
		}
		a.audit("submitDossier", about{realm: model.RealmNomination, campaignID: dossier.CampaignID, organizationID: dossier.OrganizationID,
			nomination: submitted[0].ID}, nil, dossier)
		return &model.SubmitNominationPayload{Dossier: dossier, Nominations: submitted}, nil
	})
}

func (a *act) submit(ctx context.Context, n *model.Nomination, dossier *model.Dossier, expected int) error {
	before := *n
	move, err := n.Move(a.move(model.NominationActSubmit, expected, ""))
	if err != nil {
		return err
	}
	n.DossierID, n.SubmittedAt = &dossier.ID, &a.now
	if err := save(ctx, a, n); err != nil {
		return err
	}
	return a.keepMove(ctx, "submitNomination", &before, n, move)
}

// lockNamed locks the nominations a client named, in the order of their ids, so that two requests queue.
func (a *act) lockNamed(ctx context.Context, named []*model.NominationVersionInput) ([]*model.Nomination, map[string]int, error) {
	expected := map[string]int{}
	for i, v := range named {
		if _, twice := expected[v.NominationID]; twice {
			return nil, nil, model.BadInput(fmt.Sprintf("input.nominations.%d", i), "nomination.named_twice")
		}
		expected[v.NominationID] = v.ExpectedVersion
	}
	var locked []*model.Nomination
	for _, v := range named {
		locked = append(locked, &model.Nomination{ID: v.NominationID})
	}
	slices.SortFunc(locked, func(a, b *model.Nomination) int { return cmp.Compare(a.ID, b.ID) })
	for i, n := range locked {
		var err error
		if locked[i], err = a.lockNomination(ctx, n.ID); err != nil {
			return nil, nil, err
		}
	}
	return locked, expected, nil
}

// lockList locks everything of a unit that can be handed in.
func (a *act) lockList(ctx context.Context, campaignCode, unitCode string) ([]*model.Nomination, map[string]int, error) {
	c, err := a.shareCampaign(ctx, "code", campaignCode)
	if err != nil {
		return nil, nil, badReference("input.campaignCode", err)
	}
	unit, err := a.organizationByCode(ctx, unitCode)
	if err != nil {
		return nil, nil, badReference("input.organizationCode", err)
	}
	if !a.by.Heads(unit.ID) && !a.by.SecretaryFor(c.IssuerID) {
		return nil, nil, model.Errorf(model.CodeForbidden, "nomination.foreign_unit", "code", unitCode)
	}
	var waiting []*model.Nomination
	err = a.store.forUpdate(a.NewSelect().Model(&waiting).Where("campaign_id = ?", c.ID).Where("submitted_by_id = ?", unit.ID).
		Where("status IN ('DRAFT', 'RETURNED')").Order("id")).Scan(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(waiting) == 0 {
		return nil, nil, model.Errorf(model.CodeConflict, "nomination.nothing_to_submit", "code", unitCode)
	}
	expected := map[string]int{}
	for _, n := range waiting {
		n.Campaign, expected[n.ID] = c, n.Version
	}
	return waiting, expected, a.prepare(ctx, waiting...)
}

// WithdrawNomination takes a nomination back.
func (s *Store) WithdrawNomination(ctx context.Context, by model.Actor, input model.WithdrawNominationInput) (*model.Nomination, error) {
	return s.moveNomination(ctx, by, "withdrawNomination", input.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
		return n.Move(a.move(model.NominationActWithdraw, input.ExpectedVersion, input.Reason))
	})
}

// moveNomination locks a nomination the actor may know of, lets the move decide, and saves both.
func (s *Store) moveNomination(ctx context.Context, by model.Actor, action, id string, decide func(*act, *model.Nomination) (*model.NominationMove, error)) (*model.Nomination, error) {
	return once(ctx, s, by, func(a *act) (*model.Nomination, error) { return a.moveNomination(ctx, action, id, decide) })
}

func (a *act) moveNomination(ctx context.Context, action, id string, decide func(*act, *model.Nomination) (*model.NominationMove, error)) (*model.Nomination, error) {
	n, err := a.lockNomination(ctx, id)
	if err != nil {
		return nil, err
	}
	before := *n
	move, err := decide(a, n)
	if err != nil {
		return nil, err
	}
	if err := save(ctx, a, n); err != nil {
		return nil, err
	}
	return n, a.keepMove(ctx, action, &before, n, move)
}

// move is a move the actor makes now.
func (a *act) move(name model.NominationAct, expected int, reason string) model.Act {
	return model.Act{Name: name, By: a.by, Now: a.now, Today: a.today, Reason: reason, Expected: expected}
}

// keepMove keeps a move in the nomination's history and in the audit.
func (a *act) keepMove(ctx context.Context, action string, before, n *model.Nomination, move *model.NominationMove) error {
	move.ID = newID("move")
	a.audit(action, aboutNomination(n), before, n)
	return uniqueOr(insert(ctx, a, move), model.Stale(n.Version-1, n.Version))
}

// findNomination reads a nomination the actor may know of, and locks nothing.
func (a *act) findNomination(ctx context.Context, id string) (*model.Nomination, error) {
	known := nominationsKnownTo(a.by)
	return one(ctx, a.NewSelect().Join("JOIN campaigns AS campaign ON campaign.id = nomination.campaign_id").
		Where("nomination.id = ?", id).Where(known.sql, listArgs(known.args)...), new(model.Nomination), "nomination", id)
}

// knownNomination reads a nomination the actor may know of, with its campaign, which stays as it is while the act lasts.
func (a *act) knownNomination(ctx context.Context, id string) (*model.Nomination, error) {
	n, err := a.findNomination(ctx, id)
	if err != nil {
		return nil, err
	}
	n.Campaign, err = one(ctx, a.store.forShare(a.NewSelect().Where("id = ?", n.CampaignID)), new(model.Campaign), "campaign", n.CampaignID, withParts)
	return n, err
}

// lockNomination is knownNomination with the nomination locked for a change: first the campaign, then the nomination, so
// that nobody waits in a circle.
func (a *act) lockNomination(ctx context.Context, id string) (*model.Nomination, error) {
	known, err := a.knownNomination(ctx, id)
	if err != nil {
		return nil, err
	}
	n, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("id = ?", id)), new(model.Nomination), "nomination", id)
	if err != nil {
		return nil, err
	}
	n.Campaign = known.Campaign
	return n, a.prepare(ctx, n)
}

// prepare loads what a move depends on beside the nominations themselves: the units above the submitting ones, whose
// extensions count, and whether the actor is recused.
func (a *act) prepare(ctx context.Context, moving ...*model.Nomination) error {
	ids, units := make([]string, len(moving)), make([]string, len(moving))
	for i, n := range moving {
		ids[i], units[i] = n.ID, n.SubmittedByID
	}
	lines, err := lineages(ctx, a, units, a.today)
	if err != nil {
		return err
	}
	var recused []string
	err = a.NewSelect().Model((*model.Conflict)(nil)).Column("nomination_id").Where("nomination_id IN (?)", bun.List(ids)).
		Where("person_id IN (?)", bun.List(a.by.Persons())).Scan(ctx, &recused)
	for _, n := range moving {
		n.Recused, n.Lineage = slices.Contains(recused, n.ID), lines[n.SubmittedByID]
	}
	return err
}

func aboutNomination(n *model.Nomination) about {
	return about{realm: model.RealmNomination, campaignID: n.CampaignID, nomination: n.ID, organizationID: n.SubmittedByID}
}
