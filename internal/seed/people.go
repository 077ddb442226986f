package seed

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"

	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// councillors is how many people of an issuer sit on its councils: a chair, four more with a vote, and the secretary.
const councillors = 6

// person is one with the positions held.
type person struct {
	*model.Person
	positions []*model.Position
}

// positionOn is the position held on a day, or the last one before.
func (p *person) positionOn(day model.Date) *model.Position {
	if held := model.PositionOn(p.positions, day); held != nil {
		return held
	}
	return p.positions[len(p.positions)-1]
}

// populate gives people to the units: by weight, but to every issuer enough for a council, and to every unit a head.
func (h *history) populate(people int) {
	least := make([]int, len(h.units))
	weights := make([]float64, len(h.units))
	for i, u := range h.units {
		weights[i], least[i] = u.weight, 1
		if h.runsCampaigns(u) {
			least[i] = councillors + 2
		}
		people = max(people-least[i], 0)
	}
	for i, more := range shares(people, weights) {
		u := h.units[i]
		u.first = h.people
		h.people += least[i] + more
		u.last = h.people
	}
	for i, u := range h.units {
		u.end = h.units[i+u.size-1].last
	}
	h.hired, h.left, h.honoured = make([]uint16, h.people), make([]uint16, h.people), make([]uint8, h.people)
}

// runsCampaigns says whether a unit is an issuer whose awards go through campaigns.
func (h *history) runsCampaigns(u *unit) bool {
	return u.kind == model.OrganizationKindProvince || u.kind == model.OrganizationKindDistrict
}

// unitOf is the unit a person came to first.
func (h *history) unitOf(i int) *unit {
	return h.units[sort.Search(len(h.units), func(u int) bool { return h.units[u].last > i })]
}

// steady says whether a person stays all the years: heads and councillors do.
func (h *history) steady(u *unit, i int) bool {
	return i == u.first || h.runsCampaigns(u) && i < u.first+councillors
}

// accountID is the login of a person, of whom not all have one.
func accountID(i int) string { return numbered("account", at(began, 9), uint64(i)+1) }

func personCode(i int) string { return fmt.Sprintf("CB%07d", i+1) }

// person makes a person up. The same number is always the same person, so that nobody has to be kept in memory.
func (h *history) person(i int) *person {
	r := rand.New(rand.NewPCG(h.options.Seed, uint64(i)+1))
	u := h.unitOf(i)
	gender := model.GenderFemale
	if r.IntN(100) < 46 {
		gender = model.GenderMale
	}
	born, start := 1952+r.IntN(46), 22+r.IntN(9)
	if h.steady(u, i) {
		born, start = 1967+r.IntN(8), 22+r.IntN(4)
	}
	bornOn := date(born, 1+r.IntN(12), 1+r.IntN(28))
	hiredOn := date(born+start, 1+r.IntN(12), 1)
	p := &person{Person: &model.Person{ID: numbered("person", at(epoch, 9), uint64(i)+1), Code: personCode(i), Gender: &gender, BornOn: &bornOn, HiredOn: &hiredOn, Version: 1}}
	store.NamePerson(p.Person, fullName(r, gender))
	var leaves *model.Date
	if last := date(born+60, 1+r.IntN(12), 28); !h.steady(u, i) && last < "2025-06-30" {
		leaves = &last
	}
	h.career(p, u, i, max(hiredOn, epoch), leaves, r)
	return p
}

// career fills in the positions: one to begin with, another after a promotion or when the unit was merged.
func (h *history) career(p *person, u *unit, i int, from model.Date, leaves *model.Date, r *rand.Rand) {
	if leaves != nil && *leaves < from {
		leaves = &from
	}
	take := func(u *unit, title string, from model.Date) {
		if n := len(p.positions); n > 0 {
			end := from.AddDays(-1)
			p.positions[n-1].ValidTo = &end
		}
		n := uint64(i)<<2 + uint64(len(p.positions)) + 1
		p.positions = append(p.positions, &model.Position{ID: numbered("position", at(epoch, 9), n), PersonID: p.ID, OrganizationID: u.ID, Title: title,
			ValidFrom: from, ValidTo: leaves})
	}
	title := titleOf(u, i-u.first)
	switch day := merged.AddDays(1); {
	case u.successor != nil && from >= day:
		take(u.successor, title, from)
	case u.successor != nil && (leaves == nil || *leaves >= day):
		take(u, title, from)
		take(u.successor, titleOf(u.successor, 3), day)
	default:
		take(u, title, from)
		next := date(from.Year()+4+r.IntN(9), 1+r.IntN(12), 1)
		if r.IntN(100) < 15 && !h.steady(u, i) && next < "2024-01-01" && (leaves == nil || *leaves > next) {
			take(u, "Phó "+strings.ToLower(titleOf(u, 0)), next)
		}
	}
}

// titleOf is the position of the n-th person of a unit.
func titleOf(u *unit, n int) string {
	titles := map[model.OrganizationKind][3]string{
		model.OrganizationKindProvince:   {"Chủ tịch", "Phó Chủ tịch", "Ủy viên"},
		model.OrganizationKindDistrict:   {"Chủ tịch", "Phó Chủ tịch", "Ủy viên"},
		model.OrganizationKindWard:       {"Chủ tịch", "Phó Chủ tịch", "Công chức"},
		model.OrganizationKindDepartment: {"Trưởng phòng", "Phó Trưởng phòng", "Chuyên viên"},
		model.OrganizationKindTeam:       {"Trưởng bộ phận", "Phó Trưởng bộ phận", "Công chức một cửa"},
	}[u.kind]
	switch {
	case n == 0:
		return titles[0]
	case n < 3:
		return titles[1]
	}
	return titles[2]
}

// writePeople hands everybody over, and keeps the years of each.
func (h *history) writePeople() {
	for i := range h.people {
		p := h.person(i)
		last := p.positions[len(p.positions)-1]
		h.hired[i] = uint16(max(p.HiredOn.Year(), epoch.Year()))
		if last.ValidTo != nil {
			h.left[i] = uint16(last.ValidTo.Year())
		}
		h.put(p.Person)
		for _, position := range p.positions {
			h.put(position)
		}
		h.audit(at(epoch, 10), "importSeason", about{realm: model.RealmRegistry}, p.Person)
	}
}

func date(year, month, day int) model.Date {
	return model.Date(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
}

// began is the day on which the office began to work with the program.
const began = model.Date("2023-12-01")

// writeAccounts makes logins: of the heads of all units, of the councils, of an administrator and an auditor.
func (h *history) writeAccounts() {
	for _, u := range h.units {
		if !u.livesOn(began) {
			continue
		}
		h.account(u.first, model.RoleDepartmentHead, u)
		if !h.runsCampaigns(u) {
			continue
		}
		for i := 1; i < councillors; i++ {
			h.account(u.first+i, "", u)
		}
		h.give(accountID(u.first), model.RoleApprover, u)
		h.give(accountID(u.first+councillors-1), model.RoleSecretary, u)
	}
	for _, login := range []struct {
		name string
		role model.Role
		unit *unit
	}{{"admin", model.RoleAdmin, nil}, {"auditor", model.RoleAuditor, h.units[0]}} {
		a := &model.Account{ID: h.id("account", at(began, 10)), Username: login.name, PasswordHash: h.options.PasswordHash, CreatedAt: at(began, 10), Version: 1}
		h.put(a)
		h.audit(a.CreatedAt, "createAccount", about{realm: model.RealmAccount}, a)
		h.give(a.ID, login.role, login.unit)
	}
}

// account gives a person a login, and a role in a unit.
func (h *history) account(i int, role model.Role, u *unit) {
	p := h.person(i)
	a := &model.Account{ID: accountID(i), Username: strings.ToLower(p.Code), PersonID: &p.ID, PasswordHash: h.options.PasswordHash, CreatedAt: at(began, 9), Version: 1}
	h.put(a)
	h.audit(a.CreatedAt, "createAccount", about{realm: model.RealmAccount}, a)
	if role != "" {
		h.give(a.ID, role, u)
	}
}

func (h *history) give(account string, role model.Role, u *unit) {
	g := &model.RoleGrant{ID: h.id("grant", at(began, 9)), AccountID: account, Role: role, ValidFrom: began}
	where := about{realm: model.RealmAccount}
	if u != nil {
		g.OrganizationID, where.organization = &u.ID, u.ID
	}
	h.put(g)
	h.audit(at(began, 9), "grantRole", where, g)
}
