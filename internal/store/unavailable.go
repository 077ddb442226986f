package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"vinhdanh/model"
)

// Unavailable says why the database or the disk of the files cannot serve now; nil for any other error.
func Unavailable(err error) *model.Error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return postgresTrouble(pg)
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return sqliteTrouble(lite)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return model.Errorf(model.CodeUnavailable, "unavailable.full")
	case errors.Is(err, syscall.EROFS):
		return model.Errorf(model.CodeUnavailable, "unavailable.read_only")
	case connectionLost(err):
		return model.Errorf(model.CodeUnavailable, "unavailable")
	}
	if _, disk := errors.AsType[*fs.PathError](err); disk {
		return model.Errorf(model.CodeUnavailable, "unavailable.disk")
	}
	return nil
}

func postgresTrouble(err *pgconn.PgError) *model.Error {
	switch err.Code {
	case "53100":
		return model.Errorf(model.CodeUnavailable, "unavailable.full")
	case "25006":
		return model.Errorf(model.CodeUnavailable, "unavailable.read_only")
	case "53300", "55P03", "57014", postgresDeadlock, postgresSerialize: // connections, locks, time
		return model.Errorf(model.CodeUnavailable, "unavailable.busy")
	case "58030":
		return model.Errorf(model.CodeUnavailable, "unavailable.disk")
	case "25P03": // a transaction was idle for too long
		return model.Errorf(model.CodeUnavailable, "unavailable")
	}
	switch err.Code[:2] {
	case "08", "53", "57", "58": // connection, resources, operator, system
		return model.Errorf(model.CodeUnavailable, "unavailable")
	}
	return nil
}

func sqliteTrouble(err *sqlite.Error) *model.Error {
	switch err.Code() & sqlitePrimaryMask {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return model.Errorf(model.CodeUnavailable, "unavailable.busy")
	case sqlite3.SQLITE_FULL:
		return model.Errorf(model.CodeUnavailable, "unavailable.full")
	case sqlite3.SQLITE_READONLY:
		return model.Errorf(model.CodeUnavailable, "unavailable.read_only")
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR:
		return model.Errorf(model.CodeUnavailable, "unavailable.disk")
	}
	return nil
}

// connectionLost says that there is no connection to the database, or no longer.
func connectionLost(err error) bool {
	if _, refused := errors.AsType[*pgconn.ConnectError](err); refused {
		return true
	}
	for _, known := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn, sql.ErrConnDone} {
		if errors.Is(err, known) {
			return true
		}
	}
	network, ok := errors.AsType[net.Error](err)
	return ok && !network.Timeout() || pgconn.SafeToRetry(err)
}

// unsure turns the failure of a commit into a refusal that does not claim that nothing was written, unless the database
// itself says so.
func unsure(err error) error {
	pg, said := errors.AsType[*pgconn.PgError](err)
	_, lite := errors.AsType[*sqlite.Error](err)
	if lite || said && !strings.HasPrefix(pg.Code, "57P") {
		return err
	}
	if !connectionLost(err) && !said && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	refusal := model.Errorf(model.CodeUnavailable, "unavailable.unsure")
	refusal.Cause = err
	return refusal
}
