// Package config reads the settings of the program from flags and the environment, which say the same names, and opens
// the records with them.
package config

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v3"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/scalar"
	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// The names of the settings; the environment has them in capitals with underscores.
const (
	Database       = "database-url"
	Evidence       = "evidence-dir"
	MaxUpload      = "max-upload-mb"
	AllowedOrigins = "allowed-origins"
	OperationsFile = "operations-file"
	OperationsFor  = "operations-for"
)

// Flag is a setting with its default.
func Flag(name, otherwise, usage string) *cli.StringFlag {
	return &cli.StringFlag{Name: name, Value: otherwise, Usage: usage, Sources: sources(name)}
}

// Switch is a setting that is on or off; off by default.
func Switch(name, usage string) *cli.BoolFlag {
	return &cli.BoolFlag{Name: name, Usage: usage, Sources: sources(name)}
}

// sources is the variable of the environment that says the same as a flag.
func sources(name string) cli.ValueSourceChain {
	return cli.EnvVars(variable(name))
}

func variable(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

// Records are the settings every command has that opens the records.
func Records() []cli.Flag {
	return []cli.Flag{
		Flag(Database, "vinhdanh.db", "postgres://… or the name of an SQLite file"),
		Flag(Evidence, "evidence", "the folder in which files lie"),
		Flag(MaxUpload, "20", "the most megabytes of a file"),
	}
}

// Open opens the records a command works on, unless something is wrong with its settings, of which all is told at once
// together with what the command itself found wrong.
func Open(ctx context.Context, cmd *cli.Command, found ...error) (*store.Store, error) {
	settings, err := Settings(cmd)
	found = append(found, err, tryKey(settings.SigningKey), tryFolder(settings.EvidenceFolder), tryDatabase(ctx, settings.Database))
	if err := errors.Join(found...); err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, settings)
	if err != nil {
		return nil, Wrong(Database, "%s", store.Plainly(err))
	}
	return s, nil
}

// Inspect opens the records for a command that changes nothing.
func Inspect(ctx context.Context, cmd *cli.Command) (*store.Store, error) {
	settings, err := Settings(cmd)
	if err != nil {
		return nil, err
	}
	s, err := store.Inspect(ctx, settings)
	if err != nil {
		return nil, errors.New(store.Plainly(err))
	}
	return s, nil
}

// Settings are those of a command. Without a signing key one is made up, which only a command may do that serves nobody.
func Settings(cmd *cli.Command) (store.Settings, error) {
	key := cmp.Or(cmd.String(SigningKey), auth.NewSecret())
	megabytes, tooMany := number(cmd, MaxUpload, 1, 1024)
	guessing, tooOften := guessLimits(cmd)
	_, unknown := Level(cmd)
	return store.Settings{Database: cmd.String(Database), EvidenceFolder: cmd.String(Evidence), SigningKey: key,
		MaxUpload: int64(megabytes) << 20, Passwords: auth.DefaultPasswords, Guessing: guessing}, errors.Join(tooMany, tooOften, unknown)
}

// OpenDemo opens fresh records for a demo: DATABASE_URL names a PostgreSQL database, which must be empty, otherwise an
// SQLite file is made. One that is there is replaced only when a demo made it. forget removes what nobody named.
func OpenDemo(ctx context.Context, file string) (s *store.Store, forget func(), err error) {
	settings := store.Settings{Database: os.Getenv("DATABASE_URL"), SigningKey: auth.NewSecret(), MaxUpload: 20 << 20,
		Passwords: auth.DefaultPasswords, Guessing: model.DefaultGuessLimits, SettableClock: true}
	forget = func() {}
	if file == "" {
		folder, err := os.MkdirTemp("", "vinhdanh-demo-")
		if err != nil {
			return nil, nil, err
		}
		forget = func() { _ = os.RemoveAll(folder) }
		settings.EvidenceFolder = filepath.Join(folder, "evidence")
		if settings.Database == "" {
			settings.Database = filepath.Join(folder, "demo.db")
		}
	} else {
		if err := clear(file); err != nil {
			return nil, nil, err
		}
		settings.Database, settings.EvidenceFolder = file, file+".evidence"
	}
	s, err = store.Open(ctx, settings)
	return s, forget, err
}

// clear removes the database a demo left under this name. Any other file is left alone.
func clear(file string) error {
	info, err := os.Stat(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.IsDir() || info.Size() > 0 && !store.IsDemoFile(file) {
		return fmt.Errorf("%s is there and no demo made it: choose another name", file)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(file + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return os.RemoveAll(file + ".evidence")
}

// ReadPassword reads the first line of the input, as it is but for blanks around it and its Unicode form.
func ReadPassword(in io.Reader) (string, error) {
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	password, err := scalar.CleanText(line)
	if err != nil || utf8.RuneCountInString(password) < minPassword {
		return "", fmt.Errorf("give a password of at least %d characters on standard input", minPassword)
	}
	return password, nil
}

// minPassword is the least length of a password, as the schema asks of the API.
const minPassword = 12
