package seed

import (
	"fmt"
	"math"

	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// epoch is the first day of every unit.
const epoch = model.Date("2004-07-01")

// merged is the last day of wards that were merged into another.
const merged = model.Date("2019-12-31")

// unit is a unit with what stands in its name from one day on.
type unit struct {
	*model.Organization
	kind     model.OrganizationKind
	above    *unit
	versions []*model.OrganizationVersion
	// successor took over when the unit was merged.
	successor *unit
	// first and last bound the people of the unit, and end those of everything below it: units come top down, each
	// followed by all below it.
	first, last, end int
	// size is how many units there are from here to the next that is not below it.
	size   int
	weight float64
}

// grow makes the tree: a province with its departments and districts, a district with departments and wards, a ward with
// its one-stop desk.
func (h *history) grow(count int) {
	province := h.unit(nil, "T", "Ủy ban nhân dân tỉnh Sơn Hà", model.OrganizationKindProvince, 12)
	districts := max(1, count/45)
	departments := min(len(offices), max(1, count/60))
	for i := range departments {
		h.unit(province, fmt.Sprintf("T.S%02d", i+1), "Sở "+offices[i]+" tỉnh Sơn Hà", model.OrganizationKindDepartment, 8)
	}
	left := count - 1 - departments
	for d := range districts {
		share := left / (districts - d)
		left -= share
		h.growDistrict(province, d, share)
	}
	for i := range h.units {
		u := h.units[i]
		for u.size = 1; i+u.size < len(h.units) && h.units[i+u.size].below(u); u.size++ {
		}
	}
}

func (h *history) growDistrict(province *unit, d, count int) {
	name := placeName(d)
	code := fmt.Sprintf("H%02d", d+1)
	// Few districts have most of the people.
	weight := 3 / math.Pow(float64(d+1), 0.8)
	district := h.unit(province, code, "Ủy ban nhân dân huyện "+name, model.OrganizationKindDistrict, 10)
	departments := min(len(offices), max(1, count/6))
	for i := range min(departments, count-1) {
		h.unit(district, fmt.Sprintf("%s.P%02d", code, i+1), "Phòng "+offices[i]+" huyện "+name, model.OrganizationKindDepartment, 4*weight)
	}
	var before *unit
	for i := range (count - 1 - departments) / 2 {
		place := placeName(31*d + i + 40)
		ward := h.unit(district, fmt.Sprintf("%s.X%02d", code, i+1), "Ủy ban nhân dân xã "+place, model.OrganizationKindWard, 3*weight/math.Pow(float64(i+1), 0.3))
		desk := h.unit(ward, ward.Code+".MC", "Bộ phận tiếp nhận và trả kết quả xã "+place, model.OrganizationKindTeam, 2*weight/math.Pow(float64(i+1), 0.3))
		switch {
		case i%12 == 5:
			h.promote(ward, place)
		case i%15 == 9:
			h.merge(desk, h.units[len(h.units)-3])
			h.merge(ward, before)
		}
		before = ward
	}
}

func (u *unit) below(other *unit) bool {
	for above := u.above; above != nil; above = above.above {
		if above == other {
			return true
		}
	}
	return false
}

func (h *history) unit(above *unit, code, name string, kind model.OrganizationKind, weight float64) *unit {
	at := epoch.Time()
	u := &unit{Organization: &model.Organization{ID: h.id("organization", at), Code: code, Version: 1}, kind: kind, above: above, weight: weight}
	v := &model.OrganizationVersion{ID: h.id("version", at), OrganizationID: u.ID, Name: name, Folded: store.FoldOrganization(code, name), Kind: kind, ValidFrom: epoch}
	if above != nil {
		v.ParentID = &above.ID
	}
	u.versions = []*model.OrganizationVersion{v}
	h.units = append(h.units, u)
	return u
}

// promote makes a xã a phường.
func (h *history) promote(u *unit, place string) {
	day := model.Date(fmt.Sprintf("%d-01-01", 2010+len(h.units)%10))
	end, next := day.AddDays(-1), *u.versions[0]
	u.versions[0].ValidTo = &end
	next.ID, next.ValidFrom = h.id("version", day.Time()), day
	next.Name = "Ủy ban nhân dân phường " + place
	next.Folded = store.FoldOrganization(u.Code, next.Name)
	u.versions = append(u.versions, &next)
	u.Version++
}

// merge ends a unit in favour of another.
func (h *history) merge(u, successor *unit) {
	end := merged
	u.versions[len(u.versions)-1].ValidTo, u.successor = &end, successor
	u.Version++
}

// nameOn is what a unit is called on a day.
func (u *unit) nameOn(day model.Date) string {
	name := u.versions[0].Name
	for _, v := range u.versions {
		if v.ValidFrom <= day {
			name = v.Name
		}
	}
	return name
}

// livesOn says whether a unit lives on a day.
func (u *unit) livesOn(day model.Date) bool {
	return day.Within(epoch, u.versions[len(u.versions)-1].ValidTo)
}

// under is the unit directly below another that a unit belongs to.
func (u *unit) under(other *unit) *unit {
	for u.above != other {
		u = u.above
	}
	return u
}

// writeUnits hands the tree over.
func (h *history) writeUnits() {
	for _, u := range h.units {
		h.put(u.Organization)
		h.audit(at(epoch, 9), "importSeason", about{realm: model.RealmRegistry, organization: u.ID}, u.Organization)
	}
	for _, u := range h.units {
		for _, v := range u.versions {
			h.put(v)
		}
		if u.successor == nil {
			continue
		}
		day := merged.AddDays(1)
		s := &model.Succession{ID: h.id("succession", day.Time()), PredecessorID: u.ID, SuccessorID: u.successor.ID, EffectiveOn: day}
		h.put(s)
		h.audit(at(day, 9), "succeedOrganization", about{realm: model.RealmRegistry, organization: u.ID}, s)
	}
}
