package resolvers_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TestStreamsEndWhenTheServerStops looks for what makes clients come back: 1001, and an event stream without completion.
func TestStreamsEndWhenTheServerStops(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", reviewing)
	real := s.online()
	idle, busy, stream := s.signedIn(real, ""), s.signedIn(real, "s1"), s.follow(real, "s1", nominationChanged)
	busy.subscribe("1", nominationChanged)
	stream.must(":")
	s.streams(2)
	s.resolver.Drain()
	idle.closed(1001)
	busy.closed(1001)
	if name, data := stream.next(); name != "" {
		t.Errorf("the stream says %s %s", name, data)
	}
	s.gone(t)
	late := s.follow(real, "s1", nominationChanged)
	late.must(":")
	if name, data := late.next(); name != "" {
		t.Errorf("a late stream says %s %s", name, data)
	}
}

// gone waits until nothing is left of streams and sockets.
func (s *server) gone(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s.resolver.AwaitStreams(ctx)
	if ctx.Err() != nil {
		t.Error("connections are left")
	}
	s.streams(0)
}

// TestNothingIsLeftOfClientsThatBreakOff cuts connections in every state.
func TestNothingIsLeftOfClientsThatBreakOff(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", reviewing)
	real := s.online()
	for range 20 {
		stream := s.follow(real, "s1", nominationChanged)
		silent, greeted, busy := dial(t, real, nil), s.signedIn(real, ""), s.signedIn(real, "s1")
		busy.subscribe("1", scoringProgress)
		busy.subscribe("2", nominationChanged)
		busy.must("next", "1")
		stream.must(":")
		stream.close()
		for _, c := range []*socket{silent, greeted, busy} {
			_ = c.ws.CloseNow()
		}
	}
	s.streams(0)
	s.gone(t)
}

// TestStreamsEndWithTheirToken signs a token that expires at once, as far as one that is checked to the second can.
func TestStreamsEndWithTheirToken(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", reviewing)
	s.token("s1")
	s.tokens.Store("s1", s.shortToken(t, "s1", time.Now().Add(3*time.Second)))
	real := s.online()
	c, stream := s.signedIn(real, "s1"), s.follow(real, "s1", nominationChanged)
	c.subscribe("1", nominationChanged)
	stream.must(":")
	text, closed := c.next()
	if closed.Code != 4403 || !strings.Contains(closed.Reason, "expired") {
		t.Errorf("%s %v", text, closed)
	}
	if name, data := stream.next(); name != "" {
		t.Errorf("the stream says %s %s", name, data)
	}
	s.gone(t)
}

// shortToken is the access token of a login with another expiry.
func (s *server) shortToken(t *testing.T, login string, expires time.Time) string {
	t.Helper()
	claims, err := s.store.Tokens.Read(s.token(login))
	if err != nil {
		t.Fatal(err)
	}
	seed, err := base64.StdEncoding.DecodeString(s.settings.SigningKey)
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(seed)
	id := sha256.Sum256(key.Public().(ed25519.PublicKey))
	claims.ExpiresAt = jwt.NewNumericDate(expires)
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["kid"] = hex.EncodeToString(id[:8])
	signed, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// TestConnectionsAreBounded opens more than one account may.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", reviewing)
	real := s.online()
	for range 49 {
		s.follow(real, "s1", nominationChanged).must(":")
	}
	c := s.signedIn(real, "s1")
	crowded := s.follow(real, "s1", nominationChanged)
	checkStream(t, crowded, http.StatusServiceUnavailable, plain, `"code":"RATE_LIMITED"`)
	refused := dial(t, real, nil)
	refused.send(map[string]any{"type": "connection_init", "payload": map[string]any{"authorization": "Bearer " + s.token("s1")}})
	refused.closed(1013)
	s.follow(real, "auditor", nominationChanged).must(":")

	for i := range 100 {
		c.subscribe(string(rune('0'+i)), nominationChanged)
	}
	c.subscribe("more", nominationChanged)
	if errors := c.must("error", "more"); !strings.Contains(errors, `"code":"RATE_LIMITED"`) {
		t.Error(errors)
	}
}

// TestASlowSocketHoldsUpNobody has one client that never reads.
func TestASlowSocketHoldsUpNobody(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", reviewing)
	real := s.online()
	slow := s.signedIn(real, "s1")
	for i := range 90 {
		slow.subscribe(string(rune('0'+i)), `subscription { nominationChanged(campaignCode: "MAU-2024") { ...all } }
			fragment all on Nomination { achievement campaign { title criteria { name } windows { phase } grounds { name } } history { act } }`)
	}
	s.streams(90)
	stream := s.follow(real, "s1", nominationChanged)
	stream.must(":")
	for _, reference := range []string{"CN-2", "CN-3", "CN-1", "TT-1", "TT-2"} {
		s.hold(reference)
		if data := stream.must("next"); !strings.Contains(data, reference) {
			t.Error(data)
		}
	}
}
