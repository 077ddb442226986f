package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"vinhdanh/internal/logging"
	"vinhdanh/internal/metrics"
	"vinhdanh/internal/store"
	"vinhdanh/internal/trace"
	"vinhdanh/resolvers"
)

// measured gives a server metrics: of its operations, its database, and the version that runs.
func measured(r *resolvers.Resolver) *metrics.Metrics {
	m := metrics.New()
	for name, pool := range r.Store.Pools() {
		m.Pool(name, pool)
	}
	m.Counter("database_statements_total", "Statements sent to the database.", func() float64 { return float64(r.Store.Statements()) })
	m.Gauge("ready", "1 when /readyz says so.", func() float64 {
		if len(r.Lacking(context.Background())) > 0 {
			return 0
		}
		return 1
	})
	m.Gauge("event_streams", "Live streams that follow events.", func() float64 { return float64(r.Store.Events.Streams()) })
	m.Gauge("events_waiting", "Events that streams have not read yet.", func() float64 { return float64(r.Store.Events.Waiting()) })
	number, revision := version()
	m.Is("build_info", "The version that runs, and the latest migration it brings.",
		map[string]string{"version": number, "revision": revision, "migration": store.Version()})
	return m
}

// serveMetrics serves metrics on an address of their own, where no user of the API comes, until it is told to stop.
func serveMetrics(m *metrics.Metrics, listener net.Listener) (stop func()) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, ErrorLog: logging.Printer(slog.LevelWarn)}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("metrics are served no more", "error", err)
		}
	}()
	return func() { _ = server.Close() }
}

// sendLast sends the last traces, if there is somebody to take them.
func sendLast(ctx context.Context, traces *trace.Provider) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := traces.Close(ctx); err != nil {
		slog.Warn("the last traces are lost", "error", err)
	}
}
