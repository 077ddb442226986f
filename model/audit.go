package model

import "time"

// AuditRealm groups acts by what they are about; who may read an entry hangs on it.
type AuditRealm string

// The realms of the record.
const (
	RealmAccount    AuditRealm = "ACCOUNT"
	RealmRegistry   AuditRealm = "REGISTRY"
	RealmCampaign   AuditRealm = "CAMPAIGN"
	RealmNomination AuditRealm = "NOMINATION"
	RealmComment    AuditRealm = "COMMENT"
	RealmAssignment AuditRealm = "ASSIGNMENT"
	RealmScore      AuditRealm = "SCORE"
	RealmBallot     AuditRealm = "BALLOT"
	RealmDecision   AuditRealm = "DECISION"
)

// AuditEntry is one act in the record: who, in whose place, when, to what, and what changed. It holds ids, never names.
type AuditEntry struct {
	ID             string `bun:",pk"`
	At             time.Time
	AccountID      *string
	ActingForID    *string
	Action         string
	Realm          AuditRealm
	ObjectType     string
	ObjectID       string
	OrganizationID *string
	CampaignID     *string
	NominationID   *string
	Before         *string `bun:"before_state"`
	After          *string `bun:"after_state"`
	// Address is kept in a table of its own, for a while.
	Address *string `bun:",scanonly"`
}
