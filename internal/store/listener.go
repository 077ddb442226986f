package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"vinhdanh/internal/events"
	"vinhdanh/model"
)

// How the listener keeps its connection.
const (
	listenerPing    = 15 * time.Second
	listenerTimeout = 5 * time.Second
	firstPause      = 50 * time.Millisecond
	longestPause    = time.Second
	// overlap is how far before a loss the record is read again: longer than a transaction may take, with the clocks of the
	// servers apart.
	overlap = 2 * time.Minute
)

// listener hears over a connection of its own what any server of this database wrote, and tells the streams of this one. It
// starts with the first stream. When the connection is lost it comes back and reads from the record what it missed.
type listener struct {
	config *pgx.ConnConfig
	store  *Store

	once    sync.Once
	ready   chan struct{}
	stop    context.CancelFunc
	stopped chan struct{}

	// heard is until when nothing can have been missed.
	heard time.Time
	// told and toldBefore are the entries told within the overlap, so that none is told twice.
	told, toldBefore map[string]bool
	turned           time.Time
}

func newListener(config *pgx.ConnConfig) *listener {
	return &listener{config: config, ready: make(chan struct{}), stopped: make(chan struct{}), told: map[string]bool{}}
}

// start waits until the server hears, beginning to listen when nobody has.
func (l *listener) start(ctx context.Context, s *Store) error {
	l.once.Do(func() {
		var background context.Context
		background, l.stop = context.WithCancel(context.WithoutCancel(ctx))
		l.store = s
		go l.run(background)
	})
	timeout := time.NewTimer(listenerTimeout)
	defer timeout.Stop()
	select {
	case <-l.ready:
		return nil
	case <-l.stopped:
	case <-timeout.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return model.Errorf(model.CodeUnavailable, "unavailable")
}

// close ends the connection. A listener that never started will not.
func (l *listener) close() {
	l.once.Do(func() {
		l.stop = func() {}
		close(l.stopped)
	})
	l.stop()
	<-l.stopped
}

// run listens until it is stopped, and again after every loss.
func (l *listener) run(ctx context.Context) {
	defer close(l.stopped)
	pause := firstPause
	for {
		began := time.Now()
		err := l.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		slog.WarnContext(ctx, "live events: connection lost", "error", err)
		if pause = min(2*pause, longestPause); time.Since(began) > longestPause {
			pause = firstPause
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// listen tells what it hears until the connection fails.
func (l *listener) listen(ctx context.Context) error {
	conn, err := l.connect(ctx)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), listenerTimeout)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if err := l.catchUp(ctx); err != nil {
		return fmt.Errorf("read what was missed: %w", err)
	}
	for {
		l.heard = time.Now()
		waiting, cancel := context.WithTimeout(ctx, listenerPing)
		message, err := conn.WaitForNotification(waiting)
		cancel()
		switch {
		case err == nil:
			var heard []events.Event
			if err := json.Unmarshal([]byte(message.Payload), &heard); err != nil {
				slog.ErrorContext(ctx, "live events: message", "error", err)
			}
			l.store.Events.Publish(l.untold(heard)...)
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			if err := l.ping(ctx, conn); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (l *listener) connect(ctx context.Context) (*pgx.Conn, error) {
	connecting, cancel := context.WithTimeout(ctx, listenerTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(connecting, l.config.Copy())
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(connecting, "LISTEN "+channel); err != nil {
		return nil, errors.Join(err, conn.Close(connecting))
	}
	return conn, nil
}

func (l *listener) ping(ctx context.Context, conn *pgx.Conn) error {
	pinging, cancel := context.WithTimeout(ctx, listenerTimeout)
	defer cancel()
	return conn.Ping(pinging)
}

// catchUp tells what was written while nobody listened. The first time nobody waits for it, and it counts as told.
func (l *listener) catchUp(ctx context.Context) error {
	reading, cancel := context.WithTimeout(ctx, listenerTimeout)
	defer cancel()
	since, began := l.heard, l.heard.IsZero()
	if began {
		since = time.Now()
	}
	written, err := l.store.eventsSince(reading, since.Add(-overlap))
	if err != nil {
		return err
	}
	missed := l.untold(written)
	if began {
		close(l.ready)
		return nil
	}
	l.store.Events.Publish(missed...)
	slog.InfoContext(ctx, "live events: connected again", "missed", len(missed))
	return nil
}

// untold are the events that have not been told yet. They count as told from now on.
func (l *listener) untold(heard []events.Event) []events.Event {
	if time.Since(l.turned) > overlap {
		l.toldBefore, l.told, l.turned = l.told, map[string]bool{}, time.Now()
	}
	fresh := make([]events.Event, 0, len(heard))
	for _, e := range heard {
		if !l.told[e.Entry] && !l.toldBefore[e.Entry] {
			l.told[e.Entry] = true
			fresh = append(fresh, e)
		}
	}
	return fresh
}
