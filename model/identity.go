package model

import "time"

// Identity is who an identity provider says the owner of an account is.
type Identity struct {
	ID        string `bun:",pk"`
	AccountID string
	Issuer    string
	Subject   string `audit:"-"`
	LinkedAt  time.Time
}

// MayLink refuses to link an identity to the own account, which would let a borrowed session become a stolen account.
func (a *Account) MayLink(by Actor) error {
	if a.ID == by.AccountID {
		return Errorf(CodeForbidden, "identity.own_account")
	}
	return nil
}
