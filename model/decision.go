package model

import (
	"regexp"
	"time"
)

// Decision is a signed paper that grants awards.
type Decision struct {
	ID             string `bun:",pk"`
	Number         *string
	Year           int
	DecidedOn      Date
	IssuerID       string
	CampaignID     *string
	Status         DecisionStatus
	SignerID       *string
	SignerName     *string `audit:"-"`
	SignerPosition *string
	SigningMode    *SigningMode
	BonusRounding  *BonusRounding
	BaseSalary     *VND
	Collectives    int
	Individuals    int
	BonusTotal     VND
	IssuedAt       *time.Time
	PublishedAt    *time.Time
	Version        int
}

// DecisionBasis is one legal basis of a decision, as it is cited.
type DecisionBasis struct {
	DecisionID string `bun:",pk"`
	Position   int    `bun:",pk"`
	Text       string
}

var decisionNumber = regexp.MustCompile(`^[0-9]{1,6}/[\p{Lu}0-9][\p{Lu}0-9.&-]*$`)

// CheckNumber refuses decision numbers not of the form number/symbol, such as 713/QĐ-UBND (Decree 30/2020/NĐ-CP).
func CheckNumber(path, number string) error {
	if !decisionNumber.MatchString(number) {
		return BadInput(path, "decision.number_invalid", "value", number)
	}
	return nil
}

// Redraft says whether the draft may be rewritten by the actor.
func (d *Decision) Redraft(by Actor, expected int) error {
	switch {
	case !by.SecretaryFor(d.IssuerID) && !by.ApproverFor(d.IssuerID):
		return Errorf(CodeForbidden, "decision.not_yours")
	case d.Status != DecisionStatusDraft:
		return Errorf(CodeConflict, "decision.immutable")
	case expected != d.Version:
		return Stale(expected, d.Version)
	}
	d.Version++
	return nil
}

// Issue signs and numbers the decision. listed are the recipients on its list; the stated counts must agree.
func (d *Decision) Issue(by Actor, now time.Time, input IssueDecisionInput, listed map[RecipientKind]int) error {
	switch {
	case !by.ApproverFor(d.IssuerID):
		return Errorf(CodeForbidden, "decision.not_yours")
	case d.Status != DecisionStatusDraft:
		return Errorf(CodeConflict, "decision.immutable")
	case input.ExpectedVersion != d.Version:
		return Stale(input.ExpectedVersion, d.Version)
	case d.DecidedOn > DateOf(now):
		return BadInput("input.decisionId", "decision.future", "decidedOn", d.DecidedOn)
	}
	if input.Number != nil {
		d.Number = input.Number
	}
	if d.Number == nil {
		return BadInput("input.number", "decision.number_missing")
	}
	if err := CheckNumber("input.number", *d.Number); err != nil {
		return err
	}
	if err := checkCounts(input, listed); err != nil {
		return err
	}
	d.Status, d.IssuedAt = DecisionStatusIssued, &now
	d.Version++
	return nil
}

func checkCounts(input IssueDecisionInput, listed map[RecipientKind]int) error {
	var faults []Violation
	if found := listed[RecipientKindCollective]; input.Collectives != found {
		faults = append(faults, Violated("input.collectives", "decision.wrong_count", "stated", input.Collectives, "listed", found))
	}
	if found := listed[RecipientKindIndividual]; input.Individuals != found {
		faults = append(faults, Violated("input.individuals", "decision.wrong_count", "stated", input.Individuals, "listed", found))
	}
	if len(faults) == 0 && input.Collectives+input.Individuals == 0 {
		faults = append(faults, Violated("input.decisionId", "decision.empty"))
	}
	return Refuse(faults)
}

// Publish opens the decision and its awards to everyone.
func (d *Decision) Publish(by Actor, now time.Time, expected int) error {
	switch {
	case !by.ApproverFor(d.IssuerID):
		return Errorf(CodeForbidden, "decision.not_yours")
	case d.Status != DecisionStatusIssued:
		return Errorf(CodeConflict, "decision.not_issued", "status", d.Status)
	case expected != d.Version:
		return Stale(expected, d.Version)
	}
	d.Status, d.PublishedAt = DecisionStatusPublished, &now
	d.Version++
	return nil
}
