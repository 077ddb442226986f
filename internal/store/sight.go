package store

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// seen is what a reader may see of a set of nominations.
type seen struct {
	sights      map[string]model.Sight
	nominations []*model.Nomination
}

// looks remembers what a reader may see of the nominations of one request, so that each of their fields need not look again.
type looks struct {
	mu    sync.Mutex
	known map[string]*seen
}

type looksKey struct{}

// WithLooks lets reads under this context, all by one reader, look once at what may be seen of the same nominations.
func WithLooks(ctx context.Context) context.Context {
	return context.WithValue(ctx, looksKey{}, &looks{known: map[string]*seen{}})
}

// look says what a reader may see of nominations beside themselves. Those the reader may not know of are left out. What it
// gives is shared and must not be changed.
func (s *Store) look(ctx context.Context, by model.Actor, ids []string) (*seen, error) {
	remembered, ok := ctx.Value(looksKey{}).(*looks)
	if !ok {
		return s.lookNow(ctx, by, ids)
	}
	remembered.mu.Lock()
	defer remembered.mu.Unlock()
	key := strings.Join(slices.Sorted(slices.Values(ids)), " ")
	if v := remembered.known[key]; v != nil {
		return v, nil
	}
	v, err := s.lookNow(ctx, by, ids)
	if err == nil {
		remembered.known[key] = v
	}
	return v, err
}

func (s *Store) lookNow(ctx context.Context, by model.Actor, ids []string) (*seen, error) {
	known, err := list[model.Nomination](ctx, s, nominations.with(where("nomination.id IN (?)", ids), nominationsKnownTo(by)), "")
	if err != nil {
		return nil, err
	}
	campaigns, err := s.plainCampaigns(ctx, known)
	if err != nil {
		return nil, err
	}
	conflicts, err := s.conflicts(ctx, s.read, by, known)
	if err != nil {
		return nil, err
	}
	v := &seen{sights: map[string]model.Sight{}, nominations: known}
	for _, n := range known {
		v.sights[n.ID] = model.SightOf(by, n, campaigns[n.CampaignID], conflicts[n.ID])
	}
	return v, nil
}

// where lists the nominations of which the reader may see something.
func (v *seen) where(may func(model.Sight) bool) []string {
	ids := []string{}
	for _, n := range v.nominations {
		if may(v.sights[n.ID]) {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// shownLists reads the records of the nominations of which the reader may see them: an empty list where there are none, nil
// where they are hidden, whether there are any or not.
func shownLists[T any](ctx context.Context, s *Store, by model.Actor, ids []string, may func(model.Sight) bool,
	of func(*T) string, query func(*bun.SelectQuery) *bun.SelectQuery) (map[string][]*T, error) {
	v, err := s.look(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	shown, records := v.where(may), []*T{}
	if err := query(s.read.NewSelect().Model(&records).Where("?TableAlias.nomination_id IN (?)", bun.List(shown))).Scan(ctx); err != nil {
		return nil, err
	}
	lists := groupBy(records, of)
	for _, id := range shown {
		if lists[id] == nil {
			lists[id] = []*T{}
		}
	}
	return lists, nil
}

func everyone(model.Sight) bool { return true }

// ConflictsOf says of which nominations a reader, as a member of the council, may neither score nor see the scores.
func (s *Store) ConflictsOf(ctx context.Context, by model.Actor, ids []string) (map[string]*model.ConflictKind, error) {
	v, err := s.look(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	kinds := map[string]*model.ConflictKind{}
	for id, sight := range v.sights {
		kinds[id] = sight.Conflict
	}
	return kinds, nil
}

// MovesOf lists every move of each nomination, oldest first; who moved it and why only where the reader works on its file.
func (s *Store) MovesOf(ctx context.Context, by model.Actor, ids []string) (map[string][]*model.NominationMove, error) {
	moves, err := shownLists(ctx, s, by, ids, everyone, func(m *model.NominationMove) string { return m.NominationID },
		func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("version") })
	if err != nil {
		return nil, err
	}
	v, err := s.look(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	for id, list := range moves {
		for _, m := range list {
			if !v.sights[id].File {
				m.AccountID, m.ActingForID, m.Reason = nil, nil, nil
			}
		}
	}
	return moves, nil
}

// HoldsOf lists every hold of each nomination, oldest first.
func (s *Store) HoldsOf(ctx context.Context, by model.Actor, ids []string) (map[string][]*model.Hold, error) {
	return shownLists(ctx, s, by, ids, func(v model.Sight) bool { return v.File }, func(h *model.Hold) string { return h.NominationID },
		func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("id") })
}

// CommentsOf lists the remarks on each nomination, oldest first.
func (s *Store) CommentsOf(ctx context.Context, by model.Actor, ids []string) (map[string][]*model.Comment, error) {
	return shownLists(ctx, s, by, ids, func(v model.Sight) bool { return v.Comments }, func(c *model.Comment) string { return c.NominationID },
		func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("id") })
}

// EvidenceOf lists the files of each nomination, oldest first.
func (s *Store) EvidenceOf(ctx context.Context, by model.Actor, ids []string) (map[string][]*model.EvidenceFile, error) {
	return shownLists(ctx, s, by, ids, everyone, func(f *model.EvidenceFile) string { return f.NominationID },
		func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("removed_at IS NULL").Order("id") })
}

// AssignmentsOf lists who scores each nomination, by the time they were assigned; the own one alone where no more may be
// seen.
func (s *Store) AssignmentsOf(ctx context.Context, by model.Actor, ids []string) (map[string][]*model.ReviewAssignment, error) {
	assignments, err := shownLists(ctx, s, by, ids, func(v model.Sight) bool { return v.Reviewers || v.OwnSheet != "" },
		func(x *model.ReviewAssignment) string { return x.NominationID }, liveAssignments)
	if err != nil {
		return nil, err
	}
	return assignments, s.ownOnly(ctx, by, ids, func(id, own string) {
		assignments[id] = slices.DeleteFunc(assignments[id], func(x *model.ReviewAssignment) bool { return x.ReviewerID != own })
	})
}

// ownOnly leaves out what is not the reader's own, for the nominations of which no more may be seen.
func (s *Store) ownOnly(ctx context.Context, by model.Actor, ids []string, leave func(id, own string)) error {
	v, err := s.look(ctx, by, ids)
	if err != nil {
		return err
	}
	for id, sight := range v.sights {
		if sight.OwnSheet != "" && !sight.Reviewers {
			leave(id, sight.OwnSheet)
		}
	}
	return nil
}

// SheetsOf lists the score sheets of each nomination, every revision; the own ones alone where no more may be seen.
func (s *Store) SheetsOf(ctx context.Context, by model.Actor, ids []string) (map[string][]*model.ScoreSheet, error) {
	sheets, err := shownLists(ctx, s, by, ids, func(v model.Sight) bool { return v.Scores || v.OwnSheet != "" }, func(x *model.ScoreSheet) string { return x.NominationID },
		func(q *bun.SelectQuery) *bun.SelectQuery { return withPoints(q).Order("reviewer_id", "revision") })
	if err != nil {
		return nil, err
	}
	return sheets, s.ownOnly(ctx, by, ids, func(id, own string) {
		sheets[id] = slices.DeleteFunc(sheets[id], func(x *model.ScoreSheet) bool { return x.ReviewerID != own })
	})
}

// EntriesOf reads the places of nominations in their rankings.
func (s *Store) EntriesOf(ctx context.Context, by model.Actor, ids []string) (map[string]*model.RankingEntry, error) {
	v, err := s.look(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	var entries []*model.RankingEntry
	err = s.read.NewSelect().Model(&entries).Where("nomination_id IN (?)", bun.List(v.where(func(sight model.Sight) bool { return sight.Scores }))).Scan(ctx)
	return byID(entries, func(e *model.RankingEntry) string { return e.NominationID }), err
}

// ReformPointsOf computes the part of the score that follows from the reform index.
func (s *Store) ReformPointsOf(ctx context.Context, by model.Actor, ids []string) (map[string]*model.Decimal, error) {
	v, err := s.look(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	return reformPoints(ctx, s.read, v.nominations)
}

// BallotResultsOf reads how the council voted on nominations, once their rounds are closed.
func (s *Store) BallotResultsOf(ctx context.Context, by model.Actor, ids []string) (map[string]*model.BallotResult, error) {
	v, err := s.look(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	shown := bun.List(v.where(func(sight model.Sight) bool { return sight.Votes }))
	var items []*model.BallotItem
	if err := s.read.NewSelect().Model(&items).Where("nomination_id IN (?)", shown).Where("carried IS NOT NULL").Scan(ctx); err != nil {
		return nil, err
	}
	var rounds []*model.BallotRound
	err = s.read.NewSelect().Model(&rounds).Where("id IN (SELECT ballot_round_id FROM ballot_items WHERE nomination_id IN (?))", shown).Scan(ctx)
	members := byID(rounds, func(r *model.BallotRound) string { return r.ID })
	results := map[string]*model.BallotResult{}
	for _, item := range items {
		results[item.NominationID] = item.Outcome(members[item.BallotRoundID].Members)
	}
	return results, err
}

// EligibilityOf asks the rules of today about nominations on whose files the reader works.
func (s *Store) EligibilityOf(ctx context.Context, by model.Actor, ids []string) (map[string]*model.Eligibility, error) {
	v, err := s.look(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	var asked []*model.Nomination
	for _, n := range v.nominations {
		if v.sights[n.ID].File {
			asked = append(asked, new(*n))
		}
	}
	var full []*model.Campaign
	err = withParts(s.read.NewSelect().Model(&full).Where("id IN (SELECT campaign_id FROM nominations WHERE id IN (?))", bun.List(ids))).Scan(ctx)
	if err != nil {
		return nil, err
	}
	campaigns := byID(full, func(c *model.Campaign) string { return c.ID })
	for _, n := range asked {
		n.Campaign = campaigns[n.CampaignID]
	}
	return evaluate(ctx, s.read, asked, s.today(), nil)
}

// Eligibility asks the rules of today about one nomination: FORBIDDEN to readers who know it but do not work on its file.
func (s *Store) Eligibility(ctx context.Context, by model.Actor, id string) (*model.Eligibility, error) {
	v, err := s.look(ctx, by, []string{id})
	if err != nil {
		return nil, err
	}
	sight, known := v.sights[id]
	switch {
	case !known:
		return nil, model.NotFound("nomination", id)
	case !sight.File:
		return nil, model.Errorf(model.CodeForbidden, "eligibility.not_yours")
	}
	answers, err := s.EligibilityOf(ctx, by, []string{id})
	return answers[id], err
}

// PersonFile is what a reader may know of a person beside name and code.
type PersonFile struct {
	Gender    *model.Gender
	BornOn    *model.Date
	HiredOn   *model.Date
	Position  *model.Position
	Positions []*model.Position
	Facts     []*model.PersonnelFact
}

// PersonFilesOf reads what the reader may know of people: inside the office where they serve, and the staff file where
// there is a need to know.
func (s *Store) PersonFilesOf(ctx context.Context, by model.Actor, ids []string) (map[string]*PersonFile, error) {
	files := map[string]*PersonFile{}
	for _, id := range ids {
		files[id] = &PersonFile{}
	}
	if !by.HasOffice() {
		return files, nil
	}
	var people []*model.Person
	var facts []*model.PersonnelFact
	if err := s.read.NewSelect().Model(&people).Where("id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	if err := s.read.NewSelect().Model(&facts).Where("person_id IN (?)", bun.List(ids)).Order("valid_from", "id").Scan(ctx); err != nil {
		return nil, err
	}
	all, err := positionsOf(ctx, s.read, ids)
	if err != nil {
		return nil, err
	}
	positions, known := groupBy(all, func(p *model.Position) string { return p.PersonID }), groupBy(facts, func(f *model.PersonnelFact) string { return f.PersonID })
	for _, p := range people {
		file, held := files[p.ID], positions[p.ID]
		file.Position = model.PositionOn(held, s.today())
		unit := ""
		if len(held) > 0 {
			unit = held[len(held)-1].OrganizationID
		}
		if !by.MayKnow(p.ID, unit) {
			continue
		}
		file.Gender, file.BornOn, file.HiredOn = p.Gender, p.BornOn, p.HiredOn
		file.Positions, file.Facts = append([]*model.Position{}, held...), append([]*model.PersonnelFact{}, known[p.ID]...)
	}
	return files, nil
}
