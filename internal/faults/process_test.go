//go:build linux

package faults_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is a program that runs beside the test and never outlives it.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	log  string
	done chan struct{}
	// farewell asks the process to clean up after itself when the test is over; it is killed without.
	farewell syscall.Signal
}

// launch starts a program whose output goes to a file. as is whom it runs as; nil is who tests.
func launch(t testing.TB, as *syscall.Credential, env []string, name string, args ...string) *process {
	t.Helper()
	log, err := os.Create(filepath.Join(folder(t), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p := &process{t: t, log: log.Name(), done: make(chan struct{})}
	p.cmd = exec.Command(name, args...) //nolint:noctx // the test ends it, one way or another
	p.cmd.Dir, p.cmd.Env = filepath.Dir(log.Name()), append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: as, Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s %s said at last:\n%s", filepath.Base(name), strings.Join(args, " "), p.tail(30))
		}
		if p.farewell != 0 && p.running() {
			p.signal(p.farewell)
			p.wait(30 * time.Second)
		}
		p.kill()
	})
	return p
}

func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// kill ends the process and its children as a power cut would.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	p.wait(10 * time.Second)
}

// running says whether the process has not ended.
func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// wait gives the exit code; -1 for a process that was killed.
func (p *process) wait(within time.Duration) int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(within):
		p.t.Fatalf("%s does not end within %s", p.cmd.Path, within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// output is what the process said so far.
func (p *process) output() string {
	text, err := os.ReadFile(p.log)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		p.t.Fatal(err)
	}
	return string(text)
}

func (p *process) tail(lines int) string {
	all := strings.Split(strings.TrimSpace(p.output()), "\n")
	for i, line := range all {
		all[i] = line[:min(len(line), 400)]
	}
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
