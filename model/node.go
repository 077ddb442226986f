package model

// Node is anything with an id that can be found again.
type Node interface{ IsNode() }

// The nouns that are nodes.
func (*Account) IsNode()          {}
func (*AccountSession) IsNode()   {}
func (*Identity) IsNode()         {}
func (*RoleGrant) IsNode()        {}
func (*Delegation) IsNode()       {}
func (*Organization) IsNode()     {}
func (*Person) IsNode()           {}
func (*PersonnelFact) IsNode()    {}
func (*ReformIndicator) IsNode()  {}
func (*ReformResult) IsNode()     {}
func (*AwardType) IsNode()        {}
func (*Campaign) IsNode()         {}
func (*Nomination) IsNode()       {}
func (*Dossier) IsNode()          {}
func (*Comment) IsNode()          {}
func (*EvidenceFile) IsNode()     {}
func (*ReviewAssignment) IsNode() {}
func (*ScoreSheet) IsNode()       {}
func (*BallotRound) IsNode()      {}
func (*Decision) IsNode()         {}
func (*Award) IsNode()            {}
func (*AuditEntry) IsNode()       {}

// Recipient is who is nominated or awarded.
type Recipient interface{ IsRecipient() }

// IsRecipient marks a person as an individual recipient.
func (*Person) IsRecipient() {}

// IsRecipient marks a unit as a collective recipient.
func (*Organization) IsRecipient() {}

// The connections of the schema.
type (
	AccountConnection      = Connection[Account]
	AccountEdge            = Edge[Account]
	OrganizationConnection = Connection[Organization]
	OrganizationEdge       = Edge[Organization]
	PersonConnection       = Connection[Person]
	PersonEdge             = Edge[Person]
	ReformResultConnection = Connection[ReformResult]
	ReformResultEdge       = Edge[ReformResult]
	CampaignConnection     = Connection[Campaign]
	CampaignEdge           = Edge[Campaign]
	NominationConnection   = Connection[Nomination]
	NominationEdge         = Edge[Nomination]
	DecisionConnection     = Connection[Decision]
	DecisionEdge           = Edge[Decision]
	AwardConnection        = Connection[Award]
	AwardEdge              = Edge[Award]
	AuditEntryConnection   = Connection[AuditEntry]
	AuditEntryEdge         = Edge[AuditEntry]
)
