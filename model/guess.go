package model

import "time"

// SignInCounterKind is what failed sign-ins are counted by.
type SignInCounterKind string

// The kinds of counters. A name at an address it signed in from before has a counter of its own, so that strangers who
// guess at a name do not keep its owner out of the usual place.
const (
	CountedName    SignInCounterKind = "NAME"
	CountedAddress SignInCounterKind = "ADDRESS"
	CountedKnown   SignInCounterKind = "KNOWN"
)

// SignInCounter counts sign-ins that failed, or have not succeeded yet.
type SignInCounter struct {
	// ID is a keyed hash of what is counted.
	ID        string `bun:",pk"`
	Kind      SignInCounterKind
	Failures  int
	CountedAt time.Time
	// BlockedUntil is until when every further sign-in is refused unseen.
	BlockedUntil *time.Time
}

// GuessLimits bound how fast passwords can be guessed.
type GuessLimits struct {
	// NameTries and AddressTries are how many sign-ins may fail before waits begin.
	NameTries, AddressTries int
	// FirstWait doubles with each further failure up to LongestWait.
	FirstWait, LongestWait time.Duration
}

// DefaultGuessLimits allow about 120 guesses a day at a name, and never keep its owner out for more than a quarter of an hour.
var DefaultGuessLimits = GuessLimits{NameTries: 5, AddressTries: 200, FirstWait: 10 * time.Second, LongestWait: 15 * time.Minute}

// forgottenIn is how long it takes until the tries before the waits are there again.
const forgottenIn = time.Hour

// Tries are how many sign-ins may fail by this counter before waits begin.
func (l GuessLimits) Tries(kind SignInCounterKind) int {
	if kind == CountedAddress {
		return l.AddressTries
	}
	return l.NameTries
}

// Charge counts a sign-in as failed before its password is looked at, so that many at once get no more guesses than one
// after another. It refuses while blocked; a refused one is not counted.
func (c *SignInCounter) Charge(limits GuessLimits, now time.Time) error {
	if c.BlockedUntil != nil && now.Before(*c.BlockedUntil) {
		return TooManyTries(c.BlockedUntil.Sub(now))
	}
	c.forget(limits, now)
	c.Failures++
	c.BlockedUntil = nil
	if over := c.Failures - limits.Tries(c.Kind); over >= 0 {
		wait := limits.LongestWait
		if over < 20 {
			wait = min(limits.FirstWait<<over, limits.LongestWait)
		}
		until := now.Add(wait)
		c.BlockedUntil = &until
	}
	return nil
}

// forget lets one failure go for every part of the hour that has passed.
func (c *SignInCounter) forget(limits GuessLimits, now time.Time) {
	each := forgottenIn / time.Duration(limits.Tries(c.Kind))
	passed := int(now.Sub(c.CountedAt) / each)
	c.CountedAt = c.CountedAt.Add(time.Duration(passed) * each)
	if c.Failures -= passed; c.Failures <= 0 {
		c.Failures, c.CountedAt = 0, now
	}
}

// Refund takes the charge of a sign-in back that went well. An address serves many names, so that only the one try is
// given back.
func (c *SignInCounter) Refund(limits GuessLimits, now time.Time) {
	if c.Kind == CountedAddress {
		c.Failures = max(0, c.Failures-1)
	} else {
		c.Failures, c.CountedAt = 0, now
	}
	if c.Failures < limits.Tries(c.Kind) {
		c.BlockedUntil = nil
	}
}

// TooManyTries refuses with the time to wait.
func TooManyTries(wait time.Duration) *Error {
	seconds := int((wait + time.Second - 1) / time.Second)
	refusal := Errorf(CodeRateLimited, "session.too_many_tries", "seconds", seconds)
	refusal.RetryAfter = seconds
	return refusal
}
