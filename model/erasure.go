package model

import (
	"strings"
	"time"
)

// Erase takes what is personal out of a login for good. It has to be disabled first, so that there are two looks at it.
func (a *Account) Erase(by Actor, reason string, now time.Time) error {
	switch {
	case a.ID == by.AccountID:
		return Errorf(CodeForbidden, "account.erase_own")
	case a.ErasedAt != nil:
		return Errorf(CodeConflict, "account.erased")
	case !a.Disabled:
		return Errorf(CodeConflict, "account.erase_enabled")
	}
	_, key, _ := strings.Cut(a.ID, "_")
	a.Username, a.PasswordHash = "erased-"+key, ""
	a.FormerPersonID, a.PersonID = a.PersonID, nil
	a.ErasedAt, a.ErasureReason = &now, &reason
	a.Version++
	return nil
}

// Owner is the person whose login it is, or was before it was erased.
func (a *Account) Owner() *string {
	if a.PersonID == nil {
		return a.FormerPersonID
	}
	return a.PersonID
}

// ErasureReasonFor is why it was erased, for those who administer logins.
func (a *Account) ErasureReasonFor(by Actor) *string {
	if !by.IsAdmin() {
		return nil
	}
	return a.ErasureReason
}
