//go:build linux

package faults_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// disk is a small disk of its own.
type disk struct {
	t     testing.TB
	name  string
	image string
}

// newDisk mounts a disk of some megabytes.
func newDisk(t testing.TB, megabytes int) *disk {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root may mount a small disk")
	}
	d := &disk{t: t, name: folder(t)}
	if err := syscall.Mount("tmpfs", d.name, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=0755", megabytes)); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(d.name, syscall.MNT_DETACH) })
	return d
}

// fill takes all room, to the last byte.
func (d *disk) fill() {
	d.t.Helper()
	f, err := os.OpenFile(filepath.Join(d.name, "ballast"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for _, block := range []int{1 << 20, 4 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, block))
		}
	}
}

// free gives the room back.
func (d *disk) free() {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.name, "ballast")); err != nil {
		d.t.Fatal(err)
	}
}

// newFragileDisk mounts a disk that can fail.
func newFragileDisk(t testing.TB, megabytes int64) *disk {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root may mount a disk")
	}
	d := &disk{t: t, name: folder(t), image: filepath.Join(folder(t), "image")}
	if err := errors.Join(os.WriteFile(d.image, nil, 0o600), os.Truncate(d.image, megabytes<<20)); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"mkfs.ext4", "-q", d.image}, {"mount", "-o", "loop", d.image, d.name}} {
		if out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Skipf("a disk image cannot be mounted here: %v %s", err, out)
		}
	}
	t.Cleanup(func() { _ = syscall.Unmount(d.name, syscall.MNT_DETACH) })
	return d
}

// fail is what a disk with errors does: the kernel lets nobody write to it any more.
func (d *disk) fail() {
	d.t.Helper()
	if out, err := exec.CommandContext(d.t.Context(), "mount", "-o", "remount,abort", d.name).CombinedOutput(); err != nil {
		d.t.Fatalf("%v %s", err, out)
	}
}

// mend is what an operator does about it: the disk is mounted anew.
func (d *disk) mend() {
	d.t.Helper()
	for _, command := range [][]string{{"umount", d.name}, {"mount", "-o", "loop", d.image, d.name}} {
		if out, err := exec.CommandContext(d.t.Context(), command[0], command[1:]...).CombinedOutput(); err != nil {
			d.t.Fatalf("%v: %v %s", command, err, out)
		}
	}
}

// scribe writes as one head of a unit does, and knows how much was acknowledged.
type scribe struct {
	*client
	nomination string
	version    int
	comments   int
	files      int
}

func newScribe(o *office) *scribe {
	s := &scribe{client: o.client("h1"), version: 1}
	s.nomination = s.must(`mutation { createNomination(input: {campaignCode: "DOT-1", awardTypeCode: "GK.XA", recipientKind: INDIVIDUAL, recipientCode: "P1-1",
		submittedByCode: "D1", groundCode: "CCHC", achievement: "Số hóa hồ sơ"}) { nomination { id } } }`, nil).at("createNomination", "nomination", "id").(string)
	return s
}

// comment writes to the database alone.
func (s *scribe) comment() reply {
	r := s.ask(s.o.t.Context(), `mutation($id: ID!, $body: String!) { addComment(input: {nominationId: $id, body: $body}) { comment { id } } }`,
		map[string]any{"id": s.nomination, "body": strings.Repeat("lời bàn ", 200)})
	if r.code() == "" {
		s.comments++
	}
	return r
}

// attach writes a file.
func (s *scribe) attach() reply {
	content := fmt.Appendf(nil, "%%PDF-1.4\n%% %d\n%s", s.files, bytes.Repeat([]byte("0123456789abcde\n"), 8000))
	r := s.ask(s.o.t.Context(), `mutation($input: AttachEvidenceInput!) { attachEvidence(input: $input) { nomination { version } } }`,
		map[string]any{"input": map[string]any{"nominationId": s.nomination, "expectedVersion": s.version, "file": nil}}, file{"bao-cao.pdf", content})
	if r.code() == "" {
		s.files++
		s.version++
	}
	return r
}

// read looks at everything written, and fails when something of it is missing or too much.
func (s *scribe) read() {
	s.o.t.Helper()
	r := s.must(`query($id: ID!) { node(id: $id) { ... on Nomination { comments { id } evidence { id } } } }`, map[string]any{"id": s.nomination})
	if comments, files := len(r.at("node", "comments").([]any)), len(r.at("node", "evidence").([]any)); comments != s.comments || files != s.files {
		s.o.t.Errorf("%d comments and %d files are there, %d and %d were acknowledged", comments, files, s.comments, s.files)
	}
}

// refused expects that nothing can be written, that the reason is told, and that reading goes on.
func (s *scribe) refused(reason string) {
	s.o.t.Helper()
	for name, act := range map[string]func() reply{"a comment": s.comment, "a file": s.attach} {
		var r reply
		// A little may still fit into what is there.
		eventually(s.o.t, name+" is refused", 30*time.Second, func() bool { r = act(); return r.code() != "" })
		if r.code() != "UNAVAILABLE" || !strings.Contains(r.Errors[0].Message, reason) {
			s.o.t.Errorf("%s is answered %s, want the reason %q", name, r, reason)
		}
		for _, inside := range []string{s.o.evidence, "SQL", "sqlite", "ENOSPC", "no space left", "errno"} {
			if r.Err == nil && len(r.Errors) > 0 && strings.Contains(r.Errors[0].Message, inside) {
				s.o.t.Errorf("the answer shows insides: %s", r)
			}
		}
	}
	s.read()
}

// accepted expects that everything can be written again, by itself.
func (s *scribe) accepted() {
	s.o.t.Helper()
	for name, act := range map[string]func() reply{"a comment": s.comment, "a file": s.attach} {
		eventually(s.o.t, name+" is taken again", 5*time.Second, func() bool { return act().code() == "" })
	}
	s.read()
}

// A disk with database and files fills up and gets room again, over and over.
func TestFullDiskUnderSQLite(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	d := newDisk(t, 24)
	o := newOfficeOn(t, "sqlite", d.name)
	s := newScribe(o)
	for range times(1, 20) {
		s.accepted()
		o.shrinkLog()
		d.fill()
		s.refused("no room left")
		d.free()
		s.accepted()
	}
	o.shrinkLog()
	d.fill()
	s.refused("no room left")
	o.server.kill() // in the worst of moments
	d.free()
	o.start()
	s.accepted()
	o.stop()
	o.checkSound(s.files)
	o.checkInvariants()
}

func TestFailedDiskUnderSQLite(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	d := newFragileDisk(t, 64)
	o := newOfficeOn(t, "sqlite", d.name)
	s := newScribe(o)
	for range times(1, 5) {
		s.accepted()
		d.fail()
		s.refused("The disk of the records")
		o.server.kill()
		d.mend()
		o.start()
		s.accepted()
	}
	o.stop()
	o.checkSound(s.files)
	o.checkInvariants()
}

// shrinkLog leaves no room in the log of an SQLite database, which otherwise takes a thousand pages more on a full disk.
func (o *office) shrinkLog() {
	o.t.Helper()
	db, err := sql.Open("sqlite", o.database)
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(o.t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		o.t.Fatal(err)
	}
}

// The disk of PostgreSQL fills up. What does not fit is refused; when not even its log fits PostgreSQL ends itself, and the
// server works again once there is room and PostgreSQL is back.
func TestFullDiskUnderPostgreSQL(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	needPostgres(t)
	d := newDisk(t, 160)
	if err := os.Chmod(d.name, 0o711); err != nil {
		t.Fatal(err)
	}
	o := newOfficeOn(t, "postgres", d.name)
	s := newScribe(o)
	ended := 0
	for round := range times(2, 10) {
		s.accepted()
		d.fill()
		eventually(t, "a comment is refused", time.Minute, func() bool {
			r := s.comment()
			if r.code() != "" && r.code() != "UNAVAILABLE" {
				t.Fatalf("a comment is answered %s", r)
			}
			return r.code() != ""
		})
		if round%2 == 1 && o.pg.outgrow() {
			ended++
		}
		d.free()
		if !o.pg.process.running() || !o.pg.answers() {
			o.pg.stop(syscall.SIGQUIT)
			o.pg.start()
		}
		s.again()
	}
	if ended == 0 {
		t.Error("PostgreSQL never ran out of room for its log")
	}
	t.Logf("PostgreSQL ended itself %d times", ended)
	o.stop()
	o.checkInvariants()
}

// again is accepted for a writer whose last act got no answer: it may have been done.
func (s *scribe) again() {
	s.o.t.Helper()
	eventually(s.o.t, "a comment is taken again", 10*time.Second, func() bool { return s.comment().code() == "" })
	found := len(s.must(`query($id: ID!) { node(id: $id) { ... on Nomination { comments { id } } } }`, map[string]any{"id": s.nomination}).at("node", "comments").([]any))
	if found < s.comments || found > s.comments+1 {
		s.o.t.Errorf("%d comments are there, %d were acknowledged and at most one more was sent", found, s.comments)
	}
	s.comments = found
}

// checkSound looks into an SQLite database at rest, and into the folder of files: so many, each what its name says.
func (o *office) checkSound(files int) {
	o.t.Helper()
	db, err := sql.Open("sqlite", o.database)
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	var found string
	if err := db.QueryRowContext(o.t.Context(), "PRAGMA integrity_check").Scan(&found); err != nil || found != "ok" {
		o.t.Errorf("integrity: %s %v", found, err)
	}
	whole := 0
	err = filepath.WalkDir(o.evidence, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != entry.Name() {
			o.t.Errorf("%s is not what its name says", name)
		}
		whole++
		return err
	})
	if err != nil || whole < files {
		o.t.Errorf("%d files are there, %d were acknowledged: %v", whole, files, err)
	}
}
