package store

import (
	"context"
	"time"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// PasswordReset is the one token with which a new password can be set, by its hash.
type PasswordReset struct {
	AccountID string `bun:",pk"`
	Hash      string
	ExpiresAt time.Time
}

// resetLifetime is how long a reset token works, in real time.
const resetLifetime = 24 * time.Hour

// hashNew hashes the new password of a name, given at path; "" when none is given.
func (s *Store) hashNew(ctx context.Context, path, username string, password *string) (string, error) {
	if password == nil {
		return "", nil
	}
	if err := model.CheckPassword(path, username, *password); err != nil {
		return "", err
	}
	return s.Passwords.Hash(ctx, *password)
}

// ChangePassword replaces the own password and ends all other sessions.
func (s *Store) ChangePassword(ctx context.Context, by model.Actor, input model.ChangePasswordInput) (*model.Account, error) {
	wrong := model.BadInput("input.currentPassword", "account.current_password_wrong")
	account, err := s.ownAccount(ctx, by, by.AccountID)
	if err != nil {
		return nil, err
	}
	proven, charged, err := s.provePassword(ctx, account.Username, input.CurrentPassword)
	if model.CodeOf(err) == model.CodeUnauthenticated {
		return nil, wrong
	}
	if err != nil {
		return nil, err
	}
	hash, err := s.hashNew(ctx, "input.newPassword", account.Username, &input.NewPassword)
	if err != nil {
		return nil, err
	}
	return once(ctx, s, by, func(a *act) (*model.Account, error) {
		account, err := a.lockAccount(ctx, "input.currentPassword", proven.Username)
		if err != nil {
			return nil, err
		}
		if account.PasswordHash != proven.PasswordHash {
			return nil, wrong
		}
		if err := a.refund(ctx, account.Username, charged); err != nil {
			return nil, err
		}
		return account, a.setPassword(ctx, "changePassword", account, hash, by.SessionID)
	})
}

// setPassword replaces a password: tokens for a reset are void, and all sessions end but one.
func (a *act) setPassword(ctx context.Context, action string, account *model.Account, hash, keepSession string) error {
	before := *account
	account.PasswordHash = hash
	account.Version++
	a.auditFrom(ctx, action, &before, account)
	if err := save(ctx, a, account); err != nil {
		return err
	}
	if _, err := a.NewDelete().Model((*PasswordReset)(nil)).Where("account_id = ?", account.ID).Exec(ctx); err != nil {
		return err
	}
	_, err := a.endSessions(ctx, account.ID, keepSession)
	return err
}

// CreatePasswordReset makes the token with which the owner of an account sets a new password; an earlier one is void.
func (s *Store) CreatePasswordReset(ctx context.Context, by model.Actor, input model.CreatePasswordResetInput) (*model.CreatePasswordResetPayload, error) {
	token, hash := auth.NewSecretToken()
	reset := &PasswordReset{Hash: hash, ExpiresAt: realNow().Add(resetLifetime)}
	return &model.CreatePasswordResetPayload{Token: token, ExpiresAt: reset.ExpiresAt}, s.transact(ctx, by, func(a *act) error {
		account, err := a.lockAccount(ctx, "input.username", input.Username)
		if err != nil {
			return err
		}
		if err := account.MayReset(by); err != nil {
			return err
		}
		reset.AccountID = account.ID
		a.audit("createPasswordReset", about{realm: model.RealmAccount}, nil, account)
		_, err = a.NewInsert().Model(reset).On("CONFLICT (account_id) DO UPDATE").Set("hash = EXCLUDED.hash").
			Set("expires_at = EXCLUDED.expires_at").Returning("NULL").Exec(ctx)
		return err
	})
}

// ResetPassword sets a new password for whoever holds the token of an account, and tells what to sign in with.
func (s *Store) ResetPassword(ctx context.Context, input model.ResetPasswordInput) (username string, err error) {
	void := model.BadInput("input.token", "account.reset_void")
	query := s.read.NewSelect().Where("hash = ?", auth.HashSecretToken(input.Token)).Where("expires_at > ?", realNow())
	reset, err := one(ctx, query, new(PasswordReset), "account", "")
	if model.CodeOf(err) == model.CodeNotFound {
		return "", void
	}
	if err != nil {
		return "", err
	}
	account, err := one(ctx, s.read.NewSelect().Where("id = ?", reset.AccountID), new(model.Account), "account", "")
	if err != nil {
		return "", err
	}
	hash, err := s.hashNew(ctx, "input.password", account.Username, &input.Password)
	if err != nil {
		return "", err
	}
	return once(ctx, s, model.Actor{AccountID: account.ID}, func(a *act) (string, error) {
		account, err := a.lockAccount(ctx, "input.token", account.Username)
		if err != nil {
			return "", err
		}
		// Under the lock of its account a token is used once.
		unused, err := a.NewSelect().Model((*PasswordReset)(nil)).Where("hash = ?", reset.Hash).Exists(ctx)
		if err != nil {
			return "", err
		}
		if !unused || account.Disabled {
			return "", void
		}
		if err := a.forgetFailures(ctx, account.Username); err != nil {
			return "", err
		}
		return account.Username, a.setPassword(ctx, "resetPassword", account, hash, "")
	})
}
