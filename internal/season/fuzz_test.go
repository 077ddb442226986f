package season_test

import (
	"archive/zip"
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// FuzzTables puts any content in the place of one file. Every fault names a file and a line that are there; what is read
// without a fault is clean text.
func FuzzTables(f *testing.F) {
	small, err := season.Open("../../resolvers/testdata/small")
	if err != nil {
		f.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(small))
	for i, name := range names {
		f.Add(uint8(i), small[name])
	}
	for _, text := range []string{"", "\ufeff", "code\n", "code,code\n", "a,\"b\n", "\"", "code,name,kind,parent_code,valid_from,valid_to\nX,\"Y\nZ\",CITY,X,2020-01-01,\n", "\xff", "a\x00"} {
		f.Add(uint8(0), []byte(text))
	}
	f.Fuzz(func(t *testing.T, which uint8, content []byte) {
		files, name := maps.Clone(small), names[int(which)%len(names)]
		files[name] = content
		s, faults := season.Read(files)
		for _, fault := range faults {
			lines := bytes.Count(files[fault.File], []byte("\n")) + 1
			if files[fault.File] == nil || fault.Line < 0 || fault.Line > lines || fault.Key == "" {
				t.Fatalf("%s:%d %s: the file has %d lines", fault.File, fault.Line, fault.Key, lines)
			}
		}
		if len(faults) > 0 {
			return
		}
		for _, p := range s.People {
			if !utf8.ValidString(p.FullName) || p.FullName == "" || p.FullName != strings.TrimSpace(p.FullName) || strings.ContainsAny(p.FullName, "\n\x00\ufffd") {
				t.Fatalf("%q is a name", p.FullName)
			}
		}
	})
}

// FuzzArchive unpacks anything. What comes out are CSV files with names one can read.
func FuzzArchive(f *testing.F) {
	for _, names := range [][]string{{"people.csv"}, {"a/people.csv", "b/people.csv"}, {"../../etc/x.csv"}, {"\xff.csv", "\u202e.csv"}, {".csv"}, {"__MACOSX/._people.csv"}} {
		var data bytes.Buffer
		archive := zip.NewWriter(&data)
		for _, name := range names {
			w, err := archive.Create(name)
			if err != nil {
				f.Fatal(err)
			}
			if _, err := w.Write([]byte("code\nA\n")); err != nil {
				f.Fatal(err)
			}
		}
		if err := archive.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(data.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		files, err := season.Unzip(data)
		if err != nil {
			if code := model.CodeOf(err); code != model.CodeBadUserInput && code != model.CodePayloadTooLarge {
				t.Fatal(err)
			}
			return
		}
		total := 0
		for name, content := range files {
			total += len(content)
			if !strings.HasSuffix(name, ".csv") || strings.ContainsAny(name, "/\x00") || !utf8.ValidString(name) {
				t.Fatalf("a file named %q", name)
			}
		}
		if total > 200<<20 {
			t.Fatalf("%d bytes", total)
		}
		if _, faults := season.Read(files); len(faults) == 0 {
			t.Fatal("a season of its own making has no fault")
		}
	})
}
