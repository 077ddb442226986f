package events_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"vinhdanh/internal/events"
)

func everything(events.Event) bool { return true }

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func nomination(id string) events.Event { return events.Event{Kind: events.Nomination, ID: id} }

func TestStreamsGetWhatTheyWantInOrder(t *testing.T) {
	t.Parallel()
	hub := events.NewHub()
	all, ballots := hub.Follow(everything), hub.Follow(func(e events.Event) bool { return e.Kind == events.Ballot })
	round := events.Event{Kind: events.Ballot, ID: "nomination_1"}
	hub.Publish(nomination("nomination_1"), round)
	hub.Publish(nomination("nomination_2"), nomination("nomination_1"))
	for i, want := range []events.Event{nomination("nomination_1"), round, nomination("nomination_2")} {
		if got, err := all.Next(t.Context()); err != nil || got != want {
			t.Errorf("event %d: %v %v, want %v", i, got, err, want)
		}
	}
	if got, err := ballots.Next(t.Context()); err != nil || got != round {
		t.Errorf("%v %v", got, err)
	}
	hub.Publish(nomination("nomination_1"))
	if got, err := all.Next(t.Context()); err != nil || got != nomination("nomination_1") {
		t.Errorf("a record that changed again: %v %v", got, err)
	}
}

// TestASlowReaderHoldsUpNobody publishes more than a stream holds while its reader sleeps.
func TestASlowReaderHoldsUpNobody(t *testing.T) {
	t.Parallel()
	hub := events.NewHub()
	slow, quick := hub.Follow(everything), hub.Follow(everything)
	for i := range 1500 {
		e := nomination(fmt.Sprint(i))
		hub.Publish(e, e)
		if got, err := quick.Next(t.Context()); err != nil || got != e {
			t.Fatalf("the quick reader got %v %v", got, err)
		}
	}
	for range 2 {
		if _, err := slow.Next(t.Context()); !errors.Is(err, events.ErrLagging) {
			t.Errorf("the slow reader got %v", err)
		}
	}
}

func TestAWaitingReaderIsWokenByEventShutdownAndCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := events.NewHub()
		ended := make(chan error)
		wait := func(ctx context.Context, s *events.Stream) {
			_, err := s.Next(ctx)
			ended <- err
		}
		go wait(t.Context(), hub.Follow(everything))
		synctest.Wait()
		hub.Publish(nomination("nomination_1"))
		if err := <-ended; err != nil {
			t.Error(err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		go wait(short, hub.Follow(everything))
		if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
			t.Error("a cancelled reader goes on waiting")
		}
		go wait(t.Context(), hub.Follow(everything))
		synctest.Wait()
		hub.Close()
		hub.Close()
		if err := <-ended; !errors.Is(err, events.ErrShutdown) {
			t.Error(err)
		}
		go wait(t.Context(), hub.Follow(everything))
		if err := <-ended; !errors.Is(err, events.ErrShutdown) {
			t.Error("a stream opens after the end")
		}
	})
}

func TestAClosedStreamIsForgotten(t *testing.T) {
	t.Parallel()
	hub := events.NewHub()
	s := hub.Follow(everything)
	hub.Publish(nomination("nomination_1"))
	s.Close()
	s.Close()
	if n := hub.Streams(); n != 0 {
		t.Errorf("%d streams", n)
	}
	hub.Publish(nomination("nomination_2"))
}
