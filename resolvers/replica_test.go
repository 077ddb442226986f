package resolvers_test

import (
	"os"
	"testing"

	"vinhdanh/internal/store"
)

func onPostgresAlone(t *testing.T) {
	t.Helper()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		t.Skip("TEST_DATABASE_URL names no PostgreSQL")
	}
}

// TestEventsReachTheStreamsOfEveryServer writes on one server and follows on another, while the connections on which they
// listen are cut again and again. Everything is told, and told once.
func TestEventsReachTheStreamsOfEveryServer(t *testing.T) {
	t.Parallel()
	onPostgresAlone(t)
	here := serve(t, "postgres", reviewing)
	there := here.replica(t, func(settings *store.Settings) {})
	there.store.Clock.Set(here.store.Clock.Now())
	database := here.behind(t)
	streams := []*eventStream{here.follow(here.online(), "s1", nominationChanged), there.follow(there.online(), "s1", nominationChanged)}
	for _, stream := range streams {
		stream.must(":")
	}
	hold := `mutation($id: ID!, $v: Int!) { holdNomination(input: {nominationId: $id, expectedVersion: $v, reason: "Đơn", document: "1"}) { nomination { id } } }`
	release := `mutation($id: ID!, $v: Int!) { releaseNomination(input: {nominationId: $id, expectedVersion: $v, document: "2"}) { nomination { id } } }`
	id, version := here.nomination("CN-2")
	for i := range 12 {
		act := hold
		if i%2 == 1 {
			act = release
		}
		if i%3 == 0 {
			var cut int
			err := database.QueryRowContext(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND query LIKE 'LISTEN%' OR datname = current_database() AND query LIKE '-- ping%'`).Scan(&cut)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 && cut != 2 {
				t.Fatalf("%d connections listen, want 2", cut)
			}
		}
		here.must("s1", act, map[string]any{"id": id, "v": version + i})
		for _, stream := range streams {
			if data := stream.must("next"); data != `{"data":{"nominationChanged":{"reference":"CN-2"}}}` {
				t.Errorf("%d: %s", i, data)
			}
		}
	}
	here.hold("CN-3")
	for _, stream := range streams {
		if data := stream.must("next"); data != `{"data":{"nominationChanged":{"reference":"CN-3"}}}` {
			t.Errorf("told twice: %s", data)
		}
	}
}

// TestARefusedWriteTellsNothing undoes an act after it was written, and then does another.
func TestARefusedWriteTellsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		stream := s.follow(s.online(), "s1", nominationChanged)
		stream.must(":")
		cn2, v2 := s.nomination("CN-2")
		r := s.as("s1", `mutation($id: ID!, $v: Int!) { holdNomination(input: {nominationId: $id, expectedVersion: $v, reason: "Đơn", document: "1"}) { nomination { id } } }`,
			map[string]any{"id": cn2, "v": v2 + 1})
		if r.code() != "CONFLICT" {
			t.Fatalf("%s", r.Text)
		}
		s.must("s1", `mutation { assignReviewers(input: {campaignCode: "MAU-2024", reviewersPerNomination: 4, dryRun: true}) { added } }`, nil)
		s.hold("CN-3")
		if data := stream.must("next"); data != `{"data":{"nominationChanged":{"reference":"CN-3"}}}` {
			t.Error(data)
		}
	})
}
