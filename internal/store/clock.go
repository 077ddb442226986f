package store

import (
	"sync/atomic"
	"time"

	"vinhdanh/model"
)

// Clock tells business time, in UTC and whole microseconds. It runs with the real clock, moved by an offset that only a
// demo sets.
type Clock struct {
	offset   atomic.Int64
	settable bool
}

// NewClock makes a clock that shows real time. A settable one belongs to a demo or a test.
func NewClock(settable bool) *Clock { return &Clock{settable: settable} }

// Now is the business time.
func (c *Clock) Now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load())).UTC().Truncate(time.Microsecond)
}

// Settable says whether Set may be used.
func (c *Clock) Settable() bool { return c.settable }

// Set moves the clock; from there on it runs as usual.
func (c *Clock) Set(at time.Time) { c.offset.Store(int64(time.Until(at))) }

// SetBusinessTime sets the clock of a demo.
func (s *Store) SetBusinessTime(at time.Time) (time.Time, error) {
	if !s.Clock.Settable() {
		return time.Time{}, model.Errorf(model.CodeForbidden, "clock.real")
	}
	s.Clock.Set(at)
	return at, nil
}
