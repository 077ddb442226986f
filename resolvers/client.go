package resolvers

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"vinhdanh/internal/auth"
)

// maxUserAgent bounds what is kept of a client's own name.
const maxUserAgent = 200

// withClient finds out from where a request comes.
func withClient(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		client := auth.Client{Address: clientAddress(req, trusted), UserAgent: userAgent(req)}
		next.ServeHTTP(w, req.WithContext(auth.WithClient(req.Context(), client)))
	})
}

// clientAddress is the peer of the connection. Behind trusted proxies it is the last address of X-Forwarded-For that no
// trusted proxy has: what stands before it anyone may have written.
func clientAddress(req *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, _ := netip.ParseAddrPort(req.RemoteAddr)
	address := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(req.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !contained(address, trusted) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		address = before.Unmap()
	}
	return address
}

func contained(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(address) })
}

// userAgent is what the client calls itself, printable and short.
func userAgent(req *http.Request) string {
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, req.UserAgent())
	return text[:min(len(text), maxUserAgent)]
}
