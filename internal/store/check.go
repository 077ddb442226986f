package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// invariant is something that must always be true of the records, whatever was done to them. It is told either by a query
// that finds what breaks it, or by a function where SQL alone cannot tell.
type invariant struct {
	// claim says it in plain words.
	claim string
	// advice says what to do where it does not hold.
	advice string
	// warns says that records may break it without being wrong.
	warns bool
	// broken finds the ids of what breaks it.
	broken string
	// inspect names what breaks it.
	inspect func(context.Context, *inspection) error
}

// invariants are all of them, in the order in which a reader meets the records.
func invariants() []invariant {
	return slices.Concat(databaseInvariants, registryInvariants, reformInvariants, campaignInvariants, nominationInvariants, reviewInvariants,
		ballotInvariants, decisionInvariants, awardInvariants, evidenceInvariants, auditInvariants)
}

// Finding is how one invariant came out.
type Finding struct {
	Claim  string
	Advice string
	// Warns says that it is worth a look and no damage.
	Warns bool
	// Count is how many records break it.
	Count int
	// Examples are some of their ids.
	Examples []string
}

// Broken says that the records are damaged.
func (f *Finding) Broken() bool { return f.Count > 0 && !f.Warns }

// examples bounds how many ids are named.
const examples = 5

// inspection is one invariant being looked at, in one snapshot of the records.
type inspection struct {
	bun.Tx
	store   *Store
	finding *Finding
}

// breaks notes a record that breaks the invariant.
func (in *inspection) breaks(id string) {
	if in.finding.Count++; in.finding.Count <= examples {
		in.finding.Examples = append(in.finding.Examples, id)
	}
}

// Check looks at every invariant in one snapshot of the records and tells each as it is done. It writes nothing, and the
// server may go on meanwhile.
func (s *Store) Check(ctx context.Context, tell func(*Finding)) error {
	if err := s.mustBeCurrent(ctx); err != nil {
		return err
	}
	tx, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, i := range invariants() {
		in := &inspection{Tx: tx, store: s, finding: &Finding{Claim: i.claim, Advice: i.advice, Warns: i.warns}}
		look := i.inspect
		if look == nil {
			look = func(ctx context.Context, in *inspection) error { return in.find(ctx, i.broken) }
		}
		if err := look(ctx, in); err != nil {
			return fmt.Errorf("check that %s: %w", i.claim, err)
		}
		tell(in.finding)
	}
	return nil
}

// snapshot begins a transaction that only reads, and in which nothing others write appears.
func (db *database) snapshot(ctx context.Context) (bun.Tx, error) {
	options := &sql.TxOptions{ReadOnly: true}
	if db.postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.read.BeginTx(ctx, options)
	if err != nil || !db.postgres {
		return tx, err
	}
	_, err = tx.ExecContext(ctx, "SET LOCAL work_mem = '64MB'; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
	return tx, err
}

// find notes every id a query gives.
func (in *inspection) find(ctx context.Context, query string, args ...any) error {
	return in.each(ctx, query, args, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		in.breaks(id)
		return err
	})
}

// each reads the rows of a query one by one.
func (in *inspection) each(ctx context.Context, query string, args []any, row func(*sql.Rows) error) error {
	rows, err := in.Tx.Tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// every reads the records of a query one by one, however many there are.
func every[T any](ctx context.Context, in *inspection, query string, look func(*T)) error {
	return in.each(ctx, query, nil, func(rows *sql.Rows) error {
		record := new(T)
		err := in.store.hot.ScanRow(ctx, rows, record)
		look(record)
		return err
	})
}

var databaseInvariants = []invariant{
	{claim: "the database is sound", advice: "Stop the server, keep a copy of the database, and restore the last backup.",
		inspect: func(ctx context.Context, in *inspection) error {
			if in.store.postgres {
				return in.find(ctx, `SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid`)
			}
			return in.each(ctx, "PRAGMA quick_check", nil, func(rows *sql.Rows) error {
				var text string
				err := rows.Scan(&text)
				if text != "ok" {
					in.breaks(text)
				}
				return err
			})
		}},
	{claim: "every reference leads to a record", advice: "Someone wrote around the program. Restore the record from a backup.", inspect: dangling},
}

// dangling looks for references to records that are not there. SQLite knows how; PostgreSQL is asked for each foreign key.
func dangling(ctx context.Context, in *inspection) error {
	if !in.store.postgres {
		return in.each(ctx, "PRAGMA foreign_key_check", nil, func(rows *sql.Rows) error {
			var table, parent string
			var row, key sql.NullInt64
			err := rows.Scan(&table, &row, &parent, &key)
			in.breaks(fmt.Sprintf("%s row %d -> %s", table, row.Int64, parent))
			return err
		})
	}
	var queries []string
	err := in.each(ctx, `SELECT format('SELECT %L || child.%I FROM %s AS child LEFT JOIN %s AS parent ON parent.%I = child.%I
			WHERE child.%I IS NOT NULL AND parent.%I IS NULL', conrelid::regclass || '.' || mine.attname || ' ', mine.attname, conrelid::regclass,
			confrelid::regclass, theirs.attname, mine.attname, mine.attname, theirs.attname)
		FROM pg_constraint JOIN pg_attribute AS mine ON mine.attrelid = conrelid AND mine.attnum = conkey[1]
		JOIN pg_attribute AS theirs ON theirs.attrelid = confrelid AND theirs.attnum = confkey[1]
		WHERE contype = 'f' AND cardinality(conkey) = 1 AND connamespace = current_schema()::regnamespace`, nil, func(rows *sql.Rows) error {
		var query string
		err := rows.Scan(&query)
		queries = append(queries, query)
		return err
	})
	for _, query := range queries {
		if err == nil {
			err = in.find(ctx, query)
		}
	}
	return err
}

// auditInvariants hold the record of acts against the records.
var auditInvariants = []invariant{
	{claim: "every record is in the audit", advice: "Someone wrote around the program. Find out who, and enter what was done in the file of the office.",
		broken: notAudited()},
	{claim: "every move of a nomination is in the audit", advice: "An entry was taken out of the audit. Compare with a backup.",
		broken: `SELECT nomination.id FROM nominations AS nomination LEFT JOIN (SELECT object_id, count(*) AS entries FROM audit_entries
			WHERE object_type = 'Nomination' GROUP BY object_id) AS audit ON audit.object_id = nomination.id
			WHERE COALESCE(audit.entries, 0) < nomination.version`},
	{claim: "every vote cast is in the audit, and no other", advice: "A cast or its entry was taken out. Compare with a backup.",
		broken: `SELECT round.id FROM ballot_rounds AS round
			WHERE (SELECT count(*) FROM ballot_casts AS ballot WHERE ballot.ballot_round_id = round.id)
				<> (SELECT count(*) FROM audit_entries AS entry WHERE entry.object_id = round.id AND entry.object_type = 'BallotCast')`},
	{claim: "an audit entry says what was or what is", advice: "The entry was emptied. Compare with a backup.",
		broken: `SELECT id FROM audit_entries WHERE before_state IS NULL AND after_state IS NULL`},
}

// notAudited finds records no audit entry names, of every kind whose writes are acts of their own.
func notAudited() string {
	var parts []string
	for _, table := range []string{"people", "personnel_facts", "successions", "accounts", "role_grants", "delegations", "reform_indicators", "reform_results",
		"campaigns", "dossiers", "nominations", "comments", "rule_confirmations", "review_assignments", "conflicts", "score_sheets", "ballot_rounds",
		"decisions", "awards"} {
		parts = append(parts, fmt.Sprintf(`SELECT record.id FROM %s AS record WHERE NOT EXISTS (SELECT 1 FROM audit_entries AS entry WHERE entry.object_id = record.id)`, table))
	}
	parts = append(parts, `SELECT unit.id FROM organizations AS unit WHERE NOT EXISTS (SELECT 1 FROM audit_entries AS entry WHERE entry.object_id = unit.id)
			AND NOT EXISTS (SELECT 1 FROM organization_versions AS version JOIN audit_entries AS entry ON entry.object_id = version.id WHERE version.organization_id = unit.id)`,
		`SELECT award_id FROM revocations WHERE NOT EXISTS (SELECT 1 FROM audit_entries AS entry WHERE entry.object_id = award_id AND entry.object_type = 'Revocation')`)
	return strings.Join(parts, " UNION ALL ")
}
