package model

import (
	"fmt"
	"time"
)

// Award is what one recipient received. Name, position and unit are those of the day.
type Award struct {
	ID               string `bun:",pk"`
	DecisionID       string
	NominationID     *string
	CampaignID       *string
	AwardTypeID      string
	Category         AwardCategory
	Level            AwardLevel
	RecipientKind    RecipientKind
	PersonID         *string
	OrganizationID   *string
	UnitID           string
	RecipientName    string `audit:"-"`
	RecipientFolded  string `audit:"-"`
	RecipientSort    []byte `audit:"-"`
	ListPosition     int
	Position         *string `audit:"-"`
	UnitName         string  `audit:"-"`
	Gender           *Gender `audit:"-"`
	Year             int
	GrantedOn        Date
	AchievementCode  *string
	Achievement      *string `audit:"-"`
	RegisterBook     *string
	RegisterLine     *int
	VerificationCode *string `audit:"-"`
	Coefficient      *Decimal
	Bonus            *VND
	Published        bool
	Status           AwardStatus
	Version          int

	AwardType *AwardType `bun:"rel:belongs-to,join:award_type_id=id" audit:"-"`
	Decision  *Decision  `bun:"rel:belongs-to,join:decision_id=id" audit:"-"`
	Campaign  *Campaign  `bun:"rel:belongs-to,join:campaign_id=id" audit:"-"`
	Person    *Person    `bun:"rel:belongs-to,join:person_id=id" audit:"-"`
}

// RecipientID is the person or the unit that received it.
func (a *Award) RecipientID() string {
	if a.PersonID != nil {
		return *a.PersonID
	}
	return *a.OrganizationID
}

// RegisterNumber is the line in the register of issuer and year, such as 0042/2025.
func (a *Award) RegisterNumber() *string {
	if a.RegisterLine == nil {
		return nil
	}
	number := fmt.Sprintf("%04d/%d", *a.RegisterLine, a.GrantedOn.Year())
	return &number
}

// Revocation records how an award was revoked.
type Revocation struct {
	AwardID        string `bun:",pk"`
	Ground         RevocationGround
	DecisionNumber string
	DecidedOn      Date
	Document       string `audit:"-"`
	RevokedBy      *string
	RevokedAt      time.Time
}

// Revoke makes the award void from the day it was granted (Law 06/2022/QH15, chapter VII).
// The award's decision must be loaded.
func (a *Award) Revoke(by Actor, today Date, input RevokeAwardInput) error {
	switch {
	case !by.ApproverFor(a.Decision.IssuerID):
		return Errorf(CodeForbidden, "award.not_yours")
	case by.Is(a.PersonID):
		return Errorf(CodeConflictOfInterest, "award.own")
	case a.Status != AwardStatusActive:
		return Errorf(CodeConflict, "award.revoked")
	case input.ExpectedVersion != a.Version:
		return Stale(input.ExpectedVersion, a.Version)
	case input.DecidedOn < a.GrantedOn:
		return BadInput("input.decidedOn", "date.order", "from", a.GrantedOn, "to", input.DecidedOn)
	case input.DecidedOn > today:
		return BadInput("input.decidedOn", "date.future", "value", input.DecidedOn)
	}
	if err := CheckNumber("input.decisionNumber", input.DecisionNumber); err != nil {
		return err
	}
	a.Status = AwardStatusRevoked
	a.Version++
	return nil
}
