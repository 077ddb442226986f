package store

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// ErrNewer says that a newer version of the program made the database what it is.
var ErrNewer = errors.New("the database belongs to a newer version of this program")

const (
	sqliteConstraint  = 19
	sqlitePrimaryMask = 0xff
)

// Describe says what a driver's error is without what it quotes: the code and, of a constraint, its name. Messages and
// details of databases hold values of the statement.
func Describe(err error) (words string, known error) {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		words = "PostgreSQL " + pg.Code
		for _, part := range []struct{ name, value string }{{"table", pg.TableName}, {"constraint", pg.ConstraintName}, {"routine", pg.Routine}} {
			if part.value != "" {
				words += " " + part.name + " " + part.value
			}
		}
		return words, pg
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		words = fmt.Sprintf("SQLite %d %s", lite.Code(), cmp.Or(sqlite.ErrorCodeString[lite.Code()], sqlite.ErrorCodeString[lite.Code()&sqlitePrimaryMask]))
		if _, constraint, found := strings.Cut(lite.Error(), "constraint failed: "); found && lite.Code()&sqlitePrimaryMask == sqliteConstraint {
			words += ": " + constraint
		}
		return words, lite
	}
	return "", nil
}
