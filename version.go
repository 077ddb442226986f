package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v3"

	"vinhdanh/internal/store"
)

// version is what runs, as the Go command stamped it: the module's version, the revision and whether it was changed since.
func version() (number, revision string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown", "unknown"
	}
	stamped := map[string]string{}
	for _, s := range info.Settings {
		stamped[s.Key] = s.Value
	}
	revision = cmp.Or(stamped["vcs.revision"], "unknown")
	if stamped["vcs.modified"] == "true" {
		revision += "+changed"
	}
	return info.Main.Version, revision
}

// runVersion says what runs, and the latest migration it brings.
func runVersion(_ context.Context, cmd *cli.Command) error {
	number, revision := version()
	fmt.Fprintf(cmd.Root().Writer, "vinhdanh %s\nrevision %s\nmigration %s\n%s\n", number, revision, store.Version(), runtime.Version())
	return nil
}
