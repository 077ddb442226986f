package resolvers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"vinhdanh/internal/message"
	"vinhdanh/internal/store"
	"vinhdanh/model"
	"vinhdanh/resolvers"
)

// strict begins an hour's wait after three failures.
var strict = model.GuessLimits{NameTries: 3, AddressTries: 100, FirstWait: time.Hour, LongestWait: time.Hour}

// signIn tries a password from an address.
func (s *server) signIn(address, username, password string) reply {
	s.t.Helper()
	body, _ := json.Marshal(map[string]any{"query": `mutation($u: String!, $p: String!) { signIn(input: {username: $u, password: $p}) { session { accessToken refreshToken } } }`,
		"variables": map[string]any{"u": username, "p": password}})
	return s.sendFrom(address, http.Header{"Content-Type": {"application/json"}, "Accept-Language": {"en"}}, body)
}

// replica is a second server over the same records.
func (s *server) replica(t *testing.T, change func(*store.Settings)) *server {
	t.Helper()
	settings := s.settings
	change(&settings)
	other, err := store.Open(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := &resolvers.Resolver{Store: other, Links: other.Tokens, Words: words}
	return &server{t: t, handler: r.Handler(resolvers.Options{}), store: other, settings: settings}
}

func TestGuessingIsSlowedOnAllServersAndTheOwnerComesIn(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		s.token("admin")
		s.store.Guessing = strict
		second := s.replica(t, func(settings *store.Settings) { settings.Guessing = strict })
		if r := s.signIn("192.0.2.10", "admin", password); r.code() != "" {
			t.Fatalf("the owner at the usual place: %s", r.Text)
		}
		for i, at := range []*server{s, second, s} {
			real, made := at.signIn("198.51.100.1", "admin", "a wrong password"), at.signIn("198.51.100.2", "nobody.here", "a wrong password")
			if real.code() != "UNAUTHENTICATED" || string(real.Text) != string(made.Text) {
				t.Fatalf("guess %d: %s, and of a name nobody has %s", i+1, real.Text, made.Text)
			}
		}
		for _, at := range []*server{s, second} {
			real, made := at.signIn("198.51.100.1", "admin", password), at.signIn("198.51.100.2", "nobody.here", password)
			if real.code() != "RATE_LIMITED" || made.code() != "RATE_LIMITED" {
				t.Errorf("the fourth: %s, and of a name nobody has %s", real.Text, made.Text)
			}
			if wait, ok := real.Errors[0].Extensions["retryAfter"].(float64); !ok || wait < 3500 || wait > 3600 {
				t.Errorf("how long to wait: %s", real.Text)
			}
			if r := at.signIn("203.0.113.9", "admin", password); r.code() != "RATE_LIMITED" {
				t.Errorf("from yet another address: %s", r.Text)
			}
			if r := at.signIn("192.0.2.10", "admin", password); r.code() != "" {
				t.Errorf("the owner at the usual place is kept out: %s", r.Text)
			}
		}
		blocked := s.must("admin", `{ auditEntries(filter: {actions: ["signInBlocked"]}) { nodes { objectType address account { id } } } }`, nil).at("auditEntries.nodes").([]any)
		if want := `[map[account:<nil> address:198.51.100.2 objectType:SignInCounter] map[account:<nil> address:198.51.100.1 objectType:SignInCounter]]`; fmt.Sprint(blocked) != want {
			t.Errorf("the record says %v, want %s", blocked, want)
		}
	})
}

func TestGuessesAtOnceAreCountedOneByOne(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		s.store.Guessing = strict
		_, codes := race(times(12, func(i int) reply { return s.signIn(fmt.Sprintf("198.51.100.%d", i), "admin", "a wrong password") })...)
		if codes["UNAUTHENTICATED"] != 3 || codes["RATE_LIMITED"] != 9 {
			t.Errorf("of 12 guesses at once: %v, want 3 looked at", codes)
		}
	})
}

func TestAnAddressHasABudgetOverAllNames(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		s.store.Guessing = strict
		s.store.Guessing.AddressTries = 4
		for i := range 3 {
			if r := s.signIn("198.51.100.1", fmt.Sprintf("name%d", i), "a wrong password"); r.code() != "UNAUTHENTICATED" {
				t.Fatalf("guess %d: %s", i+1, r.Text)
			}
		}
		// What succeeds is given back.
		for range 3 {
			if r := s.signIn("198.51.100.1", "admin", password); r.code() != "" {
				t.Fatalf("a right password: %s", r.Text)
			}
		}
		if r := s.signIn("198.51.100.1", "name9", "a wrong password"); r.code() != "UNAUTHENTICATED" {
			t.Fatalf("the last of the budget: %s", r.Text)
		}
		if r := s.signIn("198.51.100.1", "admin", password); r.code() != "RATE_LIMITED" {
			t.Errorf("beyond the budget: %s", r.Text)
		}
		if r := s.signIn("198.51.100.2", "admin", password); r.code() != "" {
			t.Errorf("another address: %s", r.Text)
		}
	})
}

func TestTheWaitEnds(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		s.store.Guessing = strict
		s.store.Guessing.FirstWait = 50 * time.Millisecond
		for range 3 {
			_ = s.signIn("198.51.100.1", "admin", "a wrong password")
		}
		for limit := time.Now().Add(20 * time.Second); ; {
			r := s.signIn("198.51.100.1", "admin", password)
			if r.code() == "" {
				return
			}
			if r.code() != "RATE_LIMITED" || time.Now().After(limit) {
				t.Fatalf("%s", r.Text)
			}
		}
	})
}
