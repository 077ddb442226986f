package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// onPostgres runs a transaction on a connection of the driver itself, which copies whole tables.
func (db *database) onPostgres(ctx context.Context, options pgx.TxOptions, run func(pgx.Tx) error) error {
	conn, err := db.hot.DB.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		return pgx.BeginTxFunc(ctx, driver.(*stdlib.Conn).Conn(), options, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"); err != nil {
				return err
			}
			return run(tx)
		})
	})
}
