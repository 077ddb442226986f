package store

import (
	"context"
	"slices"
	"time"

	"vinhdanh/model"
)

// bunTime is how bun writes an instant, so that texts compare as instants do.
const bunTime = "2006-01-02 15:04:05.999999-07:00"

var auditEntries = listing{columns: "entry.*, origin.address", tables: "audit_entries AS entry LEFT JOIN audit_origins AS origin ON origin.entry_id = entry.id"}

// auditKnownTo is which entries a reader may know of: only what concerns records whose content one may see.
func auditKnownTo(by model.Actor) condition {
	var ways []condition
	if by.AccountID != "" {
		ways = append(ways, where("(entry.account_id = ? OR entry.acting_for_id = ?)", by.AccountID, by.AccountID))
	}
	if by.IsAdmin() {
		ways = append(ways, where("entry.realm NOT IN ('ASSIGNMENT', 'SCORE', 'BALLOT', 'COMMENT')"))
	}
	if units := by.Units(model.RoleDepartmentHead); len(units) > 0 {
		ways = append(ways, both(where("entry.realm IN ('NOMINATION', 'COMMENT') AND entry.organization_id IN (?)", units), notRecused(by)))
	}
	const issued = "entry.campaign_id IN (SELECT id FROM campaigns WHERE issuer_id IN (?))"
	const earlier = "(entry.realm = 'DECISION' AND entry.campaign_id IS NULL AND entry.organization_id IN (?))"
	if issuers := by.Scopes(model.RoleSecretary, model.RoleApprover); len(issuers) > 0 {
		ways = append(ways, both(where(issued+` AND (entry.realm <> 'SCORE' OR entry.campaign_id IN
			(SELECT id FROM campaigns WHERE scoring_closed_at IS NOT NULL))`, issuers), notRecused(by)))
		ways = append(ways, where("(entry.realm = 'REGISTRY' AND entry.organization_id IN (?))", by.Units(model.RoleSecretary, model.RoleApprover)))
		ways = append(ways, where(earlier, issuers))
	}
	if issuers := by.Scopes(model.RoleAuditor); len(issuers) > 0 {
		ways = append(ways, both(where(issued, issuers), notRecused(by)))
		ways = append(ways, where("(entry.realm = 'REGISTRY' AND entry.organization_id IN (?))", by.Units(model.RoleAuditor)))
		ways = append(ways, where(earlier, issuers))
	}
	return anyOf(ways)
}

// notRecused leaves out what was done about the review of nominations from which the reader is recused, as nominee, by a
// declared conflict, or as a council member of their unit.
func notRecused(by model.Actor) condition {
	return where(`(entry.realm NOT IN ('ASSIGNMENT', 'SCORE', 'COMMENT') OR entry.nomination_id NOT IN (
		SELECT nomination.id FROM nominations AS nomination WHERE nomination.person_id IN (?)
			OR nomination.campaign_id IN (?) AND (nomination.unit_id IN (?) OR nomination.submitted_by_id IN (?))
		UNION ALL SELECT conflict.nomination_id FROM conflicts AS conflict WHERE conflict.person_id IN (?)))`,
		by.Persons(), by.Reviews(), by.UnitIDs, by.UnitIDs, by.Persons())
}

// AuditEntries lists the record of acts, latest first.
func (s *Store) AuditEntries(ctx context.Context, by model.Actor, filter *model.AuditEntryFilter, page model.Page) (*model.AuditEntryConnection, error) {
	if filter == nil {
		filter = &model.AuditEntryFilter{}
	}
	l := auditEntries.with(auditKnownTo(by))
	if filter.ObjectID != nil {
		l.and("entry.object_id = ?", *filter.ObjectID)
	}
	if filter.CampaignCode != nil {
		l.and("entry.campaign_id IN (SELECT id FROM campaigns WHERE code = ?)", *filter.CampaignCode)
	}
	if len(filter.Actions) > 0 {
		l.and("entry.action IN (?)", filter.Actions)
	}
	if filter.Username != nil {
		l.and("entry.account_id IN (SELECT id FROM accounts WHERE username = ?)", model.FoldUsername(*filter.Username))
	}
	if filter.Since != nil {
		l.and("entry.at >= ?", sqlTime(*filter.Since))
	}
	if filter.Until != nil {
		l.and("entry.at < ?", sqlTime(*filter.Until))
	}
	found, err := paginate(ctx, s, l, page, keyset[model.AuditEntry]{columns: []string{"entry.id"}, desc: true,
		values: func(e *model.AuditEntry) []any { return []any{e.ID} }})
	if err != nil {
		return nil, err
	}
	for _, e := range found.Nodes {
		if !mayReadStates(by, e) {
			e.Before, e.After = nil, nil
		}
	}
	return found, nil
}

// mayReadStates says whether a reader sees what a record was, and not only that something was done to it. An
// administrator sees the contents of accounts and of the registry alone.
func mayReadStates(by model.Actor, e *model.AuditEntry) bool {
	return slices.Contains([]model.AuditRealm{model.RealmAccount, model.RealmRegistry}, e.Realm) || !by.IsAdmin() || value(e.AccountID) == by.AccountID
}

// sqlTime words an instant as the tables hold it.
func sqlTime(t time.Time) string { return t.UTC().Format(bunTime) }
