//go:build !unix

package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// stale says that a pooled connection may be dead and is worth asking before it is used: it was idle for long.
func stale(_ context.Context, pooled stdlib.ShouldPingParams) bool {
	return pooled.IdleDuration > time.Second
}
