// Package migrations holds the tables: one set of SQL files for SQLite and PostgreSQL, applied forward only.
// A migration may be run again after a crash between its commit and its mark, so every statement says IF NOT EXISTS.
package migrations

import "embed"

// Files are the migrations, as templates over the few words in which the databases differ.
//
//go:embed *.sql
var Files embed.FS
