package resolvers

import (
	"net/http/httptest"
	"net/netip"
	"testing"

	"vinhdanh/internal/auth"
)

func TestClientAddressBelievesTrustedProxiesAlone(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"203.0.113.7:4000", nil, "203.0.113.7"},
		{"203.0.113.7:4000", []string{"198.51.100.1"}, "203.0.113.7"},
		{"10.0.0.1:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"[::ffff:10.0.0.1]:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:4000", []string{"192.0.2.66, 198.51.100.1, 10.2.3.4"}, "198.51.100.1"},
		{"10.0.0.1:4000", []string{"192.0.2.66", "198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:4000", []string{"192.0.2.66, nonsense, 10.2.3.4"}, "10.2.3.4"},
		{"10.0.0.1:4000", nil, "10.0.0.1"},
		{"[fd00::1]:4000", []string{"2001:db8::5"}, "2001:db8::5"},
	} {
		request := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		request.RemoteAddr, request.Header["X-Forwarded-For"] = c.peer, c.forwarded
		if got := clientAddress(request, trusted); got != netip.MustParseAddr(c.want) {
			t.Errorf("%s forwarding %q is taken for %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}

func TestOneSubscriberIsOneNetwork(t *testing.T) {
	t.Parallel()
	network := func(address string) string { return auth.Client{Address: netip.MustParseAddr(address)}.Network() }
	if network("2001:db8:0:1::5") != network("2001:db8:0:1:ffff::") || network("2001:db8:0:1::5") == network("2001:db8:0:2::5") {
		t.Error("an IPv6 subscriber is its /64")
	}
	if network("::ffff:192.0.2.1") != network("192.0.2.1") || network("192.0.2.1") == network("192.0.2.2") {
		t.Error("an IPv4 client is its address")
	}
}
