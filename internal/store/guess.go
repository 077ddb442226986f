package store

import (
	"context"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// provePassword finds the account of a name and checks its password: slowly on purpose, outside transactions, and charged
// beforehand to the name and to the address. Whatever is wrong, the answer and the time it takes are the same. The caller
// refunds the charge in the transaction that uses the proof.
func (s *Store) provePassword(ctx context.Context, username, password string) (*model.Account, []*model.SignInCounter, error) {
	username = model.FoldUsername(username)
	charged, err := once(ctx, s, model.Actor{}, func(a *act) ([]*model.SignInCounter, error) { return a.charge(ctx, username) })
	if err != nil {
		return nil, nil, err
	}
	account, err := accountNamed(ctx, s.read, username)
	switch {
	case model.CodeOf(err) == model.CodeNotFound:
		account = &model.Account{ID: "unknown"}
	case err != nil:
		return nil, nil, err
	}
	right, err := s.Passwords.Verify(ctx, account.PasswordHash, password)
	if err != nil {
		return nil, nil, err
	}
	if !right || account.Disabled {
		return nil, nil, s.refuseSignIn(ctx, account, charged)
	}
	return account, charged, nil
}

// refuseSignIn records the failure and whether it began a wait, and answers the same whatever the reason was.
func (s *Store) refuseSignIn(ctx context.Context, account *model.Account, charged []*model.SignInCounter) error {
	err := s.transact(ctx, model.Actor{}, func(a *act) error {
		a.auditFrom(ctx, "signInFailed", nil, account)
		for _, counter := range charged {
			if counter.BlockedUntil != nil {
				a.auditFrom(ctx, "signInBlocked", nil, counter)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wrongPassword()
}

func wrongPassword() error { return model.Errorf(model.CodeUnauthenticated, "session.wrong_password") }

// charge counts a sign-in as failed at the address and at the name, unless either is blocked.
func (a *act) charge(ctx context.Context, username string) ([]*model.SignInCounter, error) {
	network, now := auth.ClientOf(ctx).Network(), realNow()
	named, err := a.counterOf(ctx, username, network)
	if err != nil {
		return nil, err
	}
	// Everyone locks the address first.
	counters := []*model.SignInCounter{{ID: a.store.Tokens.Pseudonym("address", network), Kind: model.CountedAddress}, named}
	for _, counter := range counters {
		counter.CountedAt = now
		if _, err := a.NewInsert().Model(counter).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
			return nil, err
		}
		if err := a.lockCounter(ctx, counter); err != nil {
			return nil, err
		}
		if err := counter.Charge(a.store.Guessing, now); err != nil {
			return nil, err
		}
		if err := save(ctx, a, counter); err != nil {
			return nil, err
		}
	}
	return counters, nil
}

// counterOf is the counter of a name: at an address it is known to use its own there, otherwise the one for all strangers.
func (a *act) counterOf(ctx context.Context, username, network string) (*model.SignInCounter, error) {
	known := a.knownAt(username, network)
	found, err := a.NewSelect().Model(known).WherePK().Exists(ctx)
	if err != nil || found {
		return known, err
	}
	return &model.SignInCounter{ID: a.store.Tokens.Pseudonym("name", username), Kind: model.CountedName}, nil
}

func (a *act) knownAt(username, network string) *model.SignInCounter {
	return &model.SignInCounter{ID: a.store.Tokens.Pseudonym("known", username, network), Kind: model.CountedKnown}
}

func (a *act) lockCounter(ctx context.Context, counter *model.SignInCounter) error {
	_, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("id = ?", counter.ID)), counter, "session", "")
	return err
}

// refund gives the charges back after a right password, and remembers that the name is used at this address.
func (a *act) refund(ctx context.Context, username string, charged []*model.SignInCounter) error {
	now := realNow()
	for _, counter := range charged {
		if err := a.lockCounter(ctx, counter); err != nil {
			return err
		}
		counter.Refund(a.store.Guessing, now)
		if err := save(ctx, a, counter); err != nil {
			return err
		}
	}
	known := a.knownAt(username, auth.ClientOf(ctx).Network())
	known.CountedAt = now
	_, err := a.NewInsert().Model(known).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx)
	return err
}

// forgetFailures ends the waits of a name, for strangers and at the address of this request.
func (a *act) forgetFailures(ctx context.Context, username string) error {
	known := a.knownAt(username, auth.ClientOf(ctx).Network())
	_, err := a.NewDelete().Model(known).Where("id IN (?, ?)", known.ID, a.store.Tokens.Pseudonym("name", username)).Exec(ctx)
	return err
}
