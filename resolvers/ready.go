package resolvers

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// readyWithin bounds how long the database may take to answer a supervisor.
	readyWithin = 2 * time.Second
	// readyFor is how long one look counts, so that asking often costs the database nothing.
	readyFor = 200 * time.Millisecond
)

// readiness is what the last look found.
type readiness struct {
	draining atomic.Bool

	mu      sync.Mutex
	looked  time.Time
	lacking []string
}

// Drain makes the server say that it is not ready, so that a balancer sends no more, while it still answers. Live streams end,
// and their clients go elsewhere.
func (r *Resolver) Drain() {
	r.readiness.draining.Store(true)
	r.Store.Events.Close()
}

// Lacking names what the server lacks to serve; nothing when it is ready.
func (r *Resolver) Lacking(ctx context.Context) []string {
	if r.readiness.draining.Load() {
		return []string{"stopping"}
	}
	r.readiness.mu.Lock()
	defer r.readiness.mu.Unlock()
	if time.Since(r.readiness.looked) < readyFor {
		return r.readiness.lacking
	}
	// One look is for all who wait for it, whoever of them leaves.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyWithin)
	defer cancel()
	missing, err := r.Store.MissingMigrations(ctx)
	lacking := missing
	if err != nil {
		lacking = []string{"database"}
	}
	switch before := len(r.readiness.lacking); {
	case before == 0 && len(lacking) > 0:
		slog.ErrorContext(ctx, "not ready", "lacking", lacking, "error", err)
	case before > 0 && len(lacking) == 0:
		slog.InfoContext(ctx, "ready again")
	}
	r.readiness.lacking, r.readiness.looked = lacking, time.Now()
	return lacking
}

// serveReady tells a supervisor or balancer whether to send requests here.
func (r *Resolver) serveReady(w http.ResponseWriter, req *http.Request) {
	lacking := r.Lacking(req.Context())
	w.Header().Set("Content-Type", "application/json")
	if len(lacking) > 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(struct {
		Ready   bool     `json:"ready"`
		Lacking []string `json:"lacking,omitempty"`
	}{len(lacking) == 0, lacking})
}
