package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"vinhdanh/model"
)

// Empty says whether nobody has used the records yet: there are no accounts and no units.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	accounts, err := s.read.NewSelect().Model((*model.Account)(nil)).Count(ctx)
	if err != nil {
		return false, err
	}
	units, err := s.read.NewSelect().Model((*model.Organization)(nil)).Count(ctx)
	return accounts+units == 0, err
}

// SetDemoPassword gives every locked account one password. It exists where the clock can be set, in a demo, and nowhere
// else.
func (s *Store) SetDemoPassword(ctx context.Context, password string) error {
	if !s.Clock.Settable() {
		return model.Errorf(model.CodeForbidden, "clock.real")
	}
	hash, err := s.Passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.transact(ctx, model.Actor{System: true}, func(a *act) error {
		_, err := a.NewUpdate().Model((*model.Account)(nil)).Set("password_hash = ?", hash).Where("password_hash = ''").Exec(ctx)
		return err
	})
}

// demoMark stands in the header of SQLite files that a demo made, as their application id.
const demoMark = 0x56444d4f

// markDemo marks the file as made by a demo, so that the next one may replace it.
func (s *Store) markDemo(ctx context.Context) error {
	if s.postgres {
		return nil
	}
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", demoMark))
	return err
}

// IsDemoFile says whether a demo made the SQLite file. The application id lies at byte 68 of the header.
func IsDemoFile(name string) bool {
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	header := make([]byte, 72)
	_, err = io.ReadFull(file, header)
	return err == nil && binary.BigEndian.Uint32(header[68:]) == demoMark
}
