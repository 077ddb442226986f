// Package metrics counts and times what the server does, for Prometheus. Labels take their values from short lists that
// the program knows: schema fields, routes, codes. Nothing a client writes and nobody's name or id is ever one.
package metrics

import (
	"database/sql"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are those of one server. Nil counts nothing.
type Metrics struct {
	registry *prometheus.Registry

	operations *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	underWay   *prometheus.GaugeVec
	requests   *prometheus.CounterVec
	sizes      *prometheus.HistogramVec
}

// New makes the metrics of a server.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "vinhdanh_operations_total",
			Help: "GraphQL operations by type, root field of the schema, and code of the gravest error (OK for none)."}, []string{"type", "field", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "vinhdanh_operation_duration_seconds",
			Help:    "Time of queries and mutations from arrival to answer, by type and root field of the schema.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, []string{"type", "field"}),
		underWay: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "vinhdanh_operations_in_flight",
			Help: "GraphQL operations under way by type; those of type subscription live as long as somebody listens."}, []string{"type"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "vinhdanh_http_requests_total",
			Help: "HTTP requests by route, method and status."}, []string{"route", "method", "status"}),
		sizes: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "vinhdanh_http_response_bytes",
			Help: "Bytes of HTTP answers by route.", Buckets: prometheus.ExponentialBuckets(256, 8, 6)}, []string{"route"}),
	}
	m.registry.MustRegister(m.operations, m.durations, m.underWay, m.requests, m.sizes,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers a scrape.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// Begun counts an operation as under way until ended is called.
func (m *Metrics) Begun(kind string) (ended func()) {
	if m == nil {
		return func() {}
	}
	gauge := m.underWay.WithLabelValues(kind)
	gauge.Inc()
	return gauge.Dec
}

// Operation counts an operation.
func (m *Metrics) Operation(kind, field, code string) {
	if m != nil {
		m.operations.WithLabelValues(kind, field, code).Inc()
	}
}

// Took takes down how long an operation took.
func (m *Metrics) Took(kind, field string, took time.Duration) {
	if m != nil {
		m.durations.WithLabelValues(kind, field).Observe(took.Seconds())
	}
}

// Request counts an HTTP request and the bytes of its answer.
func (m *Metrics) Request(route, method string, status int, bytes int64) {
	if m == nil {
		return
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.sizes.WithLabelValues(route).Observe(float64(bytes))
}

// Pool watches the connections of a handle to the database.
func (m *Metrics) Pool(name string, db *sql.DB) {
	m.registry.MustRegister(collectors.NewDBStatsCollector(db, name))
}

// Gauge registers a value that is asked for at each scrape, such as the depth of a queue.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "vinhdanh_" + name, Help: help}, value))
}

// Counter registers a count that is asked for at each scrape.
func (m *Metrics) Counter(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "vinhdanh_" + name, Help: help}, value))
}

// Is registers a fact such as the version that runs: 1, with what it is as labels.
func (m *Metrics) Is(name, help string, labels map[string]string) {
	fact := prometheus.NewGauge(prometheus.GaugeOpts{Name: "vinhdanh_" + name, Help: help, ConstLabels: labels})
	fact.Set(1)
	m.registry.MustRegister(fact)
}
