package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"vinhdanh/internal/events"
	"vinhdanh/model"
)

// channel is what the servers of one PostgreSQL database listen to.
const channel = "vinhdanh_events"

// perMessage bounds the events of one message, which PostgreSQL limits to 8,000 bytes.
const perMessage = 40

// eventOf says what an entry of the record tells the streams, if anything. Comments tell nothing: not all who know a
// nomination may know of them.
func eventOf(e *model.AuditEntry) (events.Event, bool) {
	event := events.Event{CampaignID: value(e.CampaignID), Entry: e.ID}
	switch e.Realm {
	case model.RealmNomination:
		event.Kind, event.ID = events.Nomination, value(e.NominationID)
	case model.RealmCampaign, model.RealmAssignment, model.RealmScore:
		event.Kind, event.ID = events.Scoring, event.CampaignID
	case model.RealmBallot:
		event.Kind, event.ID = events.Ballot, e.ObjectID
	case model.RealmDecision:
		event.Kind, event.ID = events.Decision, e.ObjectID
		return event, e.Action == "publishDecision"
	}
	return event, event.ID != ""
}

// eventsOf are the events of entries.
func eventsOf(entries []*model.AuditEntry) []events.Event {
	var all []events.Event
	for _, entry := range entries {
		if e, tells := eventOf(entry); tells {
			all = append(all, e)
		}
	}
	return all
}

// announce has PostgreSQL tell all servers when the transaction commits. SQLite has one server, which is told afterwards.
func (a *act) announce(ctx context.Context) error {
	if !a.store.postgres {
		return nil
	}
	for all := eventsOf(a.entries); len(all) > 0; all = all[min(perMessage, len(all)):] {
		message, err := json.Marshal(all[:min(perMessage, len(all))])
		if err != nil {
			return err
		}
		if _, err := a.ExecContext(ctx, "SELECT pg_notify(?, ?)", channel, string(message)); err != nil {
			return err
		}
	}
	return nil
}

// follow opens a stream of the events it wants.
func (s *Store) follow(ctx context.Context, wants func(events.Event) bool) (*events.Stream, error) {
	if s.postgres {
		if err := s.listener.start(ctx, s); err != nil {
			return nil, err
		}
	}
	return s.Events.Follow(wants), nil
}

// eventsSince reads from the record what happened since an instant of real time.
func (s *Store) eventsSince(ctx context.Context, since time.Time) ([]events.Event, error) {
	var entries []*model.AuditEntry
	err := s.read.NewSelect().Model(&entries).Column("id", "action", "realm", "object_id", "campaign_id", "nomination_id").
		Where("id >= ?", idFrom("audit", since)).Where("realm IN (?)", bun.List([]model.AuditRealm{model.RealmNomination, model.RealmCampaign,
		model.RealmAssignment, model.RealmScore, model.RealmBallot, model.RealmDecision})).Order("id").Scan(ctx)
	return eventsOf(entries), err
}
