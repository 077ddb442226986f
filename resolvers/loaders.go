package resolvers

import (
	"context"
	"sync"

	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// loader reads by key what many records of one answer look up, in one query for all of them. It knows beforehand which
// keys will be asked for, because every list that is read says what its records refer to; the first who asks fetches them
// all. So no timer is needed, and the number of queries depends on the shape of an operation and never on the rows.
type loader[K comparable, V any] struct {
	read func(ctx context.Context, keys []K) (map[K]V, error)
	// then hears of every value read, to expect what it refers to.
	then func(V)

	reading  sync.Mutex
	known    sync.Map // of K, what was read
	waiting  sync.Mutex
	expected map[K]bool
}

// result is what was read under a key.
type result[V any] struct {
	value V
	err   error
}

func newLoader[K comparable, V any](read func(context.Context, []K) (map[K]V, error), then func(V)) *loader[K, V] {
	return &loader[K, V]{read: read, then: then, expected: map[K]bool{}}
}

// expect says that keys will be asked for.
func (l *loader[K, V]) expect(keys ...K) {
	l.waiting.Lock()
	defer l.waiting.Unlock()
	for _, k := range keys {
		if _, read := l.known.Load(k); !read {
			l.expected[k] = true
		}
	}
}

// Load gives what a key names; the zero value when there is nothing.
func (l *loader[K, V]) Load(ctx context.Context, key K) (V, error) {
	if found, ok := l.known.Load(key); ok {
		return found.(result[V]).value, found.(result[V]).err
	}
	l.reading.Lock()
	defer l.reading.Unlock()
	if _, ok := l.known.Load(key); !ok {
		l.fetch(ctx, key)
	}
	found, _ := l.known.Load(key)
	return found.(result[V]).value, found.(result[V]).err
}

// fetch reads a key together with all that are expected.
func (l *loader[K, V]) fetch(ctx context.Context, key K) {
	l.waiting.Lock()
	l.expected[key] = true
	keys := make([]K, 0, len(l.expected))
	for k := range l.expected {
		keys = append(keys, k)
	}
	clear(l.expected)
	l.waiting.Unlock()
	found, err := l.read(ctx, keys)
	for _, v := range found {
		l.then(v)
	}
	for _, k := range keys {
		l.known.Store(k, result[V]{found[k], err})
	}
}

// loadIf loads what an optional key names; nil without one.
func loadIf[V any](ctx context.Context, l *loader[string, *V], key *string) (*V, error) {
	if key == nil {
		return nil, nil
	}
	return l.Load(ctx, *key)
}

// loaders are those of one request. They see what its actor may see.
type loaders struct {
	by    model.Actor
	store *store.Store

	account      *loader[string, *model.Account]
	organization *loader[string, *model.Organization]
	children     *loader[*model.Organization, []*model.Organization]
	successions  *loader[string, []*model.Succession]
	person       *loader[string, *model.Person]
	personFile   *loader[string, *store.PersonFile]
	indicator    *loader[string, *model.ReformIndicator]
	awardType    *loader[string, *model.AwardType]
	campaign     *loader[string, *model.Campaign]
	decisions    *loader[string, []*model.Decision] // by campaign
	nomination   *loader[string, *model.Nomination]
	ground       *loader[string, *model.Ground]
	dossier      *loader[string, *model.Dossier]
	moves        *loader[string, []*model.NominationMove]
	holds        *loader[string, []*model.Hold]
	comments     *loader[string, []*model.Comment]
	evidence     *loader[string, []*model.EvidenceFile]
	eligibility  *loader[string, *model.Eligibility]
	conflict     *loader[string, *model.ConflictKind]
	assignments  *loader[string, []*model.ReviewAssignment]
	sheets       *loader[string, []*model.ScoreSheet]
	reformPoints *loader[string, *model.Decimal]
	entry        *loader[string, *model.RankingEntry]
	participants *loader[string, []*model.BallotParticipant]
	ballotItems  *loader[string, []*model.BallotItem]
	ballotResult *loader[string, *model.BallotResult]
	decision     *loader[string, *model.Decision]
	bases        *loader[string, []string]
	nominated    *loader[string, *model.Award] // by nomination
	revocation   *loader[string, *model.Revocation]

	indexes sync.Map // of year, the loader of reform indexes
	units   sync.Map // of units seen, whose indexes may be asked for
}

// open makes a loader of what everyone may know.
func open[K comparable, V any](l *loaders, read func(context.Context, []K) (map[K]V, error)) *loader[K, V] {
	return newLoader(read, func(v V) { l.expect(v) })
}

// seenBy makes a loader of what the actor of the loaders may see.
func seenBy[V any](l *loaders, read func(context.Context, model.Actor, []string) (map[string]V, error)) *loader[string, V] {
	return open(l, func(ctx context.Context, keys []string) (map[string]V, error) { return read(ctx, l.by, keys) })
}

func newLoaders(s *store.Store, by model.Actor) *loaders {
	l := &loaders{by: by, store: s}
	l.account, l.organization = open(l, s.AccountsByID), open(l, s.OrganizationsByID)
	l.children, l.successions = open(l, s.ChildrenOf), open(l, s.SuccessionsOf)
	l.person, l.personFile = seenBy(l, s.PeopleByID), seenBy(l, s.PersonFilesOf)
	l.indicator, l.awardType = open(l, s.IndicatorsByID), open(l, s.AwardTypesByID)
	l.campaign, l.decisions = seenBy(l, s.CampaignsByID), seenBy(l, s.DecisionsOf)
	l.nomination, l.ground, l.dossier = seenBy(l, s.NominationsByID), open(l, s.GroundsByID), open(l, s.DossiersByID)
	l.moves, l.holds, l.comments, l.evidence = seenBy(l, s.MovesOf), seenBy(l, s.HoldsOf), seenBy(l, s.CommentsOf), seenBy(l, s.EvidenceOf)
	l.eligibility, l.conflict = seenBy(l, s.EligibilityOf), seenBy(l, s.ConflictsOf)
	l.assignments, l.sheets = seenBy(l, s.AssignmentsOf), seenBy(l, s.SheetsOf)
	l.reformPoints, l.entry = seenBy(l, s.ReformPointsOf), seenBy(l, s.EntriesOf)
	l.participants, l.ballotItems, l.ballotResult = open(l, s.ParticipantsOf), open(l, s.ItemsOf), seenBy(l, s.BallotResultsOf)
	l.decision, l.bases = seenBy(l, s.DecisionsByID), open(l, s.BasesOf)
	l.nominated, l.revocation = seenBy(l, s.AwardsOfNominations), open(l, s.RevocationsOf)
	return l
}

// reformIndex loads the index of a unit in a year, together with those of all units seen so far.
func (l *loaders) reformIndex(ctx context.Context, unitID string, year int) (*model.ReformIndex, error) {
	made, had := l.indexes.LoadOrStore(year, open(l, func(ctx context.Context, units []string) (map[string]*model.ReformIndex, error) {
		return l.store.ReformIndexes(ctx, l.by, units, year)
	}))
	indexes := made.(*loader[string, *model.ReformIndex])
	if !had {
		l.units.Range(func(id, _ any) bool {
			indexes.expect(id.(string))
			return true
		})
	}
	return indexes.Load(ctx, unitID)
}

type loadersKey struct{}

func withLoaders(ctx context.Context, l *loaders) context.Context {
	return context.WithValue(store.WithLooks(ctx), loadersKey{}, l)
}

func loadersOf(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }
