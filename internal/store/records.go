package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// insert writes new records.
func insert(ctx context.Context, db bun.IDB, records ...any) error {
	for _, r := range records {
		if _, err := db.NewInsert().Model(r).Returning("NULL").Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// batch bounds the rows of one statement.
const batch = 1000

// insertAll writes many records of one kind.
func insertAll[T any](ctx context.Context, db bun.IDB, records []*T) error {
	for start := 0; start < len(records); start += batch {
		part := records[start:min(start+batch, len(records))]
		if _, err := db.NewInsert().Model(&part).Returning("NULL").Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// save writes a changed record back.
func save(ctx context.Context, db bun.IDB, records ...any) error {
	for _, r := range records {
		if _, err := db.NewUpdate().Model(r).WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// relations loads what belongs to a record.
type relations func(*bun.SelectQuery) *bun.SelectQuery

// one reads the record a query names, with its relations, or says that there is no such thing under this key.
func one[T any](ctx context.Context, q *bun.SelectQuery, record *T, what, key string, with ...relations) (*T, error) {
	q = q.Model(record).Limit(1)
	for _, load := range with {
		q = load(q)
	}
	switch err := q.Scan(ctx); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, model.NotFound(what, key)
	case err != nil:
		return nil, err
	}
	return record, nil
}

// byID groups records by a key.
func byID[K comparable, T any](records []*T, key func(*T) K) map[K]*T {
	found := make(map[K]*T, len(records))
	for _, r := range records {
		found[key(r)] = r
	}
	return found
}

// groupBy groups records by a key, keeping their order.
func groupBy[K comparable, T any](records []*T, key func(*T) K) map[K][]*T {
	found := make(map[K][]*T)
	for _, r := range records {
		found[key(r)] = append(found[key(r)], r)
	}
	return found
}
