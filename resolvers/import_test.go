package resolvers_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"vinhdanh/internal/season"
)

// seasonFiles are the CSV files of testdata/small, to be changed by a test.
type seasonFiles map[string]string

func smallFiles(t *testing.T) seasonFiles {
	t.Helper()
	read, err := season.Open("testdata/small")
	if err != nil {
		t.Fatal(err)
	}
	files := seasonFiles{}
	for name, text := range read {
		files[name] = string(text)
	}
	return files
}

// fileChange is one way to change a season.
type fileChange func(seasonFiles)

// swapText replaces a text that must be there, once.
func swapText(file, old, with string) fileChange {
	return func(f seasonFiles) {
		if !strings.Contains(f[file], old) {
			panic(fmt.Sprintf("%s does not say %q", file, old))
		}
		f[file] = strings.Replace(f[file], old, with, 1)
	}
}

// addRows puts rows at the end of a file.
func addRows(file string, rows ...string) fileChange {
	return func(f seasonFiles) { f[file] += strings.Join(rows, "\n") + "\n" }
}

// wholeFile replaces a whole file.
func wholeFile(file, text string) fileChange { return func(f seasonFiles) { f[file] = text } }

// leaveOut leaves a file out.
func leaveOut(file string) fileChange { return func(f seasonFiles) { delete(f, file) } }

func (f seasonFiles) changed(changes ...fileChange) seasonFiles {
	copied := maps.Clone(f)
	for _, c := range changes {
		c(copied)
	}
	return copied
}

// zip packs the files, in a folder as many tools do.
func (f seasonFiles) zip(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		entry, err := w.Create("season/" + name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = entry.Write([]byte(f[name]))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// importZIP uploads an archive; "" is nobody.
func (s *server) importZIP(login string, archive []byte, dryRun bool) reply {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	query := fmt.Sprintf(`mutation($file: Upload!) { importSeason(input: {file: $file, dryRun: %t}) {
		files { file created unchanged } errors { file line column message } campaign { code } } }`, dryRun)
	operations, _ := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"file": nil}})
	_ = w.WriteField("operations", string(operations))
	_ = w.WriteField("map", `{"0": ["variables.file"]}`)
	part, _ := w.CreateFormFile("0", "season.zip")
	_, _ = part.Write(archive)
	_ = w.Close()
	header := http.Header{"Content-Type": {w.FormDataContentType()}, "Accept-Language": {"en"}}
	header.Set("GraphQL-Preflight", "1")
	if login != "" {
		header.Set("Authorization", "Bearer "+s.token(login))
	}
	return s.send(header, b.Bytes())
}

// faults are the violations of the first error, each as its path and its rule, in order of their text.
func (r reply) faults() []string {
	found := []string{}
	if len(r.Errors) == 0 {
		return found
	}
	violations, _ := r.Errors[0].Extensions["violations"].([]any)
	for _, v := range violations {
		v := v.(map[string]any)
		found = append(found, fmt.Sprint(v["path"], " ", v["rule"]))
	}
	slices.Sort(found)
	return found
}

// written counts what an import may write.
func (s *server) written() map[string]any {
	return s.must("admin", `{ organizations(filter: {asOf: "2025-03-02"}) { totalCount } people { totalCount } awards { totalCount }
		accounts { totalCount } reformIndicators { code } reformResults { totalCount } auditEntries { totalCount } }`, nil).Data
}

// TestImportTwice imports a season twice, first as a dry run: every row is new once and unchanged from then on.
func TestImportTwice(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		files := smallFiles(t)
		s.token("admin")
		before := s.written()
		report := func(dryRun bool) map[string]any {
			r := s.importZIP("admin", files.zip(t), dryRun)
			if len(r.Errors) > 0 {
				t.Fatalf("refused: %s", r.Text)
			}
			return r.at("importSeason").(map[string]any)
		}
		rows := func(created bool) []any {
			counts := []any{}
			for _, name := range slices.Sorted(maps.Keys(files)) {
				n := float64(strings.Count(files[name], "\n") - 1)
				if created {
					counts = append(counts, map[string]any{"file": name, "created": n, "unchanged": 0.0})
				} else {
					counts = append(counts, map[string]any{"file": name, "created": 0.0, "unchanged": n})
				}
			}
			return counts
		}
		check := func(when string, want, got any) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
		}
		dry := report(true)
		check("dry run", []any{[]any{}, nil}, []any{dry["errors"], dry["campaign"]})
		check("written by the dry run", before, s.written())
		first := report(false)
		check("first import", map[string]any{"files": rows(true), "errors": []any{}, "campaign": map[string]any{"code": "MAU-2024"}}, first)
		check("the dry run foretold", first["files"], dry["files"])
		written := s.written()
		check("second import", map[string]any{"files": rows(false), "errors": []any{}, "campaign": map[string]any{"code": "MAU-2024"}}, report(false))
		check("written by the second import", written, s.written())
	})
}

// TestImportTakesWhatToolsWrite imports files as spreadsheets leave them; the plain files then hold nothing new.
func TestImportTakesWhatToolsWrite(t *testing.T) {
	t.Parallel()
	everywhere := func(alter func(string) string) fileChange {
		return func(f seasonFiles) {
			for name, text := range f {
				f[name] = alter(text)
			}
		}
	}
	cases := map[string]fileChange{
		"a byte order mark": everywhere(func(text string) string { return "\ufeff" + text }),
		"CRLF":              everywhere(func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }),
		"blank lines":       everywhere(func(text string) string { return strings.ReplaceAll(text, "\n", "\n\n \n") }),
		"no last line end":  everywhere(strings.TrimSpace),
		"decomposed marks":  everywhere(norm.NFD.String),
		"blanks around": everywhere(func(text string) string {
			return strings.NewReplacer(",", " , ", "\"", "").Replace(strings.ReplaceAll(text, "Công khai, minh bạch", "Công khai minh bạch"))
		}),
		"small letters in kinds":   swapText("organizations.csv", "DISTRICT,TINH", "district,TINH"),
		"columns in another order": wholeFile("unit_heads.csv", "person_code,organization_code\nC3,A\nH2,B\nH3,W\nV1,V\n"),
	}
	for name, alter := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "sqlite", empty)
			plain := smallFiles(t)
			if name == "blanks around" {
				plain = plain.changed(swapText("reform_indicators.csv", "\"Công khai, minh bạch\"", "Công khai minh bạch"))
			}
			if r := s.importZIP("admin", plain.changed(alter).zip(t), false); len(r.Errors) > 0 {
				t.Fatalf("refused: %s", r.Text)
			}
			r := s.importZIP("admin", plain.zip(t), false)
			if len(r.Errors) > 0 {
				t.Fatalf("the plain files differ: %s", r.Text)
			}
			for _, f := range r.at("importSeason.files").([]any) {
				if f := f.(map[string]any); f["created"] != 0.0 {
					t.Errorf("the plain files hold something new: %v", f)
				}
			}
		})
	}
}

// TestImportSeesChanges imports a season again with one value changed: a row that says something else than the record is
// told at its place, never passed over or counted as unchanged. Only a figure becomes a new revision.
func TestImportSeesChanges(t *testing.T) {
	t.Parallel()
	cases := []struct {
		file     string
		line     int
		old, new string
	}{
		{"organizations.csv", 5, "Phòng Tài chính,", "Phòng Tài chính - Kế hoạch,"},
		{"organizations.csv", 8, "TEAM,W,", "TEAM,V,"},
		{"organizations.csv", 10, "1976-07-02,", "1976-07-02,2026-12-31"},
		{"people.csv", 10, "Nguyễn Đức Anh,MALE,1991-07-20", "Nguyễn Đức Ánh,MALE,1991-07-20"},
		{"people.csv", 13, "2019-04-22", "2019-04-23"},
		{"people.csv", 16, "Chủ tịch phường,2015", "Phó Chủ tịch phường,2015"},
		{"reform_indicators.csv", 10, "Mức độ hài lòng,point", "Mức độ hài lòng,star"},
		{"campaign.csv", 2, "Khen thưởng cải cách", "Biểu dương cải cách"},
		{"campaign.csv", 2, "UB,NV", "UB,A"},
		{"phases.csv", 2, "2025-03-10", "2025-03-09"},
		{"council.csv", 4, "C3,MEMBER", "C3,SECRETARY"},
		{"grounds.csv", 3, "Thực hiện cơ chế", "Thực hiện"},
		{"quotas.csv", 3, "2,3", "3,3"},
		{"criteria.csv", 3, "Sáng kiến", "Ý tưởng"},
		{"nominations.csv", 3, "B,CCHC,B", "B,MOT_CUA,B"},
		{"nominations.csv", 4, "A,CCHC,A,CN1", "UB,CCHC,A,CN1"},
		{"nominations.csv", 5, "CCHC,B,CN2", "CCHC,A,CN2"},
		{"nominations.csv", 6, "Hướng dẫn người dân", "Giúp người dân"},
		{"nominations.csv", 7, "bao-cao-cn-4.xlsx", "bao-cao-cn-4.pdf"},
		{"personnel_facts.csv", 2, "Khiển trách", "Cảnh cáo"},
		{"personnel_facts.csv", 2, "2025-03-01", "2025-02-01"},
		{"award_history.csv", 3, "CSTDCS,2023", "CSTDCS,2022"},
		{"award_history.csv", 2, "UB,,", "UB,SK1,Sáng kiến"},
	}
	onBoth(t, small, func(t *testing.T, s *server) {
		files := smallFiles(t)
		s.token("admin")
		before := s.written()
		for _, c := range cases {
			t.Run(fmt.Sprint(c.file, " line ", c.line, " ", c.new), func(t *testing.T) {
				r := s.importZIP("admin", files.changed(swapText(c.file, c.old, c.new)).zip(t), true)
				want := fmt.Sprintf("%s:%d", c.file, c.line)
				found := []string{}
				for _, e := range r.at("importSeason.errors").([]any) {
					e := e.(map[string]any)
					found = append(found, fmt.Sprintf("%v:%v", e["file"], e["line"]))
				}
				if !slices.Contains(found, want) {
					t.Errorf("no fault at %s: %s", want, r.Text)
				}
			})
		}
		if diff := cmp.Diff(before, s.written()); diff != "" {
			t.Errorf("written all the same (-before +after):\n%s", diff)
		}
		r := s.importZIP("admin", files.changed(swapText("reform_results.csv", "A,2024,qd766.progress,18", "A,2024,qd766.progress,17")).zip(t), false)
		if len(r.Errors) > 0 {
			t.Fatalf("a corrected figure is refused: %s", r.Text)
		}
		found := s.must("s1", `{ reformResults(filter: {organizationCode: "A", indicatorCodes: ["qd766.progress"], includeSuperseded: true}) { nodes { value revision current status } } }`, nil).at("reformResults.nodes")
		want := []any{map[string]any{"value": "17", "revision": 2.0, "current": true, "status": "VERIFIED"}, map[string]any{"value": "18", "revision": 1.0, "current": false, "status": "VERIFIED"}}
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("revisions (-want +got):\n%s", diff)
		}
	})
}

// TestImportAnotherCampaign imports a second campaign of the same units and people; an administrator gets no seat by it.
func TestImportAnotherCampaign(t *testing.T) {
	t.Parallel()
	next := func(f seasonFiles) {
		for _, name := range []string{"campaign.csv", "phases.csv", "quotas.csv"} {
			f[name] = strings.ReplaceAll(f[name], "MAU-2024", "MAU-2025")
		}
	}
	t.Run("an administrator gets no seat", func(t *testing.T) {
		t.Parallel()
		onBoth(t, small, func(t *testing.T, s *server) {
			s.must("admin", `mutation { createAccount(input: {username: "quan.tri", personCode: "A2"}) { account { id } } grantRole(input: {username: "quan.tri", role: ADMIN}) { grant { id } } }`, nil)
			r := s.importZIP("admin", smallFiles(t).changed(next, addRows("council.csv", "A2,MEMBER")).zip(t), false)
			if diff := cmp.Diff([]string{"council.csv:8:person_code role.separation"}, r.faults()); diff != "" {
				t.Errorf("faults (-want +got):\n%s\n%s", diff, r.Text)
			}
		})
	})
	t.Run("both stand side by side", func(t *testing.T) {
		t.Parallel()
		onBoth(t, small, func(t *testing.T, s *server) {
			r := s.importZIP("admin", smallFiles(t).changed(next).zip(t), false)
			if got := r.at("importSeason.campaign.code"); got != "MAU-2025" {
				t.Fatalf("campaign %v: %s", got, r.Text)
			}
			got := s.must("s1", `{ campaigns { nodes { code phase } } a: nominations(filter: {campaignCode: "MAU-2024"}) { totalCount } b: nominations(filter: {campaignCode: "MAU-2025"}) { totalCount } people { totalCount } }`, nil).Data
			want := map[string]any{"campaigns": map[string]any{"nodes": []any{map[string]any{"code": "MAU-2025", "phase": "DRAFT"}, map[string]any{"code": "MAU-2024", "phase": "DRAFT"}}},
				"a": map[string]any{"totalCount": 6.0}, "b": map[string]any{"totalCount": 6.0}, "people": map[string]any{"totalCount": 15.0}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
		})
	})
}

// TestImportIsForAdministrators lets nobody else import, and words what is wrong as data in a dry run.
func TestImportIsForAdministrators(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		bad := smallFiles(t).changed(swapText("reform_results.csv", "dossiers_online,938", "dossiers_online,1001")).zip(t)
		for login, code := range map[string]string{"": "UNAUTHENTICATED", "s1": "FORBIDDEN", "c1": "FORBIDDEN", "h2": "FORBIDDEN", "auditor": "FORBIDDEN"} {
			if r := s.importZIP(login, bad, true); r.code() != code {
				t.Errorf("%q: code %q, want %q", login, r.code(), code)
			}
		}
		want := []any{map[string]any{"file": "reform_results.csv", "line": 27.0, "column": "value",
			"message": "dossiers_online is 1001, more than the 1000 dossiers received. Correct one of the two."}}
		if diff := cmp.Diff(want, s.importZIP("admin", bad, true).at("importSeason.errors")); diff != "" {
			t.Errorf("errors of a dry run (-want +got):\n%s", diff)
		}
	})
}
