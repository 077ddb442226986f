package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// How long what is needed for a while is kept after its use.
const (
	keptAnswers   = 7 * 24 * time.Hour
	keptSessions  = 30 * 24 * time.Hour
	keptAddresses = 30 * 24 * time.Hour
	keptKnown     = 30 * 24 * time.Hour
	keptCounters  = 24 * time.Hour
	purgeEvery    = time.Hour
)

// KeepTidy purges now and then every hour, until the context ends. All servers may do so at once.
func (s *Store) KeepTidy(ctx context.Context) {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		if err := s.Purge(ctx, realNow()); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "purge", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Purge removes what has served its time: answers of requests, sessions with their tokens, addresses, counters, tokens for
// a reset, codes. Nothing in the record of acts refers to it. Each statement stands for itself, so that it does not matter who else purges.
func (s *Store) Purge(ctx context.Context, now time.Time) error {
	ended := now.Add(-keptSessions)
	dead := s.write.NewSelect().Model((*model.AccountSession)(nil)).Column("id").Where("expires_at < ? OR ended_at < ?", ended, ended)
	for _, old := range []*bun.DeleteQuery{
		s.write.NewDelete().Model((*IdempotencyKey)(nil)).Where("created_at < ?", now.Add(-keptAnswers)),
		s.write.NewDelete().Model((*RefreshToken)(nil)).Where("session_id IN (?)", dead),
		s.write.NewDelete().Model((*model.AccountSession)(nil)).Where("expires_at < ? OR ended_at < ?", ended, ended),
		s.write.NewDelete().Model((*AuditOrigin)(nil)).Where("at < ?", now.Add(-keptAddresses)),
		s.write.NewDelete().Model((*model.SignInCounter)(nil)).Where("kind = ?", model.CountedKnown).Where("counted_at < ?", now.Add(-keptKnown)),
		s.write.NewDelete().Model((*model.SignInCounter)(nil)).Where("kind <> ?", model.CountedKnown).Where("counted_at < ?", now.Add(-keptCounters)),
		s.write.NewDelete().Model((*PasswordReset)(nil)).Where("expires_at < ?", now),
		s.write.NewDelete().Model((*SignInCode)(nil)).Where("expires_at < ?", now),
	} {
		if _, err := old.Exec(ctx); err != nil {
			return fmt.Errorf("purge: %w", err)
		}
	}
	return nil
}
