//go:build unix

package store

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// stale says that a pooled connection may be dead and is worth asking before it is used: it was idle for long, or there is
// something to be read from it although nothing was asked. A server that restarts says good-bye and closes; who does not
// look finds out in the middle of a request.
func stale(_ context.Context, pooled stdlib.ShouldPingParams) bool {
	return pooled.IdleDuration > time.Second || !quiet(pooled.Conn.PgConn().Conn())
}

// quiet says that nothing is there to be read, not even an end. It reads nothing.
func quiet(connection net.Conn) bool {
	if encrypted, ok := connection.(*tls.Conn); ok {
		connection = encrypted.NetConn()
	}
	system, ok := connection.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := system.SyscallConn()
	if err != nil {
		return false
	}
	var peeked error
	// Not Read, which waits for the reader that the driver may have left behind on the connection.
	err = raw.Control(func(fd uintptr) {
		_, _, peeked = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	return err == nil && errors.Is(peeked, syscall.EAGAIN)
}
