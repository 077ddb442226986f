//go:build linux

package faults_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// verify compares the records with what the workers were told: everything acknowledged is there once, nothing else is.
func (l *load) verify() {
	l.o.t.Helper()
	for _, h := range l.heads {
		l.verifyNominations(h)
	}
	for _, r := range l.reviewers {
		l.verifySheets(r)
	}
	l.verifyFigures()
	l.verifyAudit()
	l.verifyAnswers()
	l.o.checkInvariants()
}

// record is what a list says of one nomination.
type record struct {
	ID, Reference, Status string
	Version               int
	Comments, Files       []string
}

func (l *load) verifyNominations(h *head) {
	l.o.t.Helper()
	var want []record
	for _, n := range h.drafts {
		want = append(want, record{n.id, n.reference, n.status, n.version, sorted(n.comments), sorted(n.files)})
	}
	var got []record
	unit := fmt.Sprintf("D%d", h.unit)
	for _, n := range h.all(`query($after: Cursor) { nominations(filter: {campaignCode: "`+nominating+`", submittedByCode: "`+unit+`"}, first: 50, after: $after) {
		nodes { id reference status version comments { body } evidence { sha256 url } } pageInfo { hasNextPage endCursor } } }`, "nominations") {
		got = append(got, record{n["id"].(string), n["reference"].(string), n["status"].(string), int(n["version"].(float64)),
			each(n["comments"], "body"), each(n["evidence"], "sha256")})
		if links := each(n["evidence"], "url"); len(links) > 0 {
			l.verifyFile(links[0])
		}
	}
	for _, list := range [][]record{want, got} {
		slices.SortFunc(list, func(a, b record) int { return strings.Compare(a.ID, b.ID) })
	}
	if diff := cmp.Diff(want, got); diff != "" {
		l.o.t.Errorf("nominations of %s, as acknowledged -, as recorded +:\n%s", unit, diff)
	}
}

// verifyFile fetches a file; the server checks it against its SHA-256.
func (l *load) verifyFile(link string) {
	l.o.t.Helper()
	_, signed, _ := strings.Cut(link, "/files/")
	response, err := http.Get(*l.o.address.Load() + "/files/" + signed) //nolint:noctx // the server is ours
	if err != nil {
		l.o.t.Fatal(err)
	}
	defer response.Body.Close()
	if content, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK {
		l.o.t.Errorf("a file answers %d %.100s %v", response.StatusCode, content, err)
	}
}

func (l *load) verifySheets(r *reviewer) {
	l.o.t.Helper()
	want, got := map[string]sheet{}, map[string]sheet{}
	for _, s := range r.sheets {
		if s.version > 0 {
			want[s.nominationID] = *s
		}
	}
	for _, n := range r.all(`query($after: Cursor) { nominations(filter: {assignedToMe: true}, first: 50, after: $after) {
		nodes { id scoreSheets { version comment points { points } } } pageInfo { hasNextPage endCursor } } }`, "nominations") {
		sheets, _ := n["scoreSheets"].([]any)
		for _, one := range sheets {
			s := one.(map[string]any)
			id := n["id"].(string)
			got[id] = sheet{id, s["comment"].(string), strings.Join(each(s["points"], "points"), " "), int(s["version"].(float64))}
		}
		if len(sheets) > 1 {
			l.o.t.Errorf("%s has %d sheets of %s", n["id"], len(sheets), r.username)
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sheet{})); diff != "" {
		l.o.t.Errorf("sheets of %s, as acknowledged -, as recorded +:\n%s", r.username, diff)
	}
}

func (l *load) verifyFigures() {
	l.o.t.Helper()
	for unit, sources := range l.statistician.sources {
		var got []string
		for _, r := range l.statistician.all(`query($after: Cursor) { reformResults(filter: {organizationCode: "`+unit+`", year: 2025, includeSuperseded: true}, first: 100, after: $after) {
			nodes { source revision current } pageInfo { hasNextPage endCursor } } }`, "reformResults") {
			got = append(got, fmt.Sprint(r["revision"], r["current"], r["source"]))
		}
		var want []string
		for i, source := range sources {
			want = append(want, fmt.Sprint(i+1, i == len(sources)-1, source))
		}
		if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
			l.o.t.Errorf("figures of %s, as acknowledged -, as recorded +:\n%s", unit, diff)
		}
	}
}

// verifyAudit counts the entries of each kind of act: one for each deed, two for a file, which changes its nomination.
func (l *load) verifyAudit() {
	l.o.t.Helper()
	want, got := map[string]int{}, map[string]int{}
	for _, w := range l.workers {
		for _, d := range w.did {
			want[w.username+" "+d.action]++
			if d.action == "attachEvidence" {
				want[w.username+" "+d.action]++
			}
		}
	}
	auditor := l.o.client("inspector")
	for key := range want {
		username, action, _ := strings.Cut(key, " ")
		since := `since: "` + l.since.Format("2006-01-02T15:04:05.000000Z") + `"`
		r := auditor.must(`{ auditEntries(filter: {username: "`+username+`", actions: ["`+action+`"], `+since+`}) { totalCount } }`, nil)
		got[key] = int(r.at("auditEntries", "totalCount").(float64))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		l.o.t.Errorf("audit entries, as acknowledged -, as recorded +:\n%s", diff)
	}
}

// verifyAnswers asks again for the last things each worker did: the answers are the ones given then.
func (l *load) verifyAnswers() {
	l.o.t.Helper()
	for _, w := range l.workers {
		for _, d := range w.did[max(0, len(w.did)-20):] {
			r := w.ask(context.Background(), d.query, map[string]any{"input": d.input}, d.file...)
			if r.code() != "" || string(r.Data) != d.answer {
				l.o.t.Errorf("%s again: %s, at first: %s", d.action, r, d.answer)
			}
		}
	}
}

// tally tells what was done.
func (l *load) tally(t testing.TB) {
	t.Helper()
	deeds, again := map[string]int{}, 0
	for _, w := range l.workers {
		for _, d := range w.did {
			deeds[d.action]++
			if d.sentOften {
				again++
			}
		}
	}
	t.Logf("%d acknowledged, %d of them asked for more than once: %v", l.acknowledged.Load(), again, deeds)
}

// all reads a list to its end.
func (w *worker) all(query, field string) []map[string]any {
	w.o.t.Helper()
	var records []map[string]any
	after := any(nil)
	for {
		r := w.must(query, map[string]any{"after": after})
		for _, node := range r.at(field, "nodes").([]any) {
			records = append(records, node.(map[string]any))
		}
		if r.at(field, "pageInfo", "hasNextPage") != true {
			return records
		}
		after = r.at(field, "pageInfo", "endCursor")
	}
}

// each picks a text of every element of a list.
func each(list any, field string) []string {
	var texts []string
	elements, _ := list.([]any)
	for _, element := range elements {
		texts = append(texts, fmt.Sprint(element.(map[string]any)[field]))
	}
	return sorted(texts)
}

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return texts
}

// checkInvariants lets the program hold its records against everything that must be true of them.
func (o *office) checkInvariants() {
	o.t.Helper()
	name, err := binary()
	if err != nil {
		o.t.Fatal(err)
	}
	check := exec.CommandContext(o.t.Context(), name, "check")
	check.Env, check.Dir = append(os.Environ(), o.environment()...), folder(o.t)
	if out, err := check.CombinedOutput(); err != nil {
		o.t.Errorf("check: %v\n%s", err, out)
	}
}
