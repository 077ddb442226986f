package config

import (
	"context"
	"fmt"
	"net"

	"github.com/urfave/cli/v3"
)

// The names of the settings of watching a server.
const (
	MetricsAddr = "metrics-addr"
	LogRequests = "log-requests"
)

// ListenPrivately listens where metrics are served; nil when nowhere.
func ListenPrivately(ctx context.Context, cmd *cli.Command) (net.Listener, error) {
	address := cmd.String(MetricsAddr)
	if address == "" {
		return nil, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", MetricsAddr, err)
	}
	return listener, nil
}
