package store

import (
	"context"
	"errors"
	"slices"

	"github.com/uptrace/bun"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

// withHistory loads the versions of units, oldest first.
func withHistory(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Relation("History", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("valid_from") })
}

// Organization is one unit as of a day; today, or its last day, when none is given.
func (s *Store) Organization(ctx context.Context, code string, asOf *model.Date) (*model.Organization, error) {
	unit, err := organizationByCode(ctx, s.read, code)
	if err != nil {
		return nil, err
	}
	day := unit.TreeDay(s.today())
	if asOf != nil {
		if day = *asOf; !unit.Exists(day) {
			return nil, model.NotFound("organization", code)
		}
	}
	return unit.At(day), nil
}

// OrganizationsByID reads units, each as of today or its last day.
func (s *Store) OrganizationsByID(ctx context.Context, ids []string) (map[string]*model.Organization, error) {
	units, err := s.organizations(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, unit := range units {
		units[i] = unit.At(unit.TreeDay(s.today()))
	}
	return byID(units, func(o *model.Organization) string { return o.ID }), nil
}

func (s *Store) organizations(ctx context.Context, ids []string) ([]*model.Organization, error) {
	var units []*model.Organization
	err := withHistory(s.read.NewSelect().Model(&units).Where("id IN (?)", bun.List(ids))).Order("code").Scan(ctx)
	return units, err
}

// Organizations lists units of a day by code, or by relevance to a text.
func (s *Store) Organizations(ctx context.Context, filter *model.OrganizationFilter, page model.Page) (*model.OrganizationConnection, error) {
	if filter == nil {
		filter = &model.OrganizationFilter{}
	}
	day := s.today()
	if filter.AsOf != nil {
		day = *filter.AsOf
	}
	l := listing{columns: "organization.*, version.name, version.folded", tables: `organizations AS organization
		JOIN organization_versions AS version ON version.organization_id = organization.id`}
	l.and("version.valid_from <= ?", day)
	l.and("(version.valid_to IS NULL OR version.valid_to >= ?)", day)
	if len(filter.Kinds) > 0 {
		l.and("version.kind IN (?)", filter.Kinds)
	}
	if filter.WithinCode != nil {
		root, err := organizationByCode(ctx, s.read, *filter.WithinCode)
		if err != nil {
			return nil, badReference("filter.withinCode", err)
		}
		units, err := s.subtree(ctx, s.read, []string{root.ID}, day)
		if err != nil {
			return nil, err
		}
		l.and("organization.id IN (?)", units)
	}
	found, err := s.organizationPage(ctx, l, filter.Text, page)
	if err != nil {
		return nil, err
	}
	return s.unitsOf(ctx, found, day)
}

// organizationRow is a unit with the text it is found by.
type organizationRow struct {
	ID     string
	Code   string
	Folded string
}

func (s *Store) organizationPage(ctx context.Context, l listing, text *string, page model.Page) (*model.Connection[organizationRow], error) {
	l.columns = "organization.id, organization.code, version.folded"
	if text != nil && names.Fold(*text) != "" {
		return search[organizationRow]{column: "version.folded", id: "organization.id", words: names.Fold(*text),
			values: func(o *organizationRow) (string, string) { return o.Folded, o.ID }}.paginate(ctx, s, l, page)
	}
	return paginate(ctx, s, l, page, keyset[organizationRow]{columns: []string{"organization.code"},
		values: func(o *organizationRow) []any { return []any{o.Code} }})
}

// unitsOf fills a page of rows with the units they stand for.
func (s *Store) unitsOf(ctx context.Context, rows *model.Connection[organizationRow], day model.Date) (*model.OrganizationConnection, error) {
	ids := make([]string, len(rows.Nodes))
	for i, row := range rows.Nodes {
		ids[i] = row.ID
	}
	units, err := s.organizations(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := byID(units, func(o *model.Organization) string { return o.ID })
	page := &model.OrganizationConnection{PageInfo: rows.PageInfo, Count: rows.Count, Nodes: []*model.Organization{}, Edges: []*model.OrganizationEdge{}}
	for _, edge := range rows.Edges {
		unit := found[edge.Node.ID].At(day)
		page.Nodes = append(page.Nodes, unit)
		page.Edges = append(page.Edges, &model.OrganizationEdge{Cursor: edge.Cursor, Node: unit})
	}
	return page, nil
}

// ChildrenOf lists the units directly below each unit on the day of that unit.
func (s *Store) ChildrenOf(ctx context.Context, parents []*model.Organization) (map[*model.Organization][]*model.Organization, error) {
	var versions []*model.OrganizationVersion
	ids := make([]string, len(parents))
	for i, p := range parents {
		ids[i] = p.ID
	}
	if err := s.read.NewSelect().Model(&versions).Where("parent_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	childIDs := []string{}
	for _, v := range versions {
		childIDs = append(childIDs, v.OrganizationID)
	}
	units, err := s.organizations(ctx, childIDs)
	if err != nil {
		return nil, err
	}
	children := map[*model.Organization][]*model.Organization{}
	for _, p := range parents {
		children[p] = []*model.Organization{}
		for _, unit := range units {
			if shown := unit.At(p.AsOf); unit.Exists(p.AsOf) && value(shown.ParentID) == p.ID {
				children[p] = append(children[p], shown)
			}
		}
	}
	return children, nil
}

// SuccessionsOf lists every succession each unit took part in, earliest first.
func (s *Store) SuccessionsOf(ctx context.Context, ids []string) (map[string][]*model.Succession, error) {
	var successions []*model.Succession
	err := s.read.NewSelect().Model(&successions).
		Where("predecessor_id IN (?) OR successor_id IN (?)", bun.List(ids), bun.List(ids)).Order("effective_on", "id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string][]*model.Succession{}
	for _, id := range ids {
		for _, x := range successions {
			if x.PredecessorID == id || x.SuccessorID == id {
				found[id] = append(found[id], x)
			}
		}
	}
	return found, nil
}

// subtree lists units with all units below them on a day.
func (s *Store) subtree(ctx context.Context, db bun.IDB, roots []string, day model.Date) ([]string, error) {
	var ids []string
	err := db.NewRaw(`WITH RECURSIVE tree (id) AS (
			SELECT organization.id FROM organizations AS organization WHERE organization.id IN (?0)
			UNION
			SELECT version.organization_id FROM tree JOIN organization_versions AS version ON version.parent_id = tree.id
			WHERE version.valid_from <= ?1 AND (version.valid_to IS NULL OR version.valid_to >= ?1)
		) SELECT id FROM tree`, bun.List(roots), day).Scan(ctx, &ids)
	return ids, err
}

// lineage lists a unit with all units above it on a day.
func lineage(ctx context.Context, db bun.IDB, unitID string, day model.Date) ([]string, error) {
	lines, err := lineages(ctx, db, []string{unitID}, day)
	return lines[unitID], err
}

// lineages lists units, each with all units above it on a day.
func lineages(ctx context.Context, db bun.IDB, units []string, day model.Date) (map[string][]string, error) {
	var steps []struct{ Root, ID string }
	err := db.NewRaw(`WITH RECURSIVE line (root, id) AS (
			SELECT organization.id, organization.id FROM organizations AS organization WHERE organization.id IN (?0)
			UNION
			SELECT line.root, version.parent_id FROM line JOIN organization_versions AS version ON version.organization_id = line.id
			WHERE version.parent_id IS NOT NULL AND version.valid_from <= ?1 AND (version.valid_to IS NULL OR version.valid_to >= ?1)
		) SELECT root, id FROM line`, bun.List(units), day).Scan(ctx, &steps)
	lines := map[string][]string{}
	for _, step := range steps {
		lines[step.Root] = append(lines[step.Root], step.ID)
	}
	return lines, err
}

// household lists the units whose awards count as a unit's: itself, with all below it when asked, and the units it took
// over from, each with what was below it on its last day, when asked. Every unit comes once.
func (s *Store) household(ctx context.Context, code string, subordinates, predecessors bool) ([]string, error) {
	unit, err := organizationByCode(ctx, s.read, code)
	if err != nil {
		return nil, err
	}
	units := []string{unit.ID}
	if subordinates {
		if units, err = s.subtree(ctx, s.read, units, unit.TreeDay(s.today())); err != nil {
			return nil, err
		}
	}
	for fresh := units; predecessors && len(fresh) > 0; {
		if fresh, err = s.takenOver(ctx, fresh, units); err != nil {
			return nil, err
		}
		units = append(units, fresh...)
	}
	return units, nil
}

// takenOver lists the predecessors of units, each with what was below it on its last day, without those already known.
func (s *Store) takenOver(ctx context.Context, units, known []string) ([]string, error) {
	var successions []*model.Succession
	if err := s.read.NewSelect().Model(&successions).Where("successor_id IN (?)", bun.List(units)).Scan(ctx); err != nil {
		return nil, err
	}
	found := []string{}
	for _, x := range successions {
		below, err := s.subtree(ctx, s.read, []string{x.PredecessorID}, x.EffectiveOn.AddDays(-1))
		if err != nil {
			return nil, err
		}
		for _, id := range below {
			if !slices.Contains(known, id) && !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
	}
	return found, nil
}

func organizationByCode(ctx context.Context, db bun.IDB, code string) (*model.Organization, error) {
	return one(ctx, db.NewSelect().Where("code = ?", code), new(model.Organization), "organization", code, withHistory)
}

func (a *act) organizationByCode(ctx context.Context, code string) (*model.Organization, error) {
	return organizationByCode(ctx, a, code)
}

// livingOrganization finds a unit that lives on a day, for an input field.
func (a *act) livingOrganization(ctx context.Context, path, code string, day model.Date) (*model.Organization, error) {
	unit, err := organizationByCode(ctx, a, code)
	if err != nil {
		return nil, badReference(path, err)
	}
	if !unit.Exists(day) {
		return nil, model.BadInput(path, "organization.not_living", "code", code, "on", day)
	}
	return unit, nil
}

// badReference turns «no such record» into a fault of the input field that named it.
func badReference(path string, err error) error {
	if model.CodeOf(err) != model.CodeNotFound {
		return err
	}
	missing, _ := errors.AsType[*model.Error](err)
	return model.BadInput(path, "reference.unknown", "what", missing.Args["what"], "key", missing.Args["key"])
}
