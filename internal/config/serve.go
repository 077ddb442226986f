package config

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"

	"vinhdanh/internal/identity"
	"vinhdanh/internal/store"
)

// The names of the settings of serving.
const (
	Addr        = "addr"
	MetricsAddr = "metrics-addr"
	LogLevel    = "log-level"
	LogRequests = "log-requests"
	Drain       = "drain-seconds"
)

// Server is what a server is told.
type Server struct {
	Public net.Listener
	// Private is where metrics are served; nil is nowhere.
	Private net.Listener
	// Origins are those of frontends elsewhere that may ask; "*" is every one.
	Origins []string
	// Proxies are the networks whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Provider is where people can sign in beside here, and Frontend the page they come back to; nil is nowhere.
	Provider *identity.Provider
	Frontend string
	// Issuer is whose bearer tokens are accepted; nil is nobody's but our own.
	Issuer *identity.Issuer
	// LogRequests writes a line for each request.
	LogRequests bool
	// Drain is how long the server says that it is not ready before it takes no more requests.
	Drain time.Duration
}

// Serving are the settings of a command that serves.
func Serving() []cli.Flag {
	return append(slices.Concat(SignIn(), Identity()),
		Flag(Addr, "127.0.0.1:8080", "where to serve"),
		Flag(AllowedOrigins, "", "frontends elsewhere that may ask, such as https://thidua.example.vn, separated by commas"),
		Flag(OperationsFile, "", "a JSON map {hash: document}, or a folder of such: only these operations run for the anonymous"),
		Flag(OperationsFor, "anonymous", "whom the listed operations bind: anonymous or everyone"),
		Flag(MetricsAddr, "", "where to serve metrics: a private address such as 127.0.0.1:9090; nowhere when left out"),
		Switch(LogRequests, "write a line to the log for each request"),
		Flag(Drain, "0", "how many seconds to answer on after /readyz has begun to say no, for a balancer to notice"))
}

// OpenServer opens the records and the addresses of a server, or tells all that is wrong at once.
func OpenServer(ctx context.Context, cmd *cli.Command, found ...error) (s *store.Store, server Server, err error) {
	all := slices.Clone(found)
	if cmd.String(SigningKey) == "" {
		all = append(all, Wrong(SigningKey, "none is given, and servers need one that lasts: make it with head -c 32 /dev/urandom | base64"))
	}
	server.LogRequests = cmd.Bool(LogRequests)
	server.Origins, err = origins(cmd)
	all = append(all, err)
	server.Proxies, err = proxies(cmd)
	all = append(all, err)
	server.Provider, server.Frontend, err = provider(cmd)
	all = append(all, err)
	server.Issuer, err = issuer(ctx, cmd)
	all = append(all, err)
	seconds, err := number(cmd, Drain, 0, 600)
	server.Drain, all = time.Duration(seconds)*time.Second, append(all, err)
	server.Public, err = Listen(ctx, cmd, Addr)
	all = append(all, err)
	if cmd.String(MetricsAddr) != "" {
		server.Private, err = Listen(ctx, cmd, MetricsAddr)
		all = append(all, err)
	}
	if s, err = Open(ctx, cmd, all...); err != nil {
		server.Close()
	}
	return s, server, err
}

// Close lets go of the addresses.
func (s Server) Close() {
	for _, listener := range []net.Listener{s.Public, s.Private} {
		if listener != nil {
			_ = listener.Close()
		}
	}
}

// Listen takes the address that a setting names.
func Listen(ctx context.Context, cmd *cli.Command, name string) (net.Listener, error) {
	address := cmd.String(name)
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, Wrong(name, "%s is taken by another program: stop that one, or name another address", address)
	case errors.Is(err, syscall.EACCES):
		return nil, Wrong(name, "this user may not serve at %s: name a port above 1023", address)
	case err != nil:
		return nil, Wrong(name, "%q is no address of this machine, such as 127.0.0.1:8080", address)
	}
	return listener, nil
}

// Level is from where on lines go to the log.
func Level(cmd *cli.Command) (slog.Level, error) {
	level, known := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}[cmd.String(LogLevel)]
	if !known {
		return slog.LevelInfo, Wrong(LogLevel, "%q is none of debug, info, warn and error", cmd.String(LogLevel))
	}
	return level, nil
}
