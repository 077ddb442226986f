package resolvers

import (
	"context"
	"time"

	"github.com/vikstrous/dataloadgen"

	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// loaders batch what many records of one answer look up: one query for all of them. They live for one request and see
// what its actor may see.
type loaders struct {
	by model.Actor

	account        *dataloadgen.Loader[string, *model.Account]
	organization   *dataloadgen.Loader[string, *model.Organization]
	children       *dataloadgen.Loader[*model.Organization, []*model.Organization]
	successions    *dataloadgen.Loader[string, []*model.Succession]
	reformIndex    *dataloadgen.Loader[unitYear, *model.ReformIndex]
	person         *dataloadgen.Loader[string, *model.Person]
	personFile     *dataloadgen.Loader[string, *store.PersonFile]
	indicator      *dataloadgen.Loader[string, *model.ReformIndicator]
	awardType      *dataloadgen.Loader[string, *model.AwardType]
	campaign       *dataloadgen.Loader[string, *model.Campaign]
	campaignPapers *dataloadgen.Loader[string, []*model.Decision]
	nomination     *dataloadgen.Loader[string, *model.Nomination]
	ground         *dataloadgen.Loader[string, *model.Ground]
	dossier        *dataloadgen.Loader[string, *model.Dossier]
	moves          *dataloadgen.Loader[string, []*model.NominationMove]
	holds          *dataloadgen.Loader[string, []*model.Hold]
	comments       *dataloadgen.Loader[string, []*model.Comment]
	evidence       *dataloadgen.Loader[string, []*model.EvidenceFile]
	eligibility    *dataloadgen.Loader[string, *model.Eligibility]
	conflict       *dataloadgen.Loader[string, *model.ConflictKind]
	assignments    *dataloadgen.Loader[string, []*model.ReviewAssignment]
	sheets         *dataloadgen.Loader[string, []*model.ScoreSheet]
	reformPoints   *dataloadgen.Loader[string, *model.Decimal]
	entry          *dataloadgen.Loader[string, *model.RankingEntry]
	participants   *dataloadgen.Loader[string, []*model.BallotParticipant]
	ballotItems    *dataloadgen.Loader[string, []*model.BallotItem]
	ballotResult   *dataloadgen.Loader[string, *model.BallotResult]
	decision       *dataloadgen.Loader[string, *model.Decision]
	bases          *dataloadgen.Loader[string, []string]
	nominated      *dataloadgen.Loader[string, *model.Award]
	revocation     *dataloadgen.Loader[string, *model.Revocation]
}

// unitYear is a unit in a year.
type unitYear struct {
	unit string
	year int
}

// How long a loader waits for more keys, and how many it takes at once.
const (
	loaderWait  = time.Millisecond
	loaderBatch = 500
)

// newLoader makes a loader of a read by keys. A key without a value gives the zero value.
func newLoader[K comparable, V any](read func(ctx context.Context, keys []K) (map[K]V, error)) *dataloadgen.Loader[K, V] {
	return dataloadgen.NewMappedLoader(func(ctx context.Context, keys []K) (map[K]V, error) {
		found, err := read(ctx, keys)
		if err != nil {
			return nil, err
		}
		all := make(map[K]V, len(keys))
		for _, k := range keys {
			all[k] = found[k]
		}
		return all, nil
	}, dataloadgen.WithWait(loaderWait), dataloadgen.WithBatchCapacity(loaderBatch))
}

// seenBy reads what the actor of the loaders may see.
func seenBy[V any](l *loaders, read func(context.Context, model.Actor, []string) (map[string]V, error)) *dataloadgen.Loader[string, V] {
	return newLoader(func(ctx context.Context, keys []string) (map[string]V, error) { return read(ctx, l.by, keys) })
}

func newLoaders(s *store.Store, by model.Actor) *loaders {
	l := &loaders{by: by}
	*l = loaders{by: by,
		account: newLoader(s.AccountsByID), organization: newLoader(s.OrganizationsByID), successions: newLoader(s.SuccessionsOf),
		awardType: newLoader(s.AwardTypesByID), ground: newLoader(s.GroundsByID), dossier: newLoader(s.DossiersByID),
		indicator: newLoader(s.IndicatorsByID), participants: newLoader(s.ParticipantsOf), ballotItems: newLoader(s.ItemsOf), bases: newLoader(s.BasesOf), revocation: newLoader(s.RevocationsOf),
		children: newLoader(s.ChildrenOf), reformIndex: newLoader(func(ctx context.Context, keys []unitYear) (map[unitYear]*model.ReformIndex, error) {
			return reformIndexes(ctx, s, l.by, keys)
		}),
		person: seenBy(l, s.PeopleByID), personFile: seenBy(l, s.PersonFilesOf), campaign: seenBy(l, s.CampaignsByID), campaignPapers: seenBy(l, s.DecisionsOf),
		nomination: seenBy(l, s.NominationsByID), moves: seenBy(l, s.MovesOf), holds: seenBy(l, s.HoldsOf), comments: seenBy(l, s.CommentsOf),
		evidence: seenBy(l, s.EvidenceOf), eligibility: seenBy(l, s.EligibilityOf), conflict: seenBy(l, s.ConflictsOf),
		assignments: seenBy(l, s.AssignmentsOf), sheets: seenBy(l, s.SheetsOf), reformPoints: seenBy(l, s.ReformPointsOf), entry: seenBy(l, s.EntriesOf),
		ballotResult: seenBy(l, s.BallotResultsOf), decision: seenBy(l, s.DecisionsByID), nominated: seenBy(l, s.AwardsOfNominations),
	}
	return l
}

// reformIndexes reads the indexes of units, one read a year.
func reformIndexes(ctx context.Context, s *store.Store, by model.Actor, keys []unitYear) (map[unitYear]*model.ReformIndex, error) {
	units := map[int][]string{}
	for _, k := range keys {
		units[k.year] = append(units[k.year], k.unit)
	}
	found := map[unitYear]*model.ReformIndex{}
	for year, ids := range units {
		indexes, err := s.ReformIndexes(ctx, by, ids, year)
		if err != nil {
			return nil, err
		}
		for id, index := range indexes {
			found[unitYear{id, year}] = index
		}
	}
	return found, nil
}

type loadersKey struct{}

func withLoaders(ctx context.Context, l *loaders) context.Context {
	return context.WithValue(ctx, loadersKey{}, l)
}

func loadersOf(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }

// loadIf loads what an optional key names; nil without one.
func loadIf[V any](ctx context.Context, loader *dataloadgen.Loader[string, *V], key *string) (*V, error) {
	if key == nil {
		return nil, nil
	}
	return loader.Load(ctx, *key)
}
