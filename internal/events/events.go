// Package events tells the streams of this process what changed in the records. It carries ids only: what a reader may see
// of it is read again by whoever tells it.
package events

import (
	"context"
	"errors"
	"sync"
)

// Kind is what an event is about.
type Kind string

// The kinds of events.
const (
	// Nomination says that a nomination, or a file of it, changed.
	Nomination Kind = "nomination"
	// Scoring says that something about the review of a campaign changed.
	Scoring Kind = "scoring"
	// Ballot says that a ballot round opened, closed, or has one more member whose vote is in.
	Ballot Kind = "ballot"
	// Decision says that a decision was published.
	Decision Kind = "decision"
)

// Event says that a record changed. Entry is the audit entry that tells of it.
type Event struct {
	Kind       Kind   `json:"kind"`
	CampaignID string `json:"campaign,omitempty"`
	ID         string `json:"id"`
	Entry      string `json:"entry"`
}

// Why a stream ended.
var (
	// ErrShutdown says that the server stops.
	ErrShutdown = errors.New("the server stops")
	// ErrLagging says that a reader was too slow; it has to read afresh what it followed.
	ErrLagging = errors.New("too many events wait")
)

// mostWaiting bounds the records a slow reader may have waiting.
const mostWaiting = 1000

// Hub hands each event to the streams that want it. It never waits for one.
type Hub struct {
	mu      sync.Mutex
	streams map[*Stream]bool
	closed  chan struct{}
}

// NewHub makes a hub without streams.
func NewHub() *Hub { return &Hub{streams: map[*Stream]bool{}, closed: make(chan struct{})} }

// Publish tells all streams.
func (h *Hub) Publish(events ...Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		for _, e := range events {
			s.Add(e)
		}
	}
}

// Follow opens a stream of the events it wants. It has to be closed.
func (h *Hub) Follow(wants func(Event) bool) *Stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &Stream{hub: h, wants: wants, waiting: map[record]bool{}, changed: make(chan struct{}, 1)}
	h.streams[s] = true
	return s
}

// Streams is how many are open.
func (h *Hub) Streams() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams)
}

// Waiting is how many records wait to be read, over all streams.
func (h *Hub) Waiting() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	waiting := 0
	for s := range h.streams {
		s.mu.Lock()
		waiting += len(s.queue)
		s.mu.Unlock()
	}
	return waiting
}

// Close ends every stream, those opened later, too.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closed:
	default:
		close(h.closed)
	}
}

// Closed is closed when the hub is.
func (h *Hub) Closed() <-chan struct{} { return h.closed }

// record is what an event is about. It waits once, however often it changed, since it is read when its turn comes.
type record struct {
	kind Kind
	id   string
}

// Stream is what one reader follows: a queue of records that changed and that the reader has not seen since.
type Stream struct {
	hub     *Hub
	wants   func(Event) bool
	changed chan struct{}

	mu      sync.Mutex
	queue   []Event
	waiting map[record]bool
	lagging bool
}

// Add puts an event into the queue.
func (s *Stream) Add(e Event) {
	if !s.wants(e) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	about := record{e.Kind, e.ID}
	switch {
	case s.lagging || s.waiting[about]:
		return
	case len(s.queue) == mostWaiting:
		s.lagging, s.queue, s.waiting = true, nil, nil
	default:
		s.queue = append(s.queue, e)
		s.waiting[about] = true
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Next waits for the next event.
func (s *Stream) Next(ctx context.Context) (Event, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Event{}, err
		}
		if e, ok, err := s.take(); ok || err != nil {
			return e, err
		}
		select {
		case <-s.changed:
		case <-s.hub.closed:
			return Event{}, ErrShutdown
		case <-ctx.Done():
		}
	}
}

func (s *Stream) take() (e Event, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lagging {
		return e, false, ErrLagging
	}
	if len(s.queue) == 0 {
		return e, false, nil
	}
	e, s.queue = s.queue[0], s.queue[1:]
	delete(s.waiting, record{e.Kind, e.ID})
	return e, true, nil
}

// Close takes the stream off the hub.
func (s *Stream) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	delete(s.hub.streams, s)
}
