package store

import (
	"context"
	"slices"

	"vinhdanh/model"
)

// Node finds any record by its id, as far as the reader may know of it; an id of no type has no record.
func (s *Store) Node(ctx context.Context, by model.Actor, id string) (model.Node, error) {
	if find, known := nodes[nounOf(id)]; known {
		return find(ctx, s, by, id)
	}
	return nil, model.NotFound("node", id)
}

// finder finds a record of one type.
type finder func(ctx context.Context, s *Store, by model.Actor, id string) (model.Node, error)

// nodes finds records by the noun their id begins with. Each goes the way its noun is read anyway.
var nodes = map[string]finder{
	"organization": shared((*Store).OrganizationsByID),
	"indicator":    shared((*Store).IndicatorsByID),
	"type":         shared((*Store).AwardTypesByID),
	"person":       among((*Store).PeopleByID),
	"campaign":     among((*Store).CampaignsByID),
	"nomination":   among((*Store).NominationsByID),
	"decision":     among((*Store).DecisionsByID),
	"award":        among((*Store).AwardsByID),
	"round":        single((*Store).BallotRound),
	"evidence":     single((*Store).EvidenceFile),
	"audit":        single((*Store).auditEntry),
	"account":      single((*Store).ownAccount),
	"session":      single((*Store).ownSession),
	"identity":     single((*Store).ownIdentity),
	"grant":        single((*Store).ownGrant),
	"seat":         single((*Store).ownGrant),
	"delegation":   single((*Store).ownDelegation),
	"fact":         single((*Store).personnelFact),
	"result":       single((*Store).reformResult),
	"dossier":      single((*Store).dossier),
	"comment":      listed((*Store).CommentsOf, func(c *model.Comment) (string, string) { return c.ID, c.NominationID }),
	"assignment":   listed((*Store).AssignmentsOf, func(x *model.ReviewAssignment) (string, string) { return x.ID, x.NominationID }),
	"sheet":        listed((*Store).SheetsOf, func(x *model.ScoreSheet) (string, string) { return x.ID, x.NominationID }),
}

// shared finds what everyone may know.
func shared[T model.Node](read func(*Store, context.Context, []string) (map[string]T, error)) finder {
	return among(func(s *Store, ctx context.Context, _ model.Actor, ids []string) (map[string]T, error) {
		return read(s, ctx, ids)
	})
}

// among finds one of the records a reader may know of.
func among[T model.Node](read func(*Store, context.Context, model.Actor, []string) (map[string]T, error)) finder {
	return func(ctx context.Context, s *Store, by model.Actor, id string) (model.Node, error) {
		found, err := read(s, ctx, by, []string{id})
		if err != nil {
			return nil, err
		}
		if record, known := found[id]; known {
			return record, nil
		}
		return nil, model.NotFound("node", id)
	}
}

// single finds a record by a read that refuses by itself.
func single[T model.Node](read func(*Store, context.Context, model.Actor, string) (T, error)) finder {
	return func(ctx context.Context, s *Store, by model.Actor, id string) (model.Node, error) {
		record, err := read(s, ctx, by, id)
		if err != nil {
			return nil, err
		}
		return record, nil
	}
}

// listed finds a record among those of its nomination that a reader may see.
func listed[T any, P interface {
	*T
	model.Node
}](read func(*Store, context.Context, model.Actor, []string) (map[string][]*T, error), key func(*T) (id, nominationID string)) finder {
	return func(ctx context.Context, s *Store, by model.Actor, id string) (model.Node, error) {
		record, err := one(ctx, s.read.NewSelect().Where("id = ?", id), new(T), "node", id)
		if err != nil {
			return nil, err
		}
		_, nominationID := key(record)
		seen, err := read(s, ctx, by, []string{nominationID})
		if err != nil {
			return nil, err
		}
		for _, found := range seen[nominationID] {
			if foundID, _ := key(found); foundID == id {
				return P(found), nil
			}
		}
		return nil, model.NotFound("node", id)
	}
}

// ownAccount is an account for itself and for administrators.
func (s *Store) ownAccount(ctx context.Context, by model.Actor, id string) (*model.Account, error) {
	if by.AccountID != id && by.ActingForID != id && !by.IsAdmin() {
		return nil, model.NotFound("node", id)
	}
	return one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.Account), "node", id)
}

// ownGrant is a role for its account and for administrators. A seat on a council is known to its holder alone.
func (s *Store) ownGrant(ctx context.Context, by model.Actor, id string) (*model.RoleGrant, error) {
	if at := slices.IndexFunc(by.Grants, func(g *model.RoleGrant) bool { return g.ID == id }); at >= 0 {
		return by.Grants[at], nil
	}
	grant, err := one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.RoleGrant), "node", id)
	if err == nil {
		_, err = s.ownAccount(ctx, by, grant.AccountID)
	}
	return grant, err
}

func (s *Store) ownDelegation(ctx context.Context, by model.Actor, id string) (*model.Delegation, error) {
	delegation, err := one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.Delegation), "node", id)
	if err == nil && delegation.FromAccountID != by.AccountID && delegation.ToAccountID != by.AccountID && !by.IsAdmin() {
		err = model.NotFound("node", id)
	}
	return delegation, err
}

func (s *Store) personnelFact(ctx context.Context, by model.Actor, id string) (*model.PersonnelFact, error) {
	fact, err := one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.PersonnelFact), "node", id)
	if err != nil {
		return nil, err
	}
	files, err := s.PersonFilesOf(ctx, by, []string{fact.PersonID})
	if err == nil && !slices.ContainsFunc(files[fact.PersonID].Facts, func(f *model.PersonnelFact) bool { return f.ID == id }) {
		err = model.NotFound("node", id)
	}
	return fact, err
}

func (s *Store) reformResult(ctx context.Context, by model.Actor, id string) (*model.ReformResult, error) {
	if !by.HasOffice() {
		return nil, model.NotFound("node", id)
	}
	return one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.ReformResult), "node", id)
}

// dossier is a request of which the reader may know a nomination.
func (s *Store) dossier(ctx context.Context, by model.Actor, id string) (*model.Dossier, error) {
	known, err := s.count(ctx, nominations.with(where("nomination.dossier_id = ?", id), nominationsKnownTo(by)))
	if err != nil {
		return nil, err
	}
	if known == 0 {
		return nil, model.NotFound("node", id)
	}
	return one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.Dossier), "node", id)
}

func (s *Store) auditEntry(ctx context.Context, by model.Actor, id string) (*model.AuditEntry, error) {
	if !by.SignedIn() {
		return nil, model.NotFound("node", id)
	}
	entry, err := first[model.AuditEntry](ctx, s, auditEntries.with(where("entry.id = ?", id), auditKnownTo(by)), "node", id)
	if err == nil && !mayReadStates(by, entry) {
		entry.Before, entry.After = nil, nil
	}
	return entry, err
}
