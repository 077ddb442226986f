package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"vinhdanh/internal/archive"
	"vinhdanh/internal/config"
	"vinhdanh/internal/seed"
	"vinhdanh/internal/store"
)

func runBackup(ctx context.Context, cmd *cli.Command) error {
	if cmd.NArg() != 1 {
		return errors.New("say which file to write the backup to")
	}
	s, err := config.Inspect(ctx, cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	name := cmd.Args().First()
	to, err := archive.Create(name)
	if err != nil {
		return err
	}
	defer to.Close()
	manifest, err := s.Backup(ctx, to)
	if err != nil {
		return err
	}
	sum, err := to.Finish(manifest)
	if err != nil {
		return err
	}
	var rows int64
	for _, n := range manifest.Rows {
		rows += n
	}
	fmt.Fprintf(cmd.Root().Writer, "%d rows of %d tables are backed up. Keep it as safe as the records, and this beside it:\n%s  %s\n",
		rows, len(manifest.Rows), sum, name)
	if len(manifest.Missing) > 0 {
		return fmt.Errorf("%d files of evidence are missing or damaged and not in the backup, such as %s: run check", len(manifest.Missing), manifest.Missing[0])
	}
	return nil
}

func runRestore(ctx context.Context, cmd *cli.Command) error {
	if cmd.NArg() != 1 {
		return errors.New("say which backup to restore")
	}
	from, err := archive.Open(cmd.Args().First())
	if err != nil {
		return err
	}
	defer from.Close()
	settings, err := config.Settings(cmd)
	if err != nil {
		return err
	}
	if err := store.Restore(ctx, settings, from); err != nil {
		return err
	}
	fmt.Fprintf(cmd.Root().Writer, "The backup of %s is restored.\n", from.Manifest.MadeAt.Format(time.DateTime+" MST"))
	s, err := store.Open(ctx, settings)
	if err != nil {
		return err
	}
	defer s.Close()
	return check(ctx, s, cmd.Root().Writer)
}

func runCheck(ctx context.Context, cmd *cli.Command) error {
	s, err := config.Inspect(ctx, cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	return check(ctx, s, cmd.Root().Writer)
}

// check tells how each invariant of the records came out, and fails when one is broken.
func check(ctx context.Context, s *store.Store, out io.Writer) error {
	looked, broken := 0, 0
	err := s.Check(ctx, func(f *store.Finding) {
		looked++
		switch {
		case f.Count == 0:
			fmt.Fprintf(out, "ok      %s\n", f.Claim)
			return
		case f.Broken():
			broken++
			fmt.Fprintf(out, "BROKEN  not so: %s: %d, such as %s\n", f.Claim, f.Count, strings.Join(f.Examples, ", "))
		default:
			fmt.Fprintf(out, "look    not so: %s: %d, such as %s\n", f.Claim, f.Count, strings.Join(f.Examples, ", "))
		}
		fmt.Fprintf(out, "        %s\n", f.Advice)
	})
	if err != nil {
		return err
	}
	if broken > 0 {
		return fmt.Errorf("%d of %d things that must be true of the records are not", broken, looked)
	}
	fmt.Fprintf(out, "All %d hold.\n", looked)
	return nil
}

func runSeed(ctx context.Context, cmd *cli.Command) error {
	options := seed.Options{Awards: cmd.Int("awards"), Seed: cmd.Uint64("seed")}
	if options.Awards < 100 || options.Awards > 10_000_000 {
		return errors.New("awards must be a number from 100 to 10,000,000")
	}
	s, err := config.Open(ctx, cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	if password := cmd.String("password"); password != "" {
		if options.PasswordHash, err = s.Passwords.Hash(ctx, password); err != nil {
			return err
		}
	}
	out, start := cmd.Root().Writer, time.Now()
	rows, err := seed.Write(ctx, s, options, func(done int, rows int64) {
		fmt.Fprintf(out, "%9d awards, %9d rows, %.0f rows a second\n", done, rows, float64(rows)/time.Since(start).Seconds())
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d awards in %d rows after %s. Logins: admin, auditor, and those of heads and councils, such as cb0000001.\n",
		options.Awards, rows, time.Since(start).Round(time.Second))
	return nil
}
