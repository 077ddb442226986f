package model

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Account is a login. The person it belongs to is who nominates, scores or signs.
type Account struct {
	ID           string `bun:",pk"`
	Username     string `audit:"-"`
	PersonID     *string
	PasswordHash string `audit:"-"`
	Disabled     bool
	CreatedAt    time.Time
	Version      int
	// ErasedAt is when what is personal was taken out of it; FormerPersonID is whose it was until then.
	ErasedAt       *time.Time
	ErasureReason  *string `audit:"-"`
	FormerPersonID *string
}

// MarshalJSON writes that there is a password, and nothing of it.
func (a Account) MarshalJSON() ([]byte, error) {
	type fields Account
	if a.PasswordHash != "" {
		a.PasswordHash = "set"
	}
	return json.Marshal(fields(a))
}

// Locked says that no password has been set, so that nobody can sign in.
func (a *Account) Locked() bool { return a.PasswordHash == "" }

var usernameText = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,63}$`)

// FoldUsername is how a username is stored and looked up.
func FoldUsername(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// CheckUsername refuses names that cannot be typed everywhere.
func CheckUsername(folded string) error {
	if !usernameText.MatchString(folded) {
		return BadInput("input.username", "account.username_invalid")
	}
	return nil
}

// CheckPassword refuses a password, given at path, that whoever knows the username would try first. Its length is in the
// schema.
func CheckPassword(path, username, password string) error {
	if strings.Contains(strings.ToLower(password), FoldUsername(username)) {
		return BadInput(path, "account.password_has_username")
	}
	return nil
}

// Disable refuses to disable the own account, so that the last administrator stays.
func (a *Account) Disable(by Actor, disabled bool) error {
	switch {
	case disabled && a.ID == by.AccountID:
		return Errorf(CodeForbidden, "role.own_account")
	case a.ErasedAt != nil:
		return Errorf(CodeConflict, "account.erased")
	}
	a.Disabled = disabled
	return nil
}

// MayReset refuses a token for the own account, which would let a borrowed session become a stolen account, and for a
// disabled one.
func (a *Account) MayReset(by Actor) error {
	switch {
	case a.ID == by.AccountID:
		return Errorf(CodeForbidden, "account.reset_own")
	case a.Disabled:
		return Errorf(CodeConflict, "account.disabled")
	}
	return nil
}

// AccountSession is one sign-in with all tokens that follow from it.
type AccountSession struct {
	ID        string `bun:",pk"`
	AccountID string
	StartedAt time.Time
	// LastUsedAt is when it last fetched tokens.
	LastUsedAt time.Time `audit:"-"`
	ExpiresAt  time.Time
	EndedAt    *time.Time
	Address    string `audit:"-"`
	UserAgent  string `audit:"-"`
}

// RoleGrant is one role in one scope for one span of days.
type RoleGrant struct {
	ID             string `bun:",pk"`
	AccountID      string
	Role           Role
	OrganizationID *string
	ValidFrom      Date
	ValidTo        *Date
	// EndReason is why it was revoked.
	EndReason *string `audit:"-"`

	// CampaignID is the scope of a seat on a council, which is a role without a row of its own.
	CampaignID *string `bun:"-"`
	// Units is the subtree of the organization, itself included.
	Units []string `bun:"-" audit:"-"`
}

// Covers says whether the unit lies in the scope of the grant.
func (g *RoleGrant) Covers(unitID string) bool { return slices.Contains(g.Units, unitID) }

// CheckGrant refuses grants that would let one hand hold what the law keeps apart. held are the roles in force.
func CheckGrant(by Actor, grant *RoleGrant, held []Role) error {
	switch {
	case grant.Role == RoleReviewer:
		return BadInput("input.role", "role.reviewer_by_campaign")
	case grant.AccountID == by.AccountID:
		return Errorf(CodeForbidden, "role.own_account")
	case (grant.Role == RoleAdmin) != (grant.OrganizationID == nil):
		return BadInput("input.organizationCode", "role.scope")
	case grant.ValidTo != nil && *grant.ValidTo < grant.ValidFrom:
		return BadInput("input.validTo", "date.order", "from", grant.ValidFrom, "to", *grant.ValidTo)
	}
	return CheckSeparation(append(held, grant.Role))
}

// CheckSeparation keeps administration apart from scoring, voting and deciding.
func CheckSeparation(roles []Role) error {
	if slices.Contains(roles, RoleAdmin) && (slices.Contains(roles, RoleReviewer) || slices.Contains(roles, RoleApprover)) {
		return Errorf(CodeConflict, "role.separation")
	}
	return nil
}

// Delegation lets one account act in another's place in one role for a while.
type Delegation struct {
	ID            string `bun:",pk"`
	FromAccountID string
	ToAccountID   string
	Role          Role
	ValidFrom     Date
	ValidTo       Date
	Reason        string `audit:"-"`
	EndedAt       *time.Time
}

// Ended says that it was ended before its last day.
func (d *Delegation) Ended() bool { return d.EndedAt != nil }

// maxDelegationDays bounds a delegation, so that a forgotten one ends by itself.
const maxDelegationDays = 366

// TooLong says that it lasts longer than a delegation may.
func (d *Delegation) TooLong() bool { return d.ValidTo > d.ValidFrom.AddDays(maxDelegationDays) }

// Check refuses delegations that nobody may make. held are the roles of whom it goes to.
func (d *Delegation) Check(by Actor, held []Role) error {
	switch {
	case d.Role != RoleDepartmentHead && d.Role != RoleSecretary && d.Role != RoleApprover:
		return BadInput("input.role", "delegation.role")
	case d.FromAccountID != by.AccountID && !by.IsAdmin():
		return Errorf(CodeForbidden, "delegation.not_yours")
	case by.ActingForID != "":
		return Errorf(CodeForbidden, "delegation.onward")
	case d.FromAccountID == d.ToAccountID:
		return BadInput("input.toUsername", "delegation.to_self")
	case d.ToAccountID == by.AccountID:
		return Errorf(CodeForbidden, "role.own_account")
	case d.ValidTo < d.ValidFrom:
		return BadInput("input.validTo", "date.order", "from", d.ValidFrom, "to", d.ValidTo)
	case d.TooLong():
		return BadInput("input.validTo", "delegation.too_long")
	}
	return CheckSeparation(append(held, d.Role))
}

// Revoke ends the role at once; the actor may not end the own one, so that the last administrator stays.
func (g *RoleGrant) Revoke(by Actor, today Date, reason string) error {
	switch {
	case g.AccountID == by.AccountID:
		return Errorf(CodeForbidden, "role.own_account")
	case g.ValidTo != nil && *g.ValidTo < today:
		return Errorf(CodeConflict, "role.ended")
	}
	yesterday := today.AddDays(-1)
	g.ValidTo, g.EndReason = &yesterday, &reason
	return nil
}

// End ends the delegation now. Either side may do it, and an administrator.
func (d *Delegation) End(by Actor, now time.Time) error {
	switch {
	case d.FromAccountID != by.AccountID && d.ToAccountID != by.AccountID && !by.IsAdmin():
		return NotFound("delegation", d.ID)
	case d.Ended():
		return Errorf(CodeConflict, "delegation.ended")
	}
	d.EndedAt = &now
	return nil
}
