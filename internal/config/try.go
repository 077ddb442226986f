package config

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/urfave/cli/v3"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/evidence"
	"vinhdanh/internal/store"
)

// Wrong says of a setting, by its name in the environment, what is the matter and what to do.
func Wrong(name, format string, args ...any) error {
	return fmt.Errorf(variable(name)+": "+format, args...)
}

// number reads a setting that is a number between two others.
func number(cmd *cli.Command, name string, least, most int) (int, error) {
	n, err := strconv.Atoi(cmd.String(name))
	if err != nil || n < least || n > most {
		return 0, Wrong(name, "%q is no number from %d to %d", cmd.String(name), least, most)
	}
	return n, nil
}

func tryKey(key string) error {
	if _, err := auth.NewTokens(key); err != nil {
		return Wrong(SigningKey, "%w; make one with head -c 32 /dev/urandom | base64", err)
	}
	return nil
}

func tryFolder(name string) error {
	folder, err := evidence.OpenFolder(name)
	if err == nil {
		err = errors.Join(folder.TryWriting(), folder.Close())
	}
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		return Wrong(Evidence, "files cannot be kept in %s (%w): name a folder in which this user may write", name, file.Err)
	}
	return err
}

func tryDatabase(ctx context.Context, address string) error {
	if err := store.Try(ctx, address); err != nil {
		return Wrong(Database, "%w", err)
	}
	return nil
}
