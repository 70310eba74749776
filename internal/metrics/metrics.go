// Package metrics counts what those who run the program watch: requests by
// route, answers of the gate, jobs, connections to the database. Nothing here
// names a person, a number or an address, so a monitor needs no right to see
// personal data.
//
// A nil *Metrics counts nothing: without an address to serve them on
// (ABILITA_METRICS_ADDR), nothing is counted.
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

// Metrics holds the counts of one process. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	answers  *prometheus.CounterVec
	jobs     *prometheus.HistogramVec
}

// New makes metrics; pool tells how the connections to the database stand.
func New(pool func() sql.DBStats) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "abilita_http_request_seconds", Help: "Time to answer a request, by route pattern, method and status.",
			Buckets: []float64{.001, .005, .01, .05, .1, .5, 1, 5},
		}, []string{"route", "method", "status"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "abilita_gate_answers_total", Help: "Answers of the gate to single checks: enabled, disabled, or unknown when it could not tell.",
		}, []string{"answer"}),
		jobs: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "abilita_job_seconds", Help: "Time a claimed slot of a job took, by job and outcome.", Buckets: []float64{.01, .1, 1, 10, 60},
		}, []string{"job", "outcome"}),
	}
	gauge := func(name, help string, read func(sql.DBStats) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return read(pool()) })
	}
	m.registry.MustRegister(
		m.requests, m.answers, m.jobs, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("abilita_database_connections_open", "Connections to the database.", func(s sql.DBStats) float64 { return float64(s.OpenConnections) }),
		gauge("abilita_database_connections_busy", "Connections that run a statement or transaction.", func(s sql.DBStats) float64 { return float64(s.InUse) }),
		gauge("abilita_database_wait_seconds", "Total time that requests waited for a connection.", func(s sql.DBStats) float64 { return s.WaitDuration.Seconds() }),
	)
	return m
}

// Request counts an answer to a request for a route pattern.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	if m != nil {
		m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
	}
}

// Answer counts an answer of the gate: enabled, disabled or unknown.
func (m *Metrics) Answer(word string) {
	if m != nil {
		m.answers.WithLabelValues(word).Inc()
	}
}

// Job counts a run of a job that this process claimed.
func (m *Metrics) Job(name string, failed bool, took time.Duration) {
	if m == nil {
		return
	}
	outcome := "done"
	if failed {
		outcome = "failed"
	}
	m.jobs.WithLabelValues(name, outcome).Observe(took.Seconds())
}

// Handler serves the counts in the text format of Prometheus under /metrics and
// nothing else.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}
