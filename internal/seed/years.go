package seed

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// The most awards of one decision, and of one campaign.
const (
	decisionSize = 150
	campaignSize = 300
)

// typeWeights say how often each award of the catalogue is given.
var typeWeights = map[string]int{"LDTT": 45, "CSTDCS": 12, "TTLDTT": 8, "GK.XA": 20, "GK.HUYEN": 15, "BK.TINH": 12, "CSTDT": 2, "TTLDXS": 2}

// recipient is who receives what.
type recipient struct {
	kind      model.RecipientKind
	awardType *model.AwardType
	// person counts from 0; it is not used of a collective.
	person int
	unit   *unit
}

// key tells a recipient of an award type from all others.
type key struct {
	awardType string
	person    int
	unit      *unit
}

func (r recipient) key() key {
	if r.kind == model.RecipientKindCollective {
		return key{r.awardType.ID, -1, r.unit}
	}
	return key{r.awardType.ID, r.person, nil}
}

// year makes up the awards of a year, issuer by issuer.
func (h *history) year(year, count int) error {
	clear(h.honoured)
	issuers, weights := h.issuers(date(year+1, 1, 1))
	for i, awards := range shares(count, weights) {
		issuer := issuers[i]
		if year >= campaignYear && h.runsCampaigns(issuer) {
			for n := 1; awards > 0; n++ {
				granted := h.campaign(issuer, year, n, min(awards, campaignSize))
				if awards -= granted; granted == 0 {
					break
				}
			}
		}
		for n := 1; awards > 0; n++ {
			size := min(awards, decisionSize)
			h.decide(issuer, year, n, size)
			awards -= size
		}
		if err := h.bulk.Err(); err != nil {
			return err
		}
	}
	return nil
}

// issuers are the bodies that decide on a day, with the share of awards each decides on: few have most of them.
func (h *history) issuers(day model.Date) (issuers []*unit, weights []float64) {
	total := map[model.OrganizationKind]float64{}
	share := map[model.OrganizationKind]float64{model.OrganizationKindProvince: 0.12, model.OrganizationKindDistrict: 0.58, model.OrganizationKindWard: 0.30}
	for _, u := range h.units {
		if share[u.kind] > 0 && u.livesOn(day) {
			issuers = append(issuers, u)
			total[u.kind] += u.weight
		}
	}
	for _, u := range issuers {
		weights = append(weights, share[u.kind]*u.weight/total[u.kind])
	}
	return issuers, weights
}

// offered are the award types an issuer may give on a day.
func (h *history) offered(issuer *unit, day model.Date) weighted[*model.AwardType] {
	var types weighted[*model.AwardType]
	for _, t := range h.law.Types {
		may := slices.ContainsFunc(h.law.Authorities, func(a *model.Authority) bool {
			return a.AwardTypeID == t.ID && a.OrganizationKind == issuer.kind && day.Within(a.ValidFrom, a.ValidTo)
		})
		if may && day.Within(t.ValidFrom, t.ValidTo) && typeWeights[t.Code] > 0 {
			types = append(types, struct {
				value  *model.AwardType
				weight int
			}{t, typeWeights[t.Code]})
		}
	}
	return types
}

// choose picks a recipient that has not been picked for this, among the people from one on and the units below an issuer.
// ok is false when it finds nobody who fits.
func (h *history) choose(issuer *unit, types weighted[*model.AwardType], year, from int, taken map[key]bool) (r recipient, ok bool) {
	for range 60 {
		r = recipient{kind: model.RecipientKindIndividual, awardType: types.draw(h.Rand)}
		if !r.awardType.Individual || r.awardType.Collective && h.IntN(100) < 12 {
			r.kind = model.RecipientKindCollective
			r.unit = h.unitBelow(issuer)
			if r.unit == nil || !r.unit.livesOn(date(year+1, 12, 31)) {
				continue
			}
		} else {
			r.person = h.skewed(from, issuer.end)
			if !h.serves(r.person, year) || h.honoured[r.person] >= 2 {
				continue
			}
		}
		if !taken[r.key()] {
			h.take(r, taken)
			return r, true
		}
	}
	return r, false
}

func (h *history) take(r recipient, taken map[key]bool) {
	taken[r.key()] = true
	if r.kind == model.RecipientKindIndividual {
		h.honoured[r.person]++
	}
}

// skewed draws a number: the first ones come up far more often than the last.
func (h *history) skewed(from, to int) int {
	if to <= from {
		return from
	}
	return from + int(math.Pow(h.Float64(), 2.2)*float64(to-from))
}

// unitBelow draws a unit below an issuer; nil when there is none.
func (h *history) unitBelow(issuer *unit) *unit {
	at := slices.Index(h.units, issuer)
	if issuer.size < 2 {
		return nil
	}
	return h.units[h.skewed(at+1, at+issuer.size)]
}

// serves says whether a person was there all of a year and until the decision.
func (h *history) serves(i, year int) bool {
	return i < h.people && int(h.hired[i]) < year && (h.left[i] == 0 || int(h.left[i]) > year+1)
}

// decide makes up a decision from before campaigns were recorded, or of an issuer that has none.
func (h *history) decide(issuer *unit, year, n, count int) {
	day := date(year+1, 1, 10).AddDays((n * 11) % 150)
	types, taken := h.offered(issuer, day), map[key]bool{}
	var granted []recipient
	for range count {
		r, ok := h.choose(issuer, types, year, issuer.first, taken)
		if !ok {
			r = h.anyone(issuer, types, year)
		}
		granted = append(granted, r)
	}
	d := &model.Decision{ID: h.id("decision", at(day, 9)), Number: h.number(issuer, day.Year()), Year: day.Year(), DecidedOn: day, IssuerID: issuer.ID,
		Status: model.DecisionStatusPublished, PublishedAt: optional(at(day, 15)), Version: 1}
	awards := h.awards(d, year, granted)
	h.count(d, awards)
	h.put(d)
	where := about{realm: model.RealmDecision, organization: issuer.ID}
	h.audit(at(day, 15), "importSeason", where, d)
	h.grant(d, awards, "importSeason", where)
}

// anyone finds somebody who serves, however often honoured.
func (h *history) anyone(issuer *unit, types weighted[*model.AwardType], year int) recipient {
	at := slices.IndexFunc(types, func(t struct {
		value  *model.AwardType
		weight int
	}) bool {
		return t.value.Individual
	})
	r := recipient{kind: model.RecipientKindIndividual, awardType: types[at].value, person: issuer.first}
	if n := issuer.end - issuer.first; n > 0 {
		start := h.IntN(n)
		for i := range n {
			if r.person = issuer.first + (start+i)%n; h.serves(r.person, year) {
				return r
			}
		}
	}
	r.person = h.units[0].first
	return r
}

// number is the next number of an issuer's decisions in a year.
func (h *history) number(issuer *unit, year int) *string {
	book := fmt.Sprint(issuer.Code, year)
	h.numbers[book] += 1 + h.IntN(9)
	number := fmt.Sprintf("%d/QĐ-UBND", h.numbers[book])
	return &number
}

// awards makes the awards of a decision, in the order of its list: collectives first, then people by name.
func (h *history) awards(d *model.Decision, year int, granted []recipient) []*model.Award {
	awards := make([]*model.Award, len(granted))
	for i, r := range granted {
		a := &model.Award{DecisionID: d.ID, CampaignID: d.CampaignID, AwardTypeID: r.awardType.ID, Category: r.awardType.Category, Level: r.awardType.Level,
			RecipientKind: r.kind, Year: year, GrantedOn: d.DecidedOn, Achievement: optional(deed(h.Rand, year)), Published: true,
			Status: model.AwardStatusActive, Version: 1}
		h.snapshot(a, r, d.DecidedOn)
		awards[i] = a
	}
	slices.SortStableFunc(awards, func(x, y *model.Award) int {
		return cmp.Or(strings.Compare(string(x.RecipientKind), string(y.RecipientKind)), bytes.Compare(x.RecipientSort, y.RecipientSort))
	})
	for i, a := range awards {
		a.ID, a.ListPosition = h.id("award", at(d.DecidedOn, 9)), i+1
		a.AchievementCode = optional(fmt.Sprintf("TT-%d-%d", year, h.made))
	}
	return awards
}

// snapshot puts on an award what held on its day.
func (h *history) snapshot(a *model.Award, r recipient, day model.Date) {
	if r.kind == model.RecipientKindCollective {
		name := r.unit.nameOn(day)
		a.OrganizationID, a.UnitID, a.UnitName, a.RecipientName, a.RecipientSort = &r.unit.ID, r.unit.ID, name, name, names.PlainKey(name)
	} else {
		p := h.person(r.person)
		held := p.positionOn(day)
		u := h.unitOf(r.person)
		if held.OrganizationID != u.ID {
			u = u.successor
		}
		a.PersonID, a.RecipientName, a.RecipientSort, a.Gender = &p.ID, p.FullName, p.SortKey, p.Gender
		a.Position, a.UnitID, a.UnitName = &held.Title, u.ID, u.nameOn(day)
	}
	a.RecipientFolded = names.Fold(a.RecipientName)
}

// count states on a decision what it grants.
func (h *history) count(d *model.Decision, awards []*model.Award) {
	for _, a := range awards {
		if a.RecipientKind == model.RecipientKindCollective {
			d.Collectives++
		} else {
			d.Individuals++
		}
		if a.Bonus != nil {
			d.BonusTotal += *a.Bonus
		}
	}
}

// grant hands the awards of a decision over. One in a thousand is revoked some months later.
func (h *history) grant(d *model.Decision, awards []*model.Award, action string, where about) {
	for _, a := range awards {
		where.nomination = ""
		if a.NominationID != nil {
			where.nomination = *a.NominationID
		}
		if h.IntN(1000) > 0 {
			h.put(a)
			h.audit(at(d.DecidedOn, 15), action, where, a)
			continue
		}
		day := d.DecidedOn.AddDays(90)
		h.audit(at(d.DecidedOn, 15), action, where, a)
		a.Status, a.Version = model.AwardStatusRevoked, 2
		r := &model.Revocation{AwardID: a.ID, Ground: model.RevocationGroundStandardNotMet, DecisionNumber: fmt.Sprintf("%d/QĐ-UBND", 9000+h.IntN(900)), DecidedOn: day,
			Document: "Kết luận thanh tra", RevokedAt: at(day, 9)}
		h.put(a, r)
		h.audit(r.RevokedAt, "revokeAward", where, a)
		h.audit(r.RevokedAt, "revokeAward", where, r)
	}
}
