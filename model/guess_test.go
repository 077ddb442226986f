package model_test

import (
	"testing"
	"time"

	"vinhdanh/model"
)

var noon = time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)

// fail charges a counter until it is blocked, as someone does who tries again as soon as possible, and gives the waits.
func fail(t *testing.T, c *model.SignInCounter, from time.Time, tries int) (waits []time.Duration, end time.Time) {
	t.Helper()
	for range tries {
		if err := c.Charge(model.DefaultGuessLimits, from); err != nil {
			t.Fatal(err)
		}
		wait := time.Duration(0)
		if c.BlockedUntil != nil {
			wait = c.BlockedUntil.Sub(from)
		}
		waits, from = append(waits, wait), from.Add(wait)
	}
	return waits, from
}

func TestWaitsBeginAfterSomeTriesDoubleAndEnd(t *testing.T) {
	t.Parallel()
	c := &model.SignInCounter{Kind: model.CountedName, CountedAt: noon}
	waits, end := fail(t, c, noon, 60)
	for i, wait := range waits {
		switch {
		case i < 4 && wait != 0:
			t.Errorf("try %d has to wait %s", i+1, wait)
		case i >= 4 && i < 10 && wait != 10*time.Second<<(i-4):
			t.Errorf("after try %d one waits %s", i+1, wait)
		case wait > 15*time.Minute:
			t.Errorf("the owner is kept out for %s", wait)
		}
	}
	if perDay := 60 / (end.Sub(noon).Hours() / 24); perDay > 150 {
		t.Errorf("%.0f guesses a day", perDay)
	}
}

func TestRefusedTriesAreNotCountedAndSayHowLong(t *testing.T) {
	t.Parallel()
	c := &model.SignInCounter{Kind: model.CountedName, CountedAt: noon}
	_, _ = fail(t, c, noon, 5)
	before := *c
	err := c.Charge(model.DefaultGuessLimits, noon.Add(7500*time.Millisecond))
	refusal, ok := err.(*model.Error) //nolint:errorlint // the rule gives it as it is
	if !ok || refusal.Code != model.CodeRateLimited || refusal.RetryAfter != 3 {
		t.Errorf("a blocked try is told %+v", err)
	}
	if *c != before {
		t.Errorf("a refused try is counted: %+v", c)
	}
	if err := c.Charge(model.DefaultGuessLimits, *c.BlockedUntil); err != nil {
		t.Errorf("when the wait is over: %v", err)
	}
}

func TestFailuresAreForgotten(t *testing.T) {
	t.Parallel()
	c := &model.SignInCounter{Kind: model.CountedName, CountedAt: noon}
	_, _ = fail(t, c, noon, 4)
	if err := c.Charge(model.DefaultGuessLimits, noon.Add(25*time.Minute)); err != nil || c.Failures != 3 || c.BlockedUntil != nil {
		t.Errorf("25 minutes later the fifth failure counts as %d: %v", c.Failures, err)
	}
	if err := c.Charge(model.DefaultGuessLimits, noon.Add(5*time.Hour)); err != nil || c.Failures != 1 {
		t.Errorf("hours later a failure counts as %d: %v", c.Failures, err)
	}
}

func TestSuccessClearsANameAndGivesAnAddressOneTryBack(t *testing.T) {
	t.Parallel()
	name := &model.SignInCounter{Kind: model.CountedName, CountedAt: noon}
	_, _ = fail(t, name, noon, 5)
	if name.Refund(model.DefaultGuessLimits, noon); name.Failures != 0 || name.BlockedUntil != nil {
		t.Errorf("after the right password the name has %+v", name)
	}
	address := &model.SignInCounter{Kind: model.CountedAddress, CountedAt: noon}
	_, _ = fail(t, address, noon, 200)
	if address.Refund(model.DefaultGuessLimits, noon); address.Failures != 199 || address.BlockedUntil != nil {
		t.Errorf("after a right password the address has %+v", address)
	}
}
