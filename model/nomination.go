package model

import (
	"slices"
	"time"
)

// Nomination proposes one recipient for one award type on one ground, for one achievement.
type Nomination struct {
	ID              string `bun:",pk"`
	CampaignID      string
	Reference       string
	AwardTypeID     string
	RecipientKind   RecipientKind
	PersonID        *string
	OrganizationID  *string
	UnitID          string
	SubmittedByID   string
	GroundID        string
	ReformUnitID    *string
	AchievementCode string
	Achievement     string `audit:"-"`
	RecipientFolded string `audit:"-"`
	Status          NominationStatus
	Held            bool
	DossierID       *string
	DecisionID      *string
	SubmittedAt     *time.Time
	Version         int

	// What a move depends on beside the nomination; loaded when it is to move.
	Campaign *Campaign `bun:"-" audit:"-" json:"-"`
	// Lineage is the submitting unit with all units above it, whose extensions of a deadline count.
	Lineage []string `bun:"-" audit:"-" json:"-"`
	// Recused says that the actor declared a conflict of interest.
	Recused bool `bun:"-" audit:"-" json:"-"`
}

// RecipientID is the person or the unit nominated.
func (n *Nomination) RecipientID() string {
	if n.PersonID != nil {
		return *n.PersonID
	}
	return *n.OrganizationID
}

// Dossier is one unit's request with its list.
type Dossier struct {
	ID             string `bun:",pk"`
	CampaignID     string
	OrganizationID string
	Number         string
	DatedOn        Date
	SubmittedBy    *string
	SubmittedAt    time.Time
}

// NominationMove is one move of a nomination.
type NominationMove struct {
	ID           string `bun:",pk"`
	NominationID string
	Act          NominationAct
	FromStatus   *NominationStatus
	ToStatus     NominationStatus
	At           time.Time
	AccountID    *string
	ActingForID  *string
	OnBehalf     bool
	Reason       *string
	Version      int
}

// Hold stops a nomination while a case is open.
type Hold struct {
	ID              string `bun:",pk"`
	NominationID    string
	Reason          string `audit:"-"`
	Document        string `audit:"-"`
	OpenedAt        time.Time
	ClosedAt        *time.Time
	ClosingDocument *string `audit:"-"`
}

// Comment is a remark between unit and office.
type Comment struct {
	ID           string `bun:",pk"`
	NominationID string
	AccountID    string
	Body         string `audit:"-"`
	At           time.Time
}

// RuleConfirmation is a person's judgement on a rule that no record can answer.
type RuleConfirmation struct {
	ID           string `bun:",pk"`
	NominationID string
	RuleCode     string
	Document     string `audit:"-"`
	ConfirmedBy  *string
	ConfirmedAt  time.Time
}

// EvidenceFile is a file that supports a nomination. The content lies in the evidence store under its SHA-256.
type EvidenceFile struct {
	ID           string `bun:",pk"`
	NominationID string
	FileName     string `audit:"-"`
	MediaType    string
	Size         int64
	SHA256       string `bun:"sha256"`
	AttachedBy   *string
	AttachedAt   time.Time
	RemovedAt    *time.Time
}

// side is who makes a move: the unit that nominates, the office, a count that decides by itself, or the authority.
type side int

const (
	sideUnit side = iota
	sideOffice
	sideCount
	sideAuthority
)

// transition is one row of the state machine.
type transition struct {
	side   side
	from   []NominationStatus
	to     NominationStatus // "" keeps the status
	phases []CampaignPhase
	// held is whether a held nomination may make the move.
	held bool
}

var transitions = map[NominationAct]transition{
	NominationActEdit:   {side: sideUnit, from: editable, phases: nominating, held: true},
	NominationActSubmit: {side: sideUnit, from: editable, to: NominationStatusSubmitted, phases: nominating, held: true},
	NominationActWithdraw: {side: sideUnit, from: []NominationStatus{NominationStatusDraft, NominationStatusSubmitted, NominationStatusReturned},
		to: NominationStatusWithdrawn, phases: beforeReview, held: true},
	NominationActReturn: {side: sideOffice, from: []NominationStatus{NominationStatusSubmitted}, to: NominationStatusReturned, phases: beforeReview, held: true},
	NominationActAccept: {side: sideOffice, from: []NominationStatus{NominationStatusSubmitted}, to: NominationStatusAccepted, phases: beforeReview},
	NominationActDeclareIneligible: {side: sideOffice, from: []NominationStatus{NominationStatusSubmitted, NominationStatusReturned, NominationStatusAccepted},
		to: NominationStatusIneligible, phases: beforeReview, held: true},
	NominationActHold:       {side: sideOffice, from: underway, phases: beforeIssue},
	NominationActRelease:    {side: sideOffice, from: underway, phases: beforeClose, held: true},
	NominationActShortlist:  {side: sideCount, from: []NominationStatus{NominationStatusAccepted}, to: NominationStatusShortlisted, phases: shortlisting},
	NominationActPassOver:   {side: sideCount, from: []NominationStatus{NominationStatusAccepted}, to: NominationStatusNotShortlisted, phases: shortlisting},
	NominationActEndorse:    {side: sideCount, from: []NominationStatus{NominationStatusShortlisted}, to: NominationStatusEndorsed, phases: voting, held: true},
	NominationActNotEndorse: {side: sideCount, from: []NominationStatus{NominationStatusShortlisted}, to: NominationStatusNotEndorsed, phases: voting, held: true},
	NominationActApprove:    {side: sideAuthority, from: []NominationStatus{NominationStatusEndorsed}, to: NominationStatusApproved, phases: deciding},
	NominationActReject: {side: sideAuthority, from: []NominationStatus{NominationStatusEndorsed, NominationStatusApproved},
		to: NominationStatusRejected, phases: deciding, held: true},
	NominationActAward: {side: sideAuthority, from: []NominationStatus{NominationStatusApproved}, to: NominationStatusAwarded, phases: deciding},
}

var (
	editable     = []NominationStatus{NominationStatusDraft, NominationStatusReturned}
	shortlisting = []CampaignPhase{CampaignPhaseReviewing, CampaignPhaseVoting}
	voting       = []CampaignPhase{CampaignPhaseVoting}
	deciding     = []CampaignPhase{CampaignPhaseDeciding}
	nominating   = []CampaignPhase{CampaignPhaseNominating}
	beforeReview = []CampaignPhase{CampaignPhaseNominating, CampaignPhaseReviewing}
	beforeIssue  = []CampaignPhase{CampaignPhaseNominating, CampaignPhaseReviewing, CampaignPhaseVoting, CampaignPhaseDeciding}
	beforeClose  = []CampaignPhase{CampaignPhaseNominating, CampaignPhaseReviewing, CampaignPhaseVoting, CampaignPhaseDeciding, CampaignPhasePublished}

	// underway are the statuses in which a case that opens stops the nomination.
	underway = []NominationStatus{NominationStatusSubmitted, NominationStatusReturned, NominationStatusAccepted,
		NominationStatusShortlisted, NominationStatusEndorsed, NominationStatusApproved}
)

// Editable says whether its unit may still change it.
func (n *Nomination) Editable() bool { return slices.Contains(editable, n.Status) }

// Scored says whether reviewers score it: it is accepted and no case is open.
func (n *Nomination) Scored() bool { return n.Status == NominationStatusAccepted && !n.Held }

// Act is one move to make: which, who, when, why, and the version the client last read.
type Act struct {
	Name     NominationAct
	By       Actor
	Now      time.Time
	Today    Date
	Reason   string
	Expected int
}

// Move makes a move of the state machine or refuses it, and says what to keep of it.
// The nomination's campaign must be loaded.
func (n *Nomination) Move(act Act) (*NominationMove, error) {
	t, known := transitions[act.Name]
	if !known {
		return nil, Errorf(CodeInternal, "nomination.unknown_act")
	}
	onBehalf, err := n.mayAct(t.side, act.By)
	if err != nil {
		return nil, err
	}
	switch {
	case act.Expected != n.Version:
		return nil, Stale(act.Expected, n.Version)
	case !slices.Contains(t.from, n.Status):
		return nil, Errorf(CodeConflict, "nomination.wrong_status", "reference", n.Reference, "status", n.Status, "act", act.Name)
	case n.Held && !t.held:
		return nil, Errorf(CodeHeld, "nomination.held", "reference", n.Reference)
	}
	if err := n.Campaign.MustBe(act.Today, n.Lineage, t.phases...); err != nil {
		return nil, err
	}
	from := n.Status
	if t.to != "" {
		n.Status = t.to
	}
	n.Version++
	return n.recordMove(act, &from, onBehalf), nil
}

// Draft records the birth of a nomination after checking that the actor may draft it.
func (n *Nomination) Draft(act Act) (*NominationMove, error) {
	onBehalf, err := n.mayAct(sideUnit, act.By)
	if err != nil {
		return nil, err
	}
	if err := n.Campaign.MustBe(act.Today, n.Lineage, CampaignPhaseNominating); err != nil {
		return nil, err
	}
	n.Status, n.Version = NominationStatusDraft, 1
	return n.recordMove(act, nil, onBehalf), nil
}

// LawfulMove says whether the state machine knows a move from one status to another; none is before the draft.
func LawfulMove(act NominationAct, from *NominationStatus, to NominationStatus) bool {
	if from == nil {
		return act == NominationActDraft && to == NominationStatusDraft
	}
	t, known := transitions[act]
	return known && slices.Contains(t.from, *from) && (t.to == to || t.to == "" && *from == to)
}

// MayComment says whether the actor may write to unit or office about the nomination: they may, but for the own one.
func (n *Nomination) MayComment(by Actor) error {
	switch {
	case !by.Heads(n.SubmittedByID) && !by.SecretaryFor(n.Campaign.IssuerID):
		return Errorf(CodeForbidden, "nomination.not_yours", "reference", n.Reference)
	case by.Is(n.PersonID):
		return Errorf(CodeConflictOfInterest, "nomination.own", "reference", n.Reference)
	}
	return nil
}

// Hold stops the nomination and keeps its place.
func (n *Nomination) Hold(act Act) (*NominationMove, error) {
	act.Name = NominationActHold
	move, err := n.Move(act)
	if err == nil {
		n.Held = true
	}
	return move, err
}

// Release lets a held nomination go on.
func (n *Nomination) Release(act Act) (*NominationMove, error) {
	act.Name = NominationActRelease
	if act.Expected == n.Version && !n.Held {
		return nil, Errorf(CodeConflict, "nomination.not_held", "reference", n.Reference)
	}
	move, err := n.Move(act)
	if err == nil {
		n.Held = false
	}
	return move, err
}

// mayAct says whether the actor may act for a side, and whether the office does so in the unit's place.
func (n *Nomination) mayAct(s side, by Actor) (onBehalf bool, err error) {
	issuer := n.Campaign.IssuerID
	if s == sideCount {
		return false, nil
	}
	if by.Is(n.PersonID) || n.Recused {
		return false, Errorf(CodeConflictOfInterest, "nomination.own", "reference", n.Reference)
	}
	switch s {
	case sideUnit:
		if by.Heads(n.SubmittedByID) {
			return false, nil
		}
		if by.SecretaryFor(issuer) {
			return true, nil
		}
	case sideOffice:
		if by.SecretaryFor(issuer) {
			return false, nil
		}
	case sideAuthority:
		if by.ApproverFor(issuer) {
			return false, nil
		}
	}
	return false, Errorf(CodeForbidden, "nomination.not_yours", "reference", n.Reference)
}

func (n *Nomination) recordMove(act Act, from *NominationStatus, onBehalf bool) *NominationMove {
	move := &NominationMove{NominationID: n.ID, Act: act.Name, FromStatus: from, ToStatus: n.Status, At: act.Now,
		OnBehalf: onBehalf, Version: n.Version, AccountID: optional(act.By.AccountID), ActingForID: optional(act.By.ActingForID)}
	if act.Reason != "" {
		move.Reason = &act.Reason
	}
	return move
}

// optional is nil for the zero value, for columns that may be empty.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
