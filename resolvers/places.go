package resolvers

import (
	"context"
	"sync"
)

// Limits of connections that last: sockets and event streams of one server.
const (
	maxConnections = 2000
	// maxConnectionsOfOne is for one account. All who are not signed in share half of the connections.
	maxConnectionsOfOne = 50
)

// places counts the connections that last.
type places struct {
	mu    sync.Mutex
	taken sync.WaitGroup
	all   int
	of    map[string]int
}

// take gives an account a place, "" being nobody; false when there is none.
func (p *places) take(accountID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	most := maxConnectionsOfOne
	if accountID == "" {
		most = maxConnections / 2
	}
	if p.all >= maxConnections || p.of[accountID] >= most {
		return false
	}
	p.all++
	p.of[accountID]++
	p.taken.Add(1)
	return true
}

// leave gives a place back.
func (p *places) leave(accountID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all--
	if p.of[accountID]--; p.of[accountID] == 0 {
		delete(p.of, accountID)
	}
	p.taken.Done()
}

// AwaitStreams waits until the clients of the live streams have been told that they ended.
func (r *Resolver) AwaitStreams(ctx context.Context) {
	gone := make(chan struct{})
	go func() {
		r.live.places.taken.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}
