package resolvers_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestImportArchives imports what is no ZIP, or one that is broken, ambiguous or too large.
func TestImportArchives(t *testing.T) {
	t.Parallel()
	good := smallFiles(t).zip(t)
	pack := func(fill func(*zip.Writer)) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		fill(w)
		_ = w.Close()
		return b.Bytes()
	}
	entry := func(w *zip.Writer, name, text string) {
		e, _ := w.Create(name)
		_, _ = io.WriteString(e, text)
	}
	spoilt := slices.Clone(good)
	spoilt[200] ^= 0xff
	cases := []struct {
		name    string
		archive []byte
		code    string
		rule    string
	}{
		{"nothing", nil, "BAD_USER_INPUT", "input.file import.not_zip"},
		{"a text", []byte("organizations.csv"), "BAD_USER_INPUT", "input.file import.not_zip"},
		{"half an archive", good[:len(good)/2], "BAD_USER_INPUT", "input.file import.not_zip"},
		{"a spoilt archive", spoilt, "BAD_USER_INPUT", "input.file import.not_zip"},
		{"a method nobody knows", pack(func(w *zip.Writer) {
			e, _ := w.CreateRaw(&zip.FileHeader{Name: "people.csv", Method: 99, UncompressedSize64: 3, CompressedSize64: 3})
			_, _ = e.Write([]byte("abc"))
		}), "BAD_USER_INPUT", "input.file import.not_zip"},
		{"one name in two folders", pack(func(w *zip.Writer) { entry(w, "a/people.csv", "code"); entry(w, "b/people.csv", "code") }), "BAD_USER_INPUT", "input.file import.twice_file"},
		{"one that unpacks to too much", pack(func(w *zip.Writer) {
			zeros := make([]byte, 21<<20)
			var packed bytes.Buffer
			deflate, _ := flate.NewWriter(&packed, flate.BestSpeed)
			_, _ = deflate.Write(zeros)
			_ = deflate.Close()
			for i := range 10 {
				e, _ := w.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf("%d.csv", i), Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(zeros),
					CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(zeros))})
				_, _ = e.Write(packed.Bytes())
			}
		}), "PAYLOAD_TOO_LARGE", ""},
		{"more files than a season has", pack(func(w *zip.Writer) {
			for i := range 1000 {
				entry(w, fmt.Sprintf("%d.csv", i), "")
			}
		}), "PAYLOAD_TOO_LARGE", ""},
		{"more than may be sent", append(slices.Clone(good), make([]byte, 1<<20)...), "PAYLOAD_TOO_LARGE", ""},
	}
	s := serve(t, "sqlite", empty)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := s.importZIP("admin", c.archive, false)
			want := []string{}
			if c.rule != "" {
				want = []string{c.rule}
			}
			if diff := cmp.Diff(want, r.faults()); diff != "" || r.code() != c.code {
				t.Errorf("code %s, faults (-want +got):\n%s\n%s", r.code(), diff, r.Text)
			}
		})
	}
	t.Run("nothing but an empty archive", func(t *testing.T) {
		t.Parallel()
		r := s.importZIP("admin", pack(func(*zip.Writer) {}), false)
		if faults := r.faults(); len(faults) != 15 || r.code() != "BAD_USER_INPUT" {
			t.Errorf("code %s, faults %v", r.code(), faults)
		}
	})
	t.Run("what tools add to an archive does not matter", func(t *testing.T) {
		t.Parallel()
		archive := pack(func(w *zip.Writer) {
			entry(w, "__MACOSX/season/._people.csv", "x")
			entry(w, "season/README.md", "x")
			for name, text := range smallFiles(t) {
				entry(w, "season/"+name, text)
			}
		})
		if r := s.importZIP("admin", archive, true); len(r.Errors) > 0 || len(r.at("importSeason.errors").([]any)) > 0 {
			t.Errorf("refused: %s", r.Text)
		}
	})
}
