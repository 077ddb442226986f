package store

import (
	"context"

	"vinhdanh/model"
)

// hashNew hashes the new password of a name, given at path; "" when none is given.
func (s *Store) hashNew(ctx context.Context, path, username string, password *string) (string, error) {
	if password == nil {
		return "", nil
	}
	if err := model.CheckPassword(path, username, *password); err != nil {
		return "", err
	}
	return s.Passwords.Hash(ctx, *password)
}
