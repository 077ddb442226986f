package store

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// Actor is who a token speaks for, with the roles in force today. actingFor names the account in whose place one acts.
func (s *Store) Actor(ctx context.Context, accountID, sessionID, actingFor string) (model.Actor, error) {
	account, err := one(ctx, s.read.NewSelect().Where("id = ?", accountID), new(model.Account), "account", "")
	if err != nil {
		return model.Actor{}, sessionEnded(err)
	}
	session, err := one(ctx, s.read.NewSelect().Where("id = ?", sessionID).Where("account_id = ?", accountID), new(model.AccountSession), "session", "")
	if err != nil {
		return model.Actor{}, sessionEnded(err)
	}
	if account.Disabled || session.EndedAt != nil || !realNow().Before(session.ExpiresAt) {
		return model.Actor{}, sessionEnded(nil)
	}
	return s.actorOf(ctx, account, sessionID, actingFor)
}

// ActorNamed is the account of that name, without a session: for the program's own commands.
func (s *Store) ActorNamed(ctx context.Context, username string) (model.Actor, error) {
	account, err := accountNamed(ctx, s.read, username)
	if err != nil {
		return model.Actor{}, err
	}
	return s.actorOf(ctx, account, "", "")
}

func (s *Store) actorOf(ctx context.Context, account *model.Account, sessionID, actingFor string) (model.Actor, error) {
	actor := model.Actor{AccountID: account.ID, SessionID: sessionID, PersonID: value(account.PersonID)}
	var err error
	if actingFor == "" {
		actor.Grants, err = s.rolesOf(ctx, account)
	} else {
		err = s.standIn(ctx, &actor, actingFor)
	}
	if err != nil {
		return model.Actor{}, err
	}
	if err := s.expandScopes(ctx, actor.Grants); err != nil {
		return model.Actor{}, err
	}
	if persons := actor.Persons(); len(persons) > 0 {
		err = inForce(s.read.NewSelect().Model((*model.Position)(nil)).Column("organization_id").
			Where("person_id IN (?)", bun.List(persons)), s.today()).Scan(ctx, &actor.UnitIDs)
	}
	return actor, err
}

// standIn puts the actor in another's place: with the delegated roles of the other, and none of the own.
func (s *Store) standIn(ctx context.Context, actor *model.Actor, username string) error {
	other, err := accountNamed(ctx, s.read, username)
	if model.CodeOf(err) == model.CodeNotFound {
		return notDelegated(username)
	}
	if err != nil {
		return err
	}
	var lent []model.Role
	err = inForce(s.read.NewSelect().Model((*model.Delegation)(nil)).Column("role").Where("from_account_id = ?", other.ID).
		Where("to_account_id = ?", actor.AccountID).Where("ended_at IS NULL"), s.today()).Scan(ctx, &lent)
	if err != nil {
		return err
	}
	if len(lent) == 0 || other.Disabled {
		return notDelegated(username)
	}
	roles, err := s.rolesOf(ctx, other)
	actor.ActingForID, actor.ActingForPersonID = other.ID, value(other.PersonID)
	actor.Grants = slices.DeleteFunc(roles, func(g *model.RoleGrant) bool { return !slices.Contains(lent, g.Role) })
	return err
}

func notDelegated(username string) error {
	return model.Errorf(model.CodeForbidden, "delegation.none", "username", username)
}

// rolesOf are the roles of an account in force today, seats on councils included.
func (s *Store) rolesOf(ctx context.Context, account *model.Account) ([]*model.RoleGrant, error) {
	var grants []*model.RoleGrant
	err := inForce(s.read.NewSelect().Model(&grants).Where("account_id = ?", account.ID), s.today()).Order("id").Scan(ctx)
	if err != nil || account.PersonID == nil {
		return grants, err
	}
	var seats []*model.CouncilMember
	err = s.read.NewSelect().Model(&seats).Where("person_id = ?", *account.PersonID).
		Where("role <> ?", model.CouncilRoleSecretary).Order("id").Scan(ctx)
	for _, seat := range seats {
		grants = append(grants, &model.RoleGrant{ID: seat.ID, AccountID: account.ID, Role: model.RoleReviewer,
			CampaignID: &seat.CampaignID, ValidFrom: s.today()})
	}
	return grants, err
}

// expandScopes finds the subtree of each organization in which a role is held.
func (s *Store) expandScopes(ctx context.Context, grants []*model.RoleGrant) error {
	for _, g := range grants {
		if g.OrganizationID == nil {
			continue
		}
		units, err := s.subtree(ctx, s.read, []string{*g.OrganizationID}, s.today())
		if err != nil {
			return err
		}
		g.Units = units
	}
	return nil
}

// inForce keeps the rows of a span of days that hold on the day.
func inForce(q *bun.SelectQuery, day model.Date) *bun.SelectQuery {
	return q.Where("?TableAlias.valid_from <= ?", day).Where("(?TableAlias.valid_to IS NULL OR ?TableAlias.valid_to >= ?)", day)
}

func accountNamed(ctx context.Context, db bun.IDB, username string) (*model.Account, error) {
	folded := model.FoldUsername(username)
	return one(ctx, db.NewSelect().Where("username = ?", folded), new(model.Account), "account", folded)
}

// Account is one account, for administration.
func (s *Store) Account(ctx context.Context, username string) (*model.Account, error) {
	return accountNamed(ctx, s.read, username)
}

// Accounts lists accounts by username.
func (s *Store) Accounts(ctx context.Context, text *string, page model.Page) (*model.AccountConnection, error) {
	l := listing{columns: "account.*", tables: "accounts AS account"}
	if text != nil {
		like := contains(names.Fold(*text))
		l.and(`(account.username LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM people AS person WHERE person.id = account.person_id
			AND person.folded LIKE ? ESCAPE '\'))`, like, like)
	}
	return paginate(ctx, s, l, page, keyset[model.Account]{columns: []string{"account.username"},
		values: func(a *model.Account) []any { return []any{a.Username} }})
}

// CreateAccount makes a login.
func (s *Store) CreateAccount(ctx context.Context, by model.Actor, input model.CreateAccountInput) (*model.Account, error) {
	username := model.FoldUsername(input.Username)
	if err := model.CheckUsername(username); err != nil {
		return nil, err
	}
	hash, err := s.hashNew(ctx, "input.password", username, input.Password)
	if err != nil {
		return nil, err
	}
	account := &model.Account{ID: newID("account"), Username: username, PasswordHash: hash, Version: 1}
	return once(ctx, s, by, func(a *act) (*model.Account, error) {
		if input.PersonCode != nil {
			person, err := a.personByCode(ctx, *input.PersonCode)
			if err != nil {
				return nil, badReference("input.personCode", err)
			}
			account.PersonID = &person.ID
		}
		account.CreatedAt = a.now
		a.audit("createAccount", about{realm: model.RealmAccount}, nil, account)
		return account, uniqueOr(insert(ctx, a, account), model.Errorf(model.CodeConflict, "account.taken", "username", username))
	})
}

// UpdateAccount sets a password, disables or enables; either ends the sessions of the account.
func (s *Store) UpdateAccount(ctx context.Context, by model.Actor, input model.UpdateAccountInput) (*model.Account, error) {
	hash, err := s.hashNew(ctx, "input.password", input.Username, input.Password)
	if err != nil {
		return nil, err
	}
	return once(ctx, s, by, func(a *act) (*model.Account, error) {
		folded := model.FoldUsername(input.Username)
		account, err := one(ctx, s.forUpdate(a.NewSelect().Where("username = ?", folded)), new(model.Account), "account", folded)
		if err != nil {
			return nil, err
		}
		if account.Version != input.ExpectedVersion {
			return nil, model.Stale(input.ExpectedVersion, account.Version)
		}
		if account.ErasedAt != nil {
			return nil, model.Errorf(model.CodeConflict, "account.erased")
		}
		before := *account
		if input.Disabled != nil {
			if err := account.Disable(by, *input.Disabled); err != nil {
				return nil, err
			}
		}
		if hash != "" {
			return account, a.setPassword(ctx, "setPassword", account, hash, "")
		}
		account.Version++
		a.audit("updateAccount", about{realm: model.RealmAccount}, &before, account)
		if err := save(ctx, a, account); err != nil {
			return nil, err
		}
		_, err = a.endSessions(ctx, account.ID, "")
		return account, err
	})
}

// GrantRole grants a role in a scope.
func (s *Store) GrantRole(ctx context.Context, by model.Actor, input model.GrantRoleInput) (*model.RoleGrant, error) {
	grant := &model.RoleGrant{ID: newID("grant"), Role: input.Role, ValidTo: input.ValidTo}
	return once(ctx, s, by, func(a *act) (*model.RoleGrant, error) {
		account, err := a.lockAccount(ctx, "input.username", input.Username)
		if err != nil {
			return nil, err
		}
		grant.AccountID, grant.ValidFrom = account.ID, a.today
		if input.ValidFrom != nil {
			grant.ValidFrom = *input.ValidFrom
		}
		if input.OrganizationCode != nil {
			unit, err := a.organizationByCode(ctx, *input.OrganizationCode)
			if err != nil {
				return nil, badReference("input.organizationCode", err)
			}
			grant.OrganizationID = &unit.ID
		}
		held, err := a.rolesInHand(ctx, account)
		if err != nil {
			return nil, err
		}
		if err := model.CheckGrant(by, grant, held); err != nil {
			return nil, err
		}
		a.audit("grantRole", about{realm: model.RealmAccount, organizationID: value(grant.OrganizationID)}, nil, grant)
		return grant, insert(ctx, a, grant)
	})
}

// rolesHeld are the roles an account holds now or will hold, seats on councils included.
func (a *act) rolesHeld(ctx context.Context, account *model.Account) ([]model.Role, error) {
	var held []model.Role
	err := a.NewSelect().Model((*model.RoleGrant)(nil)).Column("role").Where("account_id = ?", account.ID).
		Where("(valid_to IS NULL OR valid_to >= ?)", a.today).Scan(ctx, &held)
	if err != nil || account.PersonID == nil {
		return held, err
	}
	seats, err := a.NewSelect().Model((*model.CouncilMember)(nil)).Where("person_id = ?", *account.PersonID).
		Where("role <> ?", model.CouncilRoleSecretary).Count(ctx)
	if seats > 0 {
		held = append(held, model.RoleReviewer)
	}
	return held, err
}

// rolesInHand are the roles an account holds, and those that are lent to it.
func (a *act) rolesInHand(ctx context.Context, account *model.Account) ([]model.Role, error) {
	held, err := a.rolesHeld(ctx, account)
	if err != nil {
		return nil, err
	}
	var lent []model.Role
	err = a.NewSelect().Model((*model.Delegation)(nil)).Column("role").Where("to_account_id = ?", account.ID).Where("ended_at IS NULL").
		Where("valid_to >= ?", a.today).Scan(ctx, &lent)
	return append(held, lent...), err
}

// lockAccount finds an account for an input field and locks it, so that two roles the law keeps apart are not given at once.
func (a *act) lockAccount(ctx context.Context, path, username string) (*model.Account, error) {
	folded := model.FoldUsername(username)
	account, err := one(ctx, a.store.forUpdate(a.NewSelect().Where("username = ?", folded)), new(model.Account), "account", folded)
	if err != nil {
		return nil, badReference(path, err)
	}
	if account.ErasedAt != nil {
		return nil, model.Errorf(model.CodeConflict, "account.erased")
	}
	return account, nil
}

// RevokeRole ends a role today.
func (s *Store) RevokeRole(ctx context.Context, by model.Actor, input model.RevokeRoleInput) (*model.RoleGrant, error) {
	return once(ctx, s, by, func(a *act) (*model.RoleGrant, error) {
		grant, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", input.GrantID)), new(model.RoleGrant), "grant", input.GrantID)
		if err != nil {
			return nil, err
		}
		before := *grant
		if err := grant.Revoke(by, a.today, input.Reason); err != nil {
			return nil, err
		}
		a.audit("revokeRole", about{realm: model.RealmAccount, organizationID: value(grant.OrganizationID)}, &before, grant)
		return grant, save(ctx, a, grant)
	})
}

// CreateDelegation lets one account act in another's place.
func (s *Store) CreateDelegation(ctx context.Context, by model.Actor, input model.CreateDelegationInput) (*model.Delegation, error) {
	delegation := &model.Delegation{ID: newID("delegation"), FromAccountID: by.AccountID, Role: input.Role,
		ValidFrom: input.ValidFrom, ValidTo: input.ValidTo, Reason: input.Reason}
	return once(ctx, s, by, func(a *act) (*model.Delegation, error) {
		if input.FromUsername != nil {
			from, err := accountNamed(ctx, a, *input.FromUsername)
			if err != nil {
				return nil, badReference("input.fromUsername", err)
			}
			delegation.FromAccountID = from.ID
		}
		to, err := a.lockAccount(ctx, "input.toUsername", input.ToUsername)
		if err != nil {
			return nil, err
		}
		delegation.ToAccountID = to.ID
		theirs, err := a.rolesInHand(ctx, to)
		if err != nil {
			return nil, err
		}
		if err := delegation.Check(by, theirs); err != nil {
			return nil, err
		}
		held, err := a.rolesHeld(ctx, &model.Account{ID: delegation.FromAccountID})
		if err != nil {
			return nil, err
		}
		if !slices.Contains(held, input.Role) {
			return nil, model.BadInput("input.role", "delegation.not_held", "role", input.Role)
		}
		a.audit("createDelegation", about{realm: model.RealmAccount}, nil, delegation)
		return delegation, insert(ctx, a, delegation)
	})
}

// EndDelegation ends a delegation before its last day.
func (s *Store) EndDelegation(ctx context.Context, by model.Actor, input model.EndDelegationInput) (*model.Delegation, error) {
	return once(ctx, s, by, func(a *act) (*model.Delegation, error) {
		delegation, err := one(ctx, s.forUpdate(a.NewSelect().Where("id = ?", input.DelegationID)), new(model.Delegation), "delegation", input.DelegationID)
		if err != nil {
			return nil, err
		}
		before := *delegation
		if err := delegation.End(by, a.now); err != nil {
			return nil, err
		}
		a.audit("endDelegation", about{realm: model.RealmAccount}, &before, delegation)
		return delegation, save(ctx, a, delegation)
	})
}

// GrantsOf lists every role ever granted to an account.
func (s *Store) GrantsOf(ctx context.Context, accountID string) ([]*model.RoleGrant, error) {
	grants := []*model.RoleGrant{}
	err := s.read.NewSelect().Model(&grants).Where("account_id = ?", accountID).Order("id").Scan(ctx)
	return grants, err
}

// DelegationsTo lists the delegations under which an account may act today.
func (s *Store) DelegationsTo(ctx context.Context, accountID string) ([]*model.Delegation, error) {
	delegations := []*model.Delegation{}
	q := s.read.NewSelect().Model(&delegations).Where("to_account_id = ?", accountID).Where("ended_at IS NULL")
	err := inForce(q, s.today()).Order("id").Scan(ctx)
	return delegations, err
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
