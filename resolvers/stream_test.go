package resolvers_test

import (
	"strings"
	"testing"
)

const nominationChanged = `subscription { nominationChanged(campaignCode: "MAU-2024") { reference status version submittedBy { code } } }`

func (s *server) hold(reference string) {
	s.t.Helper()
	id, version := s.nomination(reference)
	s.must("s1", `mutation($id: ID!, $v: Int!) { holdNomination(input: {nominationId: $id, expectedVersion: $v, reason: "Đơn tố cáo", document: "Thông báo 01"}) { nomination { id } } }`,
		map[string]any{"id": id, "v": version})
}

// streams waits until so many subscriptions are under way.
func (s *server) streams(n int) {
	s.t.Helper()
	if !within(func() bool { return s.store.Events.Streams() == n }) {
		s.t.Fatalf("%d streams, want %d", s.store.Events.Streams(), n)
	}
}

func TestEventsOverSSE(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		stream := s.follow(s.online(), "s1", nominationChanged)
		stream.must(":")
		s.hold("CN-2")
		if data := stream.must("next"); !strings.Contains(data, `"reference":"CN-2"`) {
			t.Error(data)
		}
	})
}

func TestEventsOverWebSocket(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		c := s.signedIn(s.online(), "s1")
		c.subscribe("a", nominationChanged)
		c.subscribe("b", `subscription { scoringProgress(campaignCode: "MAU-2024") { assigned submitted } }`)
		if data := c.must("next", "b"); !strings.Contains(data, `"assigned":15`) {
			t.Error(data)
		}
		s.streams(2)
		s.hold("CN-2")
		if data := c.must("next", "a"); !strings.Contains(data, `"reference":"CN-2"`) {
			t.Error(data)
		}
	})
}
