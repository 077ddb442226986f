package store

import (
	"context"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// EraseAccount takes what is personal out of a login. The record of acts refers to its id and stays whole.
func (s *Store) EraseAccount(ctx context.Context, by model.Actor, input model.EraseAccountInput) (*model.Account, error) {
	return once(ctx, s, by, func(a *act) (*model.Account, error) {
		account, err := a.lockAccount(ctx, "input.username", input.Username)
		if err != nil {
			return nil, err
		}
		if account.Version != input.ExpectedVersion {
			return nil, model.Stale(input.ExpectedVersion, account.Version)
		}
		before := *account
		if err := account.Erase(by, input.Reason, realNow()); err != nil {
			return nil, err
		}
		a.audit("eraseAccount", about{realm: model.RealmAccount}, &before, account)
		if err := a.forgetFailures(ctx, before.Username); err != nil {
			return nil, err
		}
		if err := a.endPowers(ctx, account.ID); err != nil {
			return nil, err
		}
		if err := a.removeTraces(ctx, account.ID); err != nil {
			return nil, err
		}
		return account, save(ctx, a, account)
	})
}

// endPowers ends every role and delegation of an account.
func (a *act) endPowers(ctx context.Context, accountID string) error {
	_, err := a.NewUpdate().Model((*model.RoleGrant)(nil)).Set("valid_to = ?", a.today.AddDays(-1)).Where("account_id = ?", accountID).
		Where("(valid_to IS NULL OR valid_to >= ?)", a.today).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = a.NewUpdate().Model((*model.Delegation)(nil)).Set("ended_at = ?", a.now).Where("(from_account_id = ? OR to_account_id = ?)", accountID, accountID).
		Where("ended_at IS NULL").Exec(ctx)
	return err
}

// removeTraces removes what an account left of its owner outside the record.
func (a *act) removeTraces(ctx context.Context, accountID string) error {
	sessions := a.NewSelect().Model((*model.AccountSession)(nil)).Column("id").Where("account_id = ?", accountID)
	acts := a.NewSelect().Model((*model.AuditEntry)(nil)).Column("id").Where("(account_id = ? OR object_id = ?)", accountID, accountID)
	for _, traces := range []*bun.DeleteQuery{
		a.NewDelete().Model((*RefreshToken)(nil)).Where("session_id IN (?)", sessions),
		a.NewDelete().Model((*model.AccountSession)(nil)).Where("account_id = ?", accountID),
		a.NewDelete().Model((*model.Identity)(nil)).Where("account_id = ?", accountID),
		a.NewDelete().Model((*SignInCode)(nil)).Where("account_id = ?", accountID),
		a.NewDelete().Model((*PasswordReset)(nil)).Where("account_id = ?", accountID),
		a.NewDelete().Model((*AuditOrigin)(nil)).Where("entry_id IN (?)", acts),
		// Answers kept for those who repeat a request may hold its name.
		a.NewDelete().Model((*IdempotencyKey)(nil)).Where("(account_id = ? OR answer LIKE ?)", accountID, "%"+accountID+"%"),
	} {
		if _, err := traces.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
