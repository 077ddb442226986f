package model

// Task is something that waits for the reader.
type Task struct {
	Kind           TaskKind
	CampaignID     *string
	NominationID   *string
	OrganizationID *string
	PersonID       *string
	Count          int
	DueOn          *Date
	Late           bool
}

// Viewer is the reader.
type Viewer struct{ Actor Actor }
