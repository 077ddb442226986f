package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// evidenceInvariants hold the records of files against the files themselves.
var evidenceInvariants = []invariant{
	{claim: "every file of evidence is on disk, whole and unchanged", advice: "Copy the file from a backup into the evidence folder.", inspect: damagedEvidence},
	{claim: "every file on disk belongs to a nomination", advice: "Uploads that were broken off leave such files. They do no harm; remove them when there are many.",
		warns: true, inspect: orphanedEvidence},
}

func damagedEvidence(ctx context.Context, in *inspection) error {
	return in.each(ctx, `SELECT sha256, min(size), max(size) FROM evidence_files GROUP BY sha256 ORDER BY sha256`, nil, func(rows *sql.Rows) error {
		var sum string
		var least, most int64
		if err := rows.Scan(&sum, &least, &most); err != nil {
			return err
		}
		content, err := in.store.Evidence.Open(sum)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			in.breaks(sum + " is missing")
		case err != nil:
			in.breaks(sum + " is damaged")
		case int64(len(content)) != least || int64(len(content)) != most:
			in.breaks(fmt.Sprintf("%s has %d bytes", sum, len(content)))
		}
		return nil
	})
}

// orphanAge is how old a file without a record must be to be told: a younger one may be an upload under way.
const orphanAge = 24 * time.Hour

// orphanedEvidence looks for files no record names. Files come in the order of their names, so that those of one folder are
// asked for at once.
func orphanedEvidence(ctx context.Context, in *inspection) error {
	folder, known := "", map[string]bool{}
	return in.store.Evidence.Files(func(name string, written time.Time) error {
		if time.Since(written) < orphanAge {
			return nil
		}
		if prefix := name[:min(2, len(name))]; prefix != folder {
			folder, known = prefix, map[string]bool{}
			err := in.each(ctx, `SELECT DISTINCT sha256 FROM evidence_files WHERE sha256 >= $1 AND sha256 < $2`, []any{prefix, prefix + "g"}, func(rows *sql.Rows) error {
				var sum string
				err := rows.Scan(&sum)
				known[sum] = true
				return err
			})
			if err != nil {
				return err
			}
		}
		if !known[name] {
			in.breaks(name)
		}
		return nil
	})
}
