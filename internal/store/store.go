// Package store keeps the records: all SQL is here, one file a feature, one method a use case, one transaction a method.
// It loads, lets model and the engines decide, and saves together with the audit entries. It holds no rules.
package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/uptrace/bun"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/events"
	"vinhdanh/internal/evidence"
	"vinhdanh/model"
)

// Store is the door to the records. It keeps no state between calls but the clock.
type Store struct {
	*database
	// Clock tells business time; tokens go by real time.
	Clock *Clock
	// Tokens signs and reads access tokens.
	Tokens *auth.Tokens
	// Passwords hashes and checks passwords.
	Passwords auth.Passwords
	// Guessing bounds how fast passwords can be guessed.
	Guessing model.GuessLimits
	// MaxUpload is the most bytes of a file.
	MaxUpload int64
	// Evidence holds the content of files.
	Evidence *evidence.Folder
	// Events tells live streams what changed.
	Events *events.Hub
}

// act is one use case under way: a transaction, one reading of the clock, one actor, and the entries for the audit.
type act struct {
	bun.Tx
	store *Store
	by    model.Actor
	now   time.Time
	today model.Date

	entries []*model.AuditEntry
}

// transact runs a use case as one transaction together with its audit entries. A refusal leaves nothing behind.
func (s *Store) transact(ctx context.Context, by model.Actor, useCase func(*act) error) error {
	var kept []*model.AuditEntry
	err := s.retry(func() error {
		now := s.Clock.Now()
		return s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
			a := &act{Tx: tx, store: s, by: by, now: now, today: model.DateOf(now)}
			if err := useCase(a); err != nil {
				return err
			}
			kept = a.entries
			return a.flushAudit(ctx)
		})
	})
	if err == nil && !s.postgres {
		s.Events.Publish(eventsOf(kept)...)
	}
	return err
}

// once is transact for a use case that clients may repeat: when the request was done before, under the same key, it only
// gives the answer of then. A mutation that takes an idempotency key is one call of once, since key, act and answer are
// kept by the same transaction.
func once[T any](ctx context.Context, s *Store, by model.Actor, useCase func(*act) (T, error)) (answer T, err error) {
	err = s.transact(ctx, by, func(a *act) error {
		key, done, err := a.claim(ctx)
		switch {
		case err != nil:
			return err
		case done:
			answer, err = answerOf[T](key)
			return err
		}
		if answer, err = useCase(a); err != nil {
			return err
		}
		return a.keepAnswer(ctx, key, answer)
	})
	return answer, err
}

// errRehearsed undoes a dry run that went well.
var errRehearsed = errors.New("dry run")

// rehearse is once that, when dry, undoes everything in the end: the checks are those of the real act.
func rehearse[T any](ctx context.Context, s *Store, by model.Actor, dry bool, useCase func(*act) (T, error)) (answer T, err error) {
	if !dry {
		return once(ctx, s, by, useCase)
	}
	err = s.transact(ctx, by, func(a *act) (err error) {
		if answer, err = useCase(a); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		err = nil
	}
	return answer, err
}

// today is the day on the business clock.
func (s *Store) today() model.Date { return model.DateOf(s.Clock.Now()) }

// Settings is what a store is opened with.
type Settings struct {
	// Database is postgres://… or the name of an SQLite file.
	Database string
	// EvidenceFolder is where files lie.
	EvidenceFolder string
	// SigningKey signs tokens and links: 32 bytes in base64. Of several, separated by commas, the first signs and all are
	// accepted.
	SigningKey string
	// MaxUpload is the most bytes of a file.
	MaxUpload int64
	// Passwords is the cost of hashing passwords.
	Passwords auth.Passwords
	// Guessing bounds how fast passwords can be guessed.
	Guessing model.GuessLimits
	// SettableClock lets the business clock be moved, as in a demo.
	SettableClock bool
}

// Open opens the records and brings the tables and the reference data up to date.
func Open(ctx context.Context, settings Settings) (*Store, error) {
	s, err := open(settings)
	if err != nil {
		return nil, err
	}
	err = s.alone(ctx, func() error {
		if err := s.Migrate(ctx); err != nil {
			return err
		}
		return s.LoadCatalogue(ctx)
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if settings.SettableClock {
		return s, s.markDemo(ctx)
	}
	return s, nil
}

// Inspect opens the records as they are and changes nothing. An older program may have made them, a newer one not.
func Inspect(ctx context.Context, settings Settings) (*Store, error) {
	if _, err := os.Stat(settings.Database); !isPostgres(settings.Database) && err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	s, err := open(settings)
	if err != nil {
		return nil, err
	}
	applied, err := s.applied(ctx)
	if err == nil && len(applied) == 0 {
		err = errors.New("the database holds no records")
	}
	if err := errors.Join(err, mustKnow(applied)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// open opens database and folder as they are.
func open(settings Settings) (*Store, error) {
	tokens, err := auth.NewTokens(settings.SigningKey)
	if err != nil {
		return nil, err
	}
	folder, err := evidence.OpenFolder(settings.EvidenceFolder)
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(settings.Database)
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return &Store{database: db, Clock: NewClock(settings.SettableClock), Tokens: tokens, Passwords: settings.Passwords,
		Guessing: settings.Guessing, MaxUpload: settings.MaxUpload, Evidence: folder, Events: events.NewHub()}, nil
}

// Close ends the live streams and lets go of the records.
func (s *Store) Close() error {
	s.Events.Close()
	return errors.Join(s.database.Close(), s.Evidence.Close())
}
