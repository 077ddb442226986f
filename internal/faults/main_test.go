//go:build linux

package faults_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// long asks for the whole suite, FAULTS=long; otherwise every fault is tried a few times.
var long = os.Getenv("FAULTS") == "long"

// workshop is the folder everything is made in: the program, databases, files, mounts.
var workshop string

func TestMain(m *testing.M) {
	var err error
	if workshop, err = os.MkdirTemp("", "vinhdanh-faults-"); err != nil {
		panic(err)
	}
	_ = os.Chmod(workshop, 0o711) // PostgreSQL runs as somebody else
	code := m.Run()
	_ = os.RemoveAll(workshop)
	os.Exit(code)
}

// binary is the program, built once. The folders it is built from are looked into, so that go test knows what its result
// depends on and does not give that of another program from its cache.
var binary = sync.OnceValues(func() (string, error) {
	err := filepath.WalkDir("../..", func(name string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && len(entry.Name()) > 2 {
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		return "", err
	}
	name := filepath.Join(workshop, "vinhdanh")
	out, err := exec.Command("go", "build", "-o", name, "vinhdanh").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return name, nil
})

// times is how often a fault is tried.
func times(quick, whole int) int {
	if long {
		return whole
	}
	return quick
}

// onBoth runs a test on each database.
func onBoth(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) { test(t, newOffice(t, kind)) })
	}
}

// folder makes a folder of the workshop that goes with the test.
func folder(t testing.TB) string {
	t.Helper()
	name, err := os.MkdirTemp(workshop, "*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(name) })
	_ = os.Chmod(name, 0o711)
	return name
}

// chance is where a test takes its random moments from. FAULTS_SEED plays the same ones again.
func chance(t testing.TB) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if given, err := strconv.ParseUint(os.Getenv("FAULTS_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("FAULTS_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// eventually waits until something holds, and fails when it does not within a generous time. It tells how long it took.
func eventually(t testing.TB, what string, within time.Duration, holds func() bool) time.Duration {
	t.Helper()
	begun := time.Now()
	for !holds() {
		if time.Since(begun) > within {
			t.Fatalf("%s: not within %s", what, within)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(begun)
}
