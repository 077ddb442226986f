package store

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// answersWithin bounds how long a database may take to answer when the program starts.
const answersWithin = 10 * time.Second

// Try says in plain words why records cannot be kept in a database, if so. It repeats nothing of the address, which may
// hold a password.
func Try(ctx context.Context, address string) error {
	scheme, _, schemed := strings.Cut(address, "://")
	if schemed && scheme != "postgres" && scheme != "postgresql" {
		return errors.New("it is neither an address such as postgres://user:password@host:5432/name nor the name of a file")
	}
	db, err := openDatabase(address)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return errors.New(Plainly(err))
	}
	defer tx.Rollback()
	readOnly := ""
	if db.postgres {
		if err := tx.QueryRowContext(ctx, "SHOW transaction_read_only").Scan(&readOnly); err != nil {
			return errors.New(Plainly(err))
		}
	}
	if readOnly == "on" {
		return errors.New("this PostgreSQL only reads, as a standby does: name the one that writes")
	}
	return nil
}

// refusals are PostgreSQL's reasons not to serve, in plain words.
var refusals = map[string]string{
	"28P01": "PostgreSQL refuses the name or the password in it",
	"28000": "PostgreSQL refuses the name in it: see pg_hba.conf",
	"3D000": "PostgreSQL has no database of that name: make it with createdb",
	"42501": "its role may not make tables there: make the role the owner of the database",
	"53300": "PostgreSQL has no connection left: raise max_connections, or end other programs",
	"57P03": "PostgreSQL is starting or stopping: try again",
}

// fileTroubles are SQLite's primary codes for not keeping records in a file, in plain words.
var fileTroubles = map[int]string{
	sqlite3.SQLITE_BUSY:     "another program keeps the file locked: end it, or wait",
	sqlite3.SQLITE_READONLY: "the file may only be read: let this user write it and its folder",
	sqlite3.SQLITE_FULL:     "the disk is full: make room",
	sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: does its folder exist, and may this user write there?",
	sqlite3.SQLITE_NOTADB:   "the file is no SQLite database: name another",
}

// Plainly says what is the matter with a database in words for who runs the program, without the values in messages.
func Plainly(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		words, _ := Describe(pg)
		return cmp.Or(refusals[pg.Code], "PostgreSQL refuses: "+words)
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		words, _ := Describe(lite)
		return cmp.Or(fileTroubles[lite.Code()&sqlitePrimaryMask], "the file cannot be used: "+words)
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Sprintf("there is no host %s: correct the address", name.Name)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate of PostgreSQL is not trusted: name its authority with sslrootcert"
	}
	if network, ok := errors.AsType[*net.OpError](err); ok && network.Op == "dial" {
		return fmt.Sprintf("nobody answers there (%v): start PostgreSQL, or correct the address", network.Err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "nobody answers there in " + answersWithin.String() + ": start PostgreSQL, or correct the address"
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return "no connection could be made: does PostgreSQL answer there, and as sslmode asks?"
	}
	return err.Error()
}
