package store

import (
	"context"
	"errors"
	"time"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// RefreshToken is a refresh token that was given out, by its hash.
type RefreshToken struct {
	Hash      string `bun:",pk"`
	SessionID string
	UsedAt    *time.Time
}

// SignIn opens a session for a name and its password.
func (s *Store) SignIn(ctx context.Context, input model.SignInInput) (*model.Session, model.Actor, error) {
	proven, charged, err := s.provePassword(ctx, input.Username, input.Password)
	if err != nil {
		return nil, model.Actor{}, err
	}
	hash := proven.PasswordHash
	if s.Passwords.Outdated(hash) {
		if hash, err = s.Passwords.Hash(ctx, input.Password); err != nil {
			return nil, model.Actor{}, err
		}
	}
	var session *model.AccountSession
	tokens, err := once(ctx, s, model.Actor{AccountID: proven.ID}, func(a *act) (tokens *model.Session, err error) {
		account, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", proven.ID)), new(model.Account), "account", "")
		if err != nil {
			return nil, err
		}
		if account.Disabled || account.PasswordHash != proven.PasswordHash {
			return nil, wrongPassword() // changed since it was proven
		}
		if account.PasswordHash = hash; hash != proven.PasswordHash {
			if err := save(ctx, a, account); err != nil {
				return nil, err
			}
		}
		if err := a.refund(ctx, account.Username, charged); err != nil {
			return nil, err
		}
		session, tokens, err = a.openSession(ctx, account)
		return tokens, err
	})
	if err != nil {
		return nil, model.Actor{}, err
	}
	actor, err := s.actorOf(ctx, proven, session.ID, "")
	return tokens, actor, err
}

// openSession begins a session of an account that has proven who it is.
func (a *act) openSession(ctx context.Context, account *model.Account) (*model.AccountSession, *model.Session, error) {
	now := realNow()
	client := auth.ClientOf(ctx)
	session := &model.AccountSession{ID: newID("session"), AccountID: account.ID, StartedAt: now, LastUsedAt: now,
		ExpiresAt: now.Add(auth.SessionLifetime), Address: client.String(), UserAgent: client.UserAgent}
	a.auditFrom(ctx, "signIn", nil, session)
	if err := insert(ctx, a, session); err != nil {
		return nil, nil, err
	}
	tokens, err := a.newTokens(ctx, session)
	return session, tokens, err
}

// errReused says that a refresh token was used a second time; the session has been ended.
var errReused = errors.New("refresh token reused")

// RefreshSession trades a refresh token for new tokens. One used before ends its session, and that is recorded although
// the answer is an error.
func (s *Store) RefreshSession(ctx context.Context, input model.RefreshSessionInput) (*model.Session, error) {
	var tokens *model.Session
	var reused bool
	err := s.transact(ctx, model.Actor{}, func(a *act) error {
		token, session, err := a.session(ctx, input.RefreshToken)
		if err != nil {
			return err
		}
		a.by.AccountID = session.AccountID
		now := realNow()
		if reused = token.UsedAt != nil; reused {
			return a.endSession(ctx, "refreshTokenReused", session)
		}
		token.UsedAt = &now
		session.LastUsedAt = now
		if err := save(ctx, a, token, session); err != nil {
			return err
		}
		a.audit("refreshSession", about{realm: model.RealmAccount}, nil, session)
		tokens, err = a.newTokens(ctx, session)
		return err
	})
	if err == nil && reused {
		return nil, sessionEnded(errReused)
	}
	return tokens, err
}

// SignOut ends the session of a refresh token.
func (s *Store) SignOut(ctx context.Context, input model.SignOutInput) (ended bool, err error) {
	err = s.transact(ctx, model.Actor{}, func(a *act) error {
		_, session, err := a.session(ctx, input.RefreshToken)
		if err != nil {
			return err
		}
		a.by.AccountID, ended = session.AccountID, true
		return a.endSession(ctx, "signOut", session)
	})
	if model.CodeOf(err) == model.CodeUnauthenticated {
		return false, nil
	}
	return ended, err
}

// session finds the living session of a refresh token and locks it.
func (a *act) session(ctx context.Context, refreshToken string) (*RefreshToken, *model.AccountSession, error) {
	token, err := one(ctx, a.NewSelect().Where("hash = ?", auth.HashSecretToken(refreshToken)), new(RefreshToken), "session", "")
	if err != nil {
		return nil, nil, sessionEnded(err)
	}
	session, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("id = ?", token.SessionID)), new(model.AccountSession), "session", "")
	if err != nil {
		return nil, nil, sessionEnded(err)
	}
	account, err := one(ctx, a.NewSelect().Where("id = ?", session.AccountID), new(model.Account), "account", "")
	if err != nil {
		return nil, nil, err
	}
	if session.EndedAt != nil || account.Disabled || !realNow().Before(session.ExpiresAt) {
		return nil, nil, sessionEnded(nil)
	}
	// Read the token again under the lock: another request may have used it meanwhile.
	token, err = one(ctx, a.NewSelect().Where("hash = ?", token.Hash), token, "session", "")
	return token, session, err
}

// newTokens gives out an access token and the next refresh token of a session.
func (a *act) newTokens(ctx context.Context, session *model.AccountSession) (*model.Session, error) {
	refresh, hash := auth.NewSecretToken()
	access, expires := a.store.Tokens.Access(session.AccountID, session.ID)
	tokens := &model.Session{AccessToken: access, AccessTokenExpiresAt: expires, RefreshToken: refresh, RefreshTokenExpiresAt: session.ExpiresAt}
	return tokens, insert(ctx, a, &RefreshToken{Hash: hash, SessionID: session.ID})
}

func (a *act) endSession(ctx context.Context, action string, session *model.AccountSession) error {
	before, now := *session, realNow()
	session.EndedAt = &now
	a.auditFrom(ctx, action, &before, session)
	return save(ctx, a, session)
}

// endSessions ends every living session of an account but one, and tells how many.
func (a *act) endSessions(ctx context.Context, accountID, keep string) (int, error) {
	result, err := a.NewUpdate().Model((*model.AccountSession)(nil)).Set("ended_at = ?", realNow()).
		Where("account_id = ?", accountID).Where("ended_at IS NULL").Where("id <> ?", keep).Exec(ctx)
	if err != nil {
		return 0, err
	}
	ended, err := result.RowsAffected()
	return int(ended), err
}

// SessionsOf lists the living sessions of an account, latest first, to its owner and to administrators; nil to others.
func (s *Store) SessionsOf(ctx context.Context, by model.Actor, accountID string) ([]*model.AccountSession, error) {
	if by.AccountID != accountID && !by.IsAdmin() {
		return nil, nil
	}
	sessions := []*model.AccountSession{}
	err := s.read.NewSelect().Model(&sessions).Where("account_id = ?", accountID).Where("ended_at IS NULL").
		Where("expires_at > ?", realNow()).Order("id DESC").Scan(ctx)
	return sessions, err
}

// ownSession is a session for its account and for administrators.
func (s *Store) ownSession(ctx context.Context, by model.Actor, id string) (*model.AccountSession, error) {
	session, err := one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.AccountSession), "session", id)
	if err == nil && session.AccountID != by.AccountID && !by.IsAdmin() {
		return nil, model.NotFound("session", id)
	}
	return session, err
}

// EndSession ends one session; its tokens stop working at once.
func (s *Store) EndSession(ctx context.Context, by model.Actor, input model.EndSessionInput) (*model.AccountSession, error) {
	if _, err := s.ownSession(ctx, by, input.SessionID); err != nil {
		return nil, err
	}
	return once(ctx, s, by, func(a *act) (*model.AccountSession, error) {
		session, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", input.SessionID)), new(model.AccountSession), "session", input.SessionID)
		if err != nil || session.EndedAt != nil {
			return session, err
		}
		return session, a.endSession(ctx, "endSession", session)
	})
}

// EndOtherSessions ends all sessions of the actor but the one in use, and tells how many.
func (s *Store) EndOtherSessions(ctx context.Context, by model.Actor) (int, error) {
	return once(ctx, s, by, func(a *act) (int, error) {
		account, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", by.AccountID)), new(model.Account), "account", "")
		if err != nil {
			return 0, err
		}
		a.auditFrom(ctx, "endOtherSessions", nil, account)
		return a.endSessions(ctx, account.ID, by.SessionID)
	})
}

// sessionEnded is the one answer to every token that does not work. A database that fails says nothing of the session.
func sessionEnded(cause error) error {
	if _, found := errors.AsType[*model.Error](cause); cause != nil && !found && !errors.Is(cause, errReused) {
		return cause
	}
	refusal := model.Errorf(model.CodeUnauthenticated, "session.ended")
	refusal.Cause = cause
	return refusal
}

// realNow is real time for tokens and sessions, which do not follow the business clock.
func realNow() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
