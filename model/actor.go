package model

import "slices"

// Actor is who asks: the account that signed in, whom it acts for, and the roles in force today.
// The zero Actor is nobody.
type Actor struct {
	AccountID string
	SessionID string
	PersonID  string
	// ActingForID is the account in whose place this one acts, under a delegation; "" for none.
	ActingForID       string
	ActingForPersonID string
	// UnitIDs are the units in which the persons above serve today.
	UnitIDs []string
	Grants  []*RoleGrant
	// System is the program itself at start-up, on the command line: it loads reference data and seasons.
	System bool
}

// SignedIn says whether anybody asks.
func (a Actor) SignedIn() bool { return a.AccountID != "" || a.System }

// Has says whether the actor holds one of the roles in any scope.
func (a Actor) Has(roles ...Role) bool {
	return slices.ContainsFunc(a.Grants, func(g *RoleGrant) bool { return slices.Contains(roles, g.Role) })
}

// HasOffice says whether the actor holds any role at all, and so belongs to the office.
func (a Actor) HasOffice() bool { return a.System || len(a.Grants) > 0 }

// IsAdmin says whether the actor administers the system.
func (a Actor) IsAdmin() bool { return a.System || a.Has(RoleAdmin) }

// Heads says whether the unit lies in a subtree the actor heads.
func (a Actor) Heads(unitID string) bool { return a.covers(RoleDepartmentHead, unitID) }

// Serves says whether the actor is secretary to a body in whose subtree the unit lies.
func (a Actor) Serves(unitID string) bool { return a.covers(RoleSecretary, unitID) }

// SecretaryFor says whether the actor is secretary to the issuing body itself.
func (a Actor) SecretaryFor(issuerID string) bool {
	return slices.Contains(a.Scopes(RoleSecretary), issuerID)
}

// ApproverFor says whether the actor decides for the issuing body.
func (a Actor) ApproverFor(issuerID string) bool {
	return slices.Contains(a.Scopes(RoleApprover), issuerID)
}

// Oversees says whether the actor runs, decides or audits the work of the issuing body.
func (a Actor) Oversees(issuerID string) bool {
	return a.SecretaryFor(issuerID) || a.ApproverFor(issuerID) || slices.Contains(a.Scopes(RoleAuditor), issuerID)
}

// ReviewsIn says whether the actor has a voting seat on the campaign's council.
func (a Actor) ReviewsIn(campaignID string) bool { return slices.Contains(a.Reviews(), campaignID) }

// Reviews lists the campaigns on whose council the actor has a voting seat.
func (a Actor) Reviews() []string {
	var ids []string
	for _, g := range a.Grants {
		if g.Role == RoleReviewer {
			ids = append(ids, *g.CampaignID)
		}
	}
	return ids
}

// Scopes lists the organizations in which the actor holds one of the roles.
func (a Actor) Scopes(roles ...Role) []string {
	var ids []string
	for _, g := range a.Grants {
		if slices.Contains(roles, g.Role) && g.OrganizationID != nil {
			ids = append(ids, *g.OrganizationID)
		}
	}
	return ids
}

// Units lists every unit in the scope of one of the roles, subtrees included.
func (a Actor) Units(roles ...Role) []string {
	var ids []string
	for _, g := range a.Grants {
		if slices.Contains(roles, g.Role) {
			ids = append(ids, g.Units...)
		}
	}
	return ids
}

// Is says whether the person is the actor, or the one the actor stands in for.
func (a Actor) Is(personID *string) bool {
	return personID != nil && *personID != "" && (*personID == a.PersonID || *personID == a.ActingForPersonID)
}

// Persons lists the person of the actor and the one the actor stands in for.
func (a Actor) Persons() []string {
	return slices.DeleteFunc([]string{a.PersonID, a.ActingForPersonID}, func(id string) bool { return id == "" })
}

func (a Actor) covers(role Role, unitID string) bool {
	return slices.ContainsFunc(a.Grants, func(g *RoleGrant) bool { return g.Role == role && g.Covers(unitID) })
}
