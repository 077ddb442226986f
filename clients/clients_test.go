// Package clients_test runs the clients and tools people use against the served demo. package.json names them; suites,
// relay and the configurations beside it are what they are asked to do.
package clients_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vinhdanh/internal/demo"
)

// TestClients needs node and what `npm ci --prefix clients` installs.
//
//nolint:tparallel // what writes comes after what reads
func TestClients(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat("node_modules"); err != nil {
		t.Skip("clients/node_modules is not there: npm ci --prefix clients")
	}
	program := filepath.Join(t.TempDir(), "vinhdanh")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	prepare(t, program)
	endpoint := served(t, program)
	run := func(t *testing.T, suite string) {
		node(t, []string{"ENDPOINT=" + endpoint, "PASSWORD=" + demo.Password}, "build/js/suites/"+suite+".js")
	}
	suites, err := filepath.Glob("suites/*.ts")
	if err != nil || len(suites) == 0 {
		t.Fatal(suites, err)
	}
	alone := []string{"subscriptions", "every-field"} // one writes what others write; some mutations of the other end sessions
	t.Run("together", func(t *testing.T) {
		for _, file := range suites {
			suite := strings.TrimSuffix(filepath.Base(file), ".ts")
			if suite == "behaves" || slices.Contains(alone, suite) { // what the others share, and what comes later
				continue
			}
			t.Run(suite, func(t *testing.T) {
				t.Parallel()
				run(t, suite)
			})
		}
	})
	t.Run("lint", func(t *testing.T) {
		node(t, nil, "node_modules/.bin/eslint", "--max-warnings", "0", "build/schema.graphql", "build/examples.graphql")
		node(t, nil, "node_modules/.bin/graphql-schema-linter", "--format", "compact", "build/schema.graphql")
	})
	for _, suite := range alone {
		t.Run(suite, func(t *testing.T) { run(t, suite) })
	}
}

// prepare makes everything that follows from the schema, and has TypeScript check it: types of all operations, the artifacts
// of Relay, the suites themselves.
func prepare(t *testing.T, program string) {
	t.Helper()
	if err := os.RemoveAll("build"); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("build/relay", 0o750); err != nil {
		t.Fatal(err)
	}
	schema, err := exec.CommandContext(t.Context(), program, "schema").Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("build/schema.graphql", schema, 0o600); err != nil {
		t.Fatal(err)
	}
	node(t, nil, "operations.js")
	node(t, nil, "node_modules/.bin/graphql-codegen", "--config", "codegen.js")
	node(t, nil, "node_modules/relay-compiler/cli.js", "relay.config.json")
	node(t, nil, "node_modules/.bin/tsc", "--project", ".")
}

// node runs a script to its end and shows what it says when it fails.
func node(t *testing.T, environment []string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Env = append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", args[0], err, out)
	}
}

var address = regexp.MustCompile(`Serving (http://\S+)`)

// served plays the demo season, serves it, and says where GraphQL is.
func served(t *testing.T, program string) string {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, "demo", "--addr", "127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay, cmd.Stderr = 30*time.Second, &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // by then the context of the test has ended, and with it the server
		if err := cmd.Wait(); err != nil && t.Context().Err() == nil || strings.Contains(log.String(), "panic") {
			t.Errorf("the server: %v\n%s", err, &log)
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := address.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return found[1] + "/graphql"
		}
	}
	t.Fatalf("the server does not serve:\n%s", &log)
	return ""
}
