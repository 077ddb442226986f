package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"vinhdanh/internal/config"
	"vinhdanh/internal/store"
)

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
