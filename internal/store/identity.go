package store

import (
	"context"
	"crypto/subtle"
	"time"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/identity"
	"vinhdanh/model"
)

// SignInCode is what a frontend trades for the session of a sign-in at a provider, by its hash.
type SignInCode struct {
	Hash      string `bun:",pk"`
	AccountID string
	Challenge string
	ExpiresAt time.Time
}

// codeLifetime is how long a frontend has to fetch its session, in real time.
const codeLifetime = time.Minute

// ActorOf is who an identity proven by a bearer token speaks for, with the roles in force today.
func (s *Store) ActorOf(ctx context.Context, proof identity.Proof, actingFor string) (model.Actor, error) {
	query := s.read.NewSelect().Where("id = (SELECT account_id FROM identities WHERE issuer = ? AND subject = ?)", proof.Issuer, proof.Subject)
	account, err := one(ctx, query, new(model.Account), "account", "")
	if err != nil {
		return model.Actor{}, sessionEnded(err)
	}
	if account.Disabled {
		return model.Actor{}, sessionEnded(nil)
	}
	return s.actorOf(ctx, account, "", actingFor)
}

// SignInAs makes the code with which a frontend fetches a session for an identity proven at a provider. An identity that
// nobody linked is linked to the account of the username its provider vouches for, if the office trusts it for that.
func (s *Store) SignInAs(ctx context.Context, proof identity.Proof, challenge string) (string, error) {
	code, hash := auth.NewSecretToken()
	return code, s.transact(ctx, model.Actor{}, func(a *act) error {
		query := a.NewSelect().Where("issuer = ?", proof.Issuer).Where("subject = ?", proof.Subject)
		linked, err := one(ctx, query, new(model.Identity), "identity", "")
		if model.CodeOf(err) == model.CodeNotFound && proof.Username != "" {
			linked, err = a.linkFirst(ctx, proof)
		}
		if model.CodeOf(err) == model.CodeNotFound {
			return model.Errorf(model.CodeForbidden, "identity.not_linked")
		}
		if err != nil {
			return err
		}
		account, err := one(ctx, a.NewSelect().Where("id = ?", linked.AccountID), new(model.Account), "account", "")
		if err != nil {
			return err
		}
		if account.Disabled {
			return model.Errorf(model.CodeForbidden, "identity.not_linked")
		}
		return insert(ctx, a, &SignInCode{Hash: hash, AccountID: account.ID, Challenge: challenge, ExpiresAt: realNow().Add(codeLifetime)})
	})
}

// linkFirst links an identity to the account of its username, unless that has another of the same provider.
func (a *act) linkFirst(ctx context.Context, proof identity.Proof) (*model.Identity, error) {
	account, err := accountNamed(ctx, a, proof.Username)
	if err != nil {
		return nil, err
	}
	a.by.AccountID = account.ID
	linked := &model.Identity{Issuer: proof.Issuer, Subject: proof.Subject}
	return linked, a.link(ctx, account, linked)
}

func (a *act) link(ctx context.Context, account *model.Account, identity *model.Identity) error {
	identity.ID, identity.AccountID, identity.LinkedAt = newID("identity"), account.ID, realNow()
	a.auditFrom(ctx, "linkIdentity", nil, identity)
	return uniqueOr(insert(ctx, a, identity), model.Errorf(model.CodeConflict, "identity.taken"))
}

// ExchangeSignInCode opens the session of a sign-in at a provider for the frontend that began it. A code is used up by the
// first try, right or wrong.
func (s *Store) ExchangeSignInCode(ctx context.Context, input model.ExchangeSignInCodeInput) (*model.Session, model.Actor, error) {
	var account *model.Account
	var session *model.AccountSession
	tokens, err := once(ctx, s, model.Actor{}, func(a *act) (tokens *model.Session, err error) {
		code, err := one(ctx, s.forUpdate(a.NewSelect().Where("hash = ?", auth.HashSecretToken(input.Code))), new(SignInCode), "session", "")
		if err != nil {
			return nil, sessionEnded(err)
		}
		if _, err := a.NewDelete().Model(code).WherePK().Exec(ctx); err != nil {
			return nil, err
		}
		account, err = one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", code.AccountID)), new(model.Account), "account", "")
		if err != nil {
			return nil, err
		}
		meant := subtle.ConstantTimeCompare([]byte(auth.Challenge(input.Verifier)), []byte(code.Challenge)) == 1
		if !meant || account.Disabled || !realNow().Before(code.ExpiresAt) {
			return nil, nil
		}
		a.by.AccountID = account.ID
		session, tokens, err = a.openSession(ctx, account)
		return tokens, err
	})
	if err != nil {
		return nil, model.Actor{}, err
	}
	if tokens == nil {
		return nil, model.Actor{}, sessionEnded(nil)
	}
	actor, err := s.actorOf(ctx, account, session.ID, "")
	return tokens, actor, err
}

// IdentitiesOf lists the identities of an account to its owner and to administrators; nil to others.
func (s *Store) IdentitiesOf(ctx context.Context, by model.Actor, accountID string) ([]*model.Identity, error) {
	if by.AccountID != accountID && !by.IsAdmin() {
		return nil, nil
	}
	identities := []*model.Identity{}
	err := s.read.NewSelect().Model(&identities).Where("account_id = ?", accountID).Order("id").Scan(ctx)
	return identities, err
}

// ownIdentity is an identity for its account and for administrators.
func (s *Store) ownIdentity(ctx context.Context, by model.Actor, id string) (*model.Identity, error) {
	identity, err := one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.Identity), "identity", id)
	if err == nil && identity.AccountID != by.AccountID && !by.IsAdmin() {
		return nil, model.NotFound("identity", id)
	}
	return identity, err
}

// LinkIdentity links an identity to an account.
func (s *Store) LinkIdentity(ctx context.Context, by model.Actor, input model.LinkIdentityInput) (*model.Identity, error) {
	return once(ctx, s, by, func(a *act) (*model.Identity, error) {
		account, err := a.lockAccount(ctx, "input.username", input.Username)
		if err != nil {
			return nil, err
		}
		if err := account.MayLink(by); err != nil {
			return nil, err
		}
		identity := &model.Identity{Issuer: input.Issuer, Subject: input.Subject}
		return identity, a.link(ctx, account, identity)
	})
}

// UnlinkIdentity takes an identity from its account and ends the account's sessions.
func (s *Store) UnlinkIdentity(ctx context.Context, by model.Actor, input model.UnlinkIdentityInput) (*model.Account, error) {
	return once(ctx, s, by, func(a *act) (*model.Account, error) {
		identity, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", input.IdentityID)), new(model.Identity), "identity", input.IdentityID)
		if err != nil {
			return nil, err
		}
		account, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", identity.AccountID)), new(model.Account), "account", "")
		if err != nil {
			return nil, err
		}
		a.auditFrom(ctx, "unlinkIdentity", identity, nil)
		if _, err := a.NewDelete().Model(identity).WherePK().Exec(ctx); err != nil {
			return nil, err
		}
		_, err = a.endSessions(ctx, account.ID, "")
		return account, err
	})
}
