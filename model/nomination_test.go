package model_test

import (
	"slices"
	"testing"

	"vinhdanh/model"
)

// The life of a nomination: which act may be made in which status, by whom, in which phase, held or not.

const unitID, issuerID = "UNIT", "ISSUER"

func grant(role model.Role, organization string) *model.RoleGrant {
	return &model.RoleGrant{Role: role, OrganizationID: &organization, Units: []string{organization}}
}

var (
	head      = model.Actor{AccountID: "head", PersonID: "P-head", Grants: []*model.RoleGrant{grant(model.RoleDepartmentHead, unitID)}}
	secretary = model.Actor{AccountID: "secretary", PersonID: "P-secretary", Grants: []*model.RoleGrant{grant(model.RoleSecretary, issuerID)}}
	approver  = model.Actor{AccountID: "chair", PersonID: "P-chair", Grants: []*model.RoleGrant{grant(model.RoleApprover, issuerID)}}
	nobody    = model.Actor{AccountID: "nobody", PersonID: "P-nobody"}
)

// campaignIn is a campaign in a phase, each phase lasting one day: nominating on the 1st, reviewing on the 2nd and so on.
func campaignIn(phase model.CampaignPhase) (*model.Campaign, model.Date) {
	c := &model.Campaign{ID: "C", Code: "CCHC", IssuerID: issuerID, Phase: phase}
	for i, p := range model.AllCampaignPhase[1 : len(model.AllCampaignPhase)-1] {
		day := model.Date("2024-12-01").AddDays(i)
		c.Windows = append(c.Windows, &model.PhaseWindow{Phase: p, OpensOn: day, ClosesOn: &day})
	}
	if w := c.Window(phase); w != nil {
		return c, w.OpensOn
	}
	return c, "2024-12-01"
}

func nominationIn(status model.NominationStatus, campaign *model.Campaign) *model.Nomination {
	person := "P-nominee"
	return &model.Nomination{ID: "N", Reference: "DC-001", Status: status, Campaign: campaign, SubmittedByID: unitID,
		UnitID: unitID, PersonID: &person, Lineage: []string{unitID, issuerID}, Version: 4}
}

func TestOnlyTheMovesOfTheStateMachineAreMade(t *testing.T) {
	t.Parallel()
	type key struct {
		act  model.NominationAct
		from model.NominationStatus
	}
	moves := map[key]model.NominationStatus{}
	allow := func(act model.NominationAct, to model.NominationStatus, from ...model.NominationStatus) {
		for _, s := range from {
			moves[key{act, s}] = to
			if to == "" {
				moves[key{act, s}] = s
			}
		}
	}
	allow(model.NominationActEdit, "", model.NominationStatusDraft, model.NominationStatusReturned)
	allow(model.NominationActSubmit, model.NominationStatusSubmitted, model.NominationStatusDraft, model.NominationStatusReturned)
	allow(model.NominationActWithdraw, model.NominationStatusWithdrawn, model.NominationStatusDraft, model.NominationStatusSubmitted, model.NominationStatusReturned)
	allow(model.NominationActReturn, model.NominationStatusReturned, model.NominationStatusSubmitted)
	allow(model.NominationActAccept, model.NominationStatusAccepted, model.NominationStatusSubmitted)
	allow(model.NominationActDeclareIneligible, model.NominationStatusIneligible, model.NominationStatusSubmitted, model.NominationStatusReturned, model.NominationStatusAccepted)
	allow(model.NominationActShortlist, model.NominationStatusShortlisted, model.NominationStatusAccepted)
	allow(model.NominationActPassOver, model.NominationStatusNotShortlisted, model.NominationStatusAccepted)
	allow(model.NominationActEndorse, model.NominationStatusEndorsed, model.NominationStatusShortlisted)
	allow(model.NominationActNotEndorse, model.NominationStatusNotEndorsed, model.NominationStatusShortlisted)
	allow(model.NominationActApprove, model.NominationStatusApproved, model.NominationStatusEndorsed)
	allow(model.NominationActReject, model.NominationStatusRejected, model.NominationStatusEndorsed, model.NominationStatusApproved)
	allow(model.NominationActAward, model.NominationStatusAwarded, model.NominationStatusApproved)
	allow(model.NominationActHold, "", model.NominationStatusSubmitted, model.NominationStatusReturned, model.NominationStatusAccepted,
		model.NominationStatusShortlisted, model.NominationStatusEndorsed, model.NominationStatusApproved)

	everybody := head
	everybody.Grants = slices.Concat(head.Grants, secretary.Grants, approver.Grants)
	for _, act := range model.AllNominationAct {
		if act == model.NominationActDraft || act == model.NominationActRelease {
			continue // a draft comes from nothing; a release needs a hold
		}
		for _, from := range model.AllNominationStatus {
			want, allowed := moves[key{act, from}]
			if got, made := tryEverywhere(act, from, everybody); made != allowed || got != want {
				t.Errorf("%s from %s: made %v to %q, want %v to %q", act, from, made, got, allowed, want)
			}
		}
	}
}

// tryEverywhere makes a move in any phase that lets it through.
func tryEverywhere(act model.NominationAct, from model.NominationStatus, by model.Actor) (to model.NominationStatus, made bool) {
	for _, phase := range model.AllCampaignPhase {
		campaign, today := campaignIn(phase)
		n := nominationIn(from, campaign)
		move, err := n.Move(model.Act{Name: act, By: by, Today: today, Expected: n.Version})
		if err == nil {
			if move.ToStatus != n.Status || *move.FromStatus != from || move.Version != 5 || n.Version != 5 {
				return "a move that does not record itself", true
			}
			return n.Status, true
		}
		if n.Status != from || n.Version != 4 {
			return "a refusal that changes the nomination", true
		}
	}
	return "", false
}

func TestEachSideMakesItsOwnMoves(t *testing.T) {
	t.Parallel()
	nominee := secretary
	nominee.PersonID = "P-nominee"
	standIn := head
	standIn.ActingForPersonID = "P-nominee"
	for name, c := range map[string]struct {
		act    model.NominationAct
		from   model.NominationStatus
		phase  model.CampaignPhase
		by     model.Actor
		want   model.Code
		behalf bool
	}{
		"the head submits":                       {model.NominationActSubmit, model.NominationStatusDraft, model.CampaignPhaseNominating, head, "", false},
		"the office submits in the unit's place": {model.NominationActSubmit, model.NominationStatusDraft, model.CampaignPhaseNominating, secretary, "", true},
		"the authority does not submit":          {model.NominationActSubmit, model.NominationStatusDraft, model.CampaignPhaseNominating, approver, model.CodeForbidden, false},
		"the office accepts":                     {model.NominationActAccept, model.NominationStatusSubmitted, model.CampaignPhaseReviewing, secretary, "", false},
		"a head does not accept":                 {model.NominationActAccept, model.NominationStatusSubmitted, model.CampaignPhaseReviewing, head, model.CodeForbidden, false},
		"the authority approves":                 {model.NominationActApprove, model.NominationStatusEndorsed, model.CampaignPhaseDeciding, approver, "", false},
		"the office does not approve":            {model.NominationActApprove, model.NominationStatusEndorsed, model.CampaignPhaseDeciding, secretary, model.CodeForbidden, false},
		"nobody without a role does anything":    {model.NominationActSubmit, model.NominationStatusDraft, model.CampaignPhaseNominating, nobody, model.CodeForbidden, false},
		"a secretary who is nominated":           {model.NominationActAccept, model.NominationStatusSubmitted, model.CampaignPhaseReviewing, nominee, model.CodeConflictOfInterest, false},
		"someone acting for the nominee":         {model.NominationActSubmit, model.NominationStatusDraft, model.CampaignPhaseNominating, standIn, model.CodeConflictOfInterest, false},
		"too early":                              {model.NominationActApprove, model.NominationStatusEndorsed, model.CampaignPhaseVoting, approver, model.CodePhaseClosed, false},
		"too late":                               {model.NominationActSubmit, model.NominationStatusDraft, model.CampaignPhaseReviewing, head, model.CodePhaseClosed, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			campaign, today := campaignIn(c.phase)
			n := nominationIn(c.from, campaign)
			move, err := n.Move(model.Act{Name: c.act, By: c.by, Today: today, Expected: n.Version})
			if got := codeOf(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err == nil && move.OnBehalf != c.behalf {
				t.Errorf("in the unit's place: %v", move.OnBehalf)
			}
		})
	}
}

func TestMoveOnAnOldVersionIsAConflict(t *testing.T) {
	t.Parallel()
	campaign, today := campaignIn(model.CampaignPhaseNominating)
	n := nominationIn(model.NominationStatusDraft, campaign)
	if _, err := n.Move(model.Act{Name: model.NominationActSubmit, By: head, Today: today, Expected: 3}); codeOf(err) != model.CodeConflict {
		t.Error(err)
	}
}

func TestHeldNominationStaysUntilItIsReleased(t *testing.T) {
	t.Parallel()
	campaign, today := campaignIn(model.CampaignPhaseReviewing)
	n := nominationIn(model.NominationStatusAccepted, campaign)
	act := func() model.Act { return model.Act{By: secretary, Today: today, Expected: n.Version} }
	if _, err := n.Release(act()); codeOf(err) != model.CodeConflict {
		t.Errorf("released without a hold: %v", err)
	}
	if _, err := n.Hold(act()); err != nil || !n.Held || n.Status != model.NominationStatusAccepted || n.Scored() {
		t.Fatalf("%v, %+v", err, n)
	}
	if _, err := n.Hold(act()); codeOf(err) != model.CodeHeld {
		t.Errorf("held twice: %v", err)
	}
	shortlist := act()
	shortlist.Name = model.NominationActShortlist
	if _, err := n.Move(shortlist); codeOf(err) != model.CodeHeld {
		t.Errorf("shortlisted although held: %v", err)
	}
	if _, err := n.Release(act()); err != nil || n.Held || !n.Scored() {
		t.Errorf("%v, %+v", err, n)
	}
}

func codeOf(err error) model.Code {
	if err == nil {
		return ""
	}
	return model.CodeOf(err)
}
