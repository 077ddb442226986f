//go:build linux

package faults_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// deed is one thing a user wants done once, however often they have to ask.
type deed struct {
	action    string
	query     string
	input     map[string]any
	file      []file
	done      func(reply)
	answer    string
	sentOften bool
}

// worker is a user who works without a pause and keeps book of what was acknowledged.
type worker struct {
	*client
	chance *rand.Rand
	// next is what the user wants next, by what they know.
	next func() *deed
	// unsure is what got no clear answer yet: it is asked for again before anything else.
	unsure *deed
	did    []*deed
}

// load is a number of workers at work at once.
type load struct {
	o            *office
	workers      []*worker
	heads        []*head
	reviewers    []*reviewer
	statistician *statistician
	since        time.Time
	acknowledged atomic.Int64
	stopped      atomic.Bool
	done         sync.WaitGroup
}

// newLoad puts every head of a unit, every reviewer and the secretary to work.
func newLoad(o *office, chance *rand.Rand) *load {
	l := &load{o: o, since: time.Now().UTC()}
	hire := func(username string) *worker {
		w := &worker{client: o.client(username), chance: rand.New(rand.NewPCG(chance.Uint64(), 0))}
		w.must(viewer, nil) // a sign-in that a kill cuts off counts as a guess of the password
		l.workers = append(l.workers, w)
		return w
	}
	for u := range unitCount {
		l.heads = append(l.heads, newHead(hire(fmt.Sprintf("h%d", u+1)), u+1))
	}
	for r := range reviewers {
		l.reviewers = append(l.reviewers, newReviewer(hire(fmt.Sprintf("c%d", r+1))))
	}
	l.statistician = newStatistician(hire("s1"))
	return l
}

// begin lets all work until stop.
func (l *load) begin() {
	l.stopped.Store(false)
	for _, w := range l.workers {
		l.done.Go(func() {
			for !l.stopped.Load() {
				l.step(w)
			}
		})
	}
}

// stop lets all finish what they are unsure of.
func (l *load) stop() {
	l.o.t.Helper()
	l.stopped.Store(true)
	l.done.Wait()
	for _, w := range l.workers {
		eventually(l.o.t, "all is acknowledged", time.Minute, func() bool {
			if w.unsure != nil {
				l.step(w)
			}
			return w.unsure == nil
		})
	}
}

// step does one thing, or asks again for what got no clear answer. Workers are never in each other's way, so that any
// refusal is a fault.
func (l *load) step(w *worker) {
	d := w.unsure
	if d == nil {
		if d = w.next(); d == nil {
			time.Sleep(time.Millisecond)
			return
		}
	}
	r := w.ask(context.Background(), d.query, map[string]any{"input": d.input}, d.file...)
	switch {
	case r.unsure():
		w.unsure, d.sentOften = d, true
		time.Sleep(50 * time.Millisecond) // as long as a hasty user waits
	case r.code() != "":
		l.o.t.Errorf("%s as %s (again: %t): %s", d.action, w.username, d.sentOften, r)
		l.stopped.Store(true)
		w.unsure = nil
	default:
		w.unsure, d.answer = nil, string(r.Data)
		d.done(r)
		w.did = append(w.did, d)
		l.acknowledged.Add(1)
	}
}

// await waits until so many more deeds are acknowledged.
func (l *load) await(more int64) {
	l.o.t.Helper()
	until := l.acknowledged.Load() + more
	eventually(l.o.t, fmt.Sprintf("%d more deeds are acknowledged", more), 2*time.Minute, func() bool {
		return l.acknowledged.Load() >= until || l.stopped.Load()
	})
}

// want is a deed with a key under which it is done once.
func (w *worker) want(action, fields string, input map[string]any, done func(reply)) *deed {
	input["idempotencyKey"] = w.mark()
	kind := strings.ToUpper(action[:1]) + action[1:] + "Input!"
	return &deed{action: action, input: input, done: done, query: fmt.Sprintf("mutation($input: %s) { %s(input: $input) { %s } }", kind, action, fields)}
}

// mark is a text that occurs once in all records.
func (w *worker) mark() string { return fmt.Sprintf("%s-%016x", w.username, w.chance.Uint64()) }

// drafted is a nomination as its unit's head knows it.
type drafted struct {
	id, reference, status string
	version               int
	comments, files       []string
}

// head nominates people of a unit, comments, attaches files and hands in.
type head struct {
	*worker
	unit, nominated int
	drafts          []*drafted
}

func newHead(w *worker, unit int) *head {
	h := &head{worker: w, unit: unit}
	w.next = h.choose
	return h
}

// choose is what a head does next. Half of what is drafted stays a draft.
func (h *head) choose() *deed {
	open := slices.DeleteFunc(slices.Clone(h.drafts), func(n *drafted) bool { return n.status != "DRAFT" })
	dice := h.chance.IntN(10)
	switch {
	case len(open) == 0 || dice < 2 && h.nominated < poolSize:
		return h.create()
	case dice < 4 && len(open) > 2:
		return h.submit(open[0])
	case dice < 7:
		return h.attach(open[h.chance.IntN(len(open))])
	}
	return h.comment(h.drafts[h.chance.IntN(len(h.drafts))])
}

func (h *head) create() *deed {
	h.nominated++
	return h.want("createNomination", "nomination { id reference status version }", map[string]any{"campaignCode": nominating, "awardTypeCode": "GK.XA",
		"recipientKind": "INDIVIDUAL", "recipientCode": fmt.Sprintf("P%d-%d", h.unit, h.nominated-1), "submittedByCode": fmt.Sprintf("D%d", h.unit),
		"groundCode": "CCHC", "achievement": h.mark()}, func(r reply) {
		n := &drafted{}
		n.know(r.at("createNomination", "nomination"))
		n.id, n.reference = r.at("createNomination", "nomination", "id").(string), r.at("createNomination", "nomination", "reference").(string)
		h.drafts = append(h.drafts, n)
	})
}

// know takes over what the server says of the nomination.
func (n *drafted) know(said any) {
	state := said.(map[string]any)
	n.status, n.version = state["status"].(string), int(state["version"].(float64))
}

func (h *head) submit(n *drafted) *deed {
	return h.want("submitNomination", "dossier { id } nominations { status version }", map[string]any{
		"nominations": []any{map[string]any{"nominationId": n.id, "expectedVersion": n.version}}, "requestNumber": h.mark(), "requestedOn": time.Now().Add(-24 * time.Hour).Format(time.DateOnly)},
		func(r reply) { n.know(r.at("submitNomination", "nominations", 0)) })
}

func (h *head) comment(n *drafted) *deed {
	body := h.mark()
	return h.want("addComment", "comment { id body at }", map[string]any{"nominationId": n.id, "body": body}, func(reply) { n.comments = append(n.comments, body) })
}

func (h *head) attach(n *drafted) *deed {
	content := append([]byte("%PDF-1.4\n% "+h.mark()+"\n"), bytes.Repeat([]byte("0123456789abcde\n"), 1+h.chance.IntN(8000))...)
	sum := sha256.Sum256(content)
	d := h.want("attachEvidence", "evidence { id sha256 } nomination { status version }", map[string]any{"nominationId": n.id, "expectedVersion": n.version, "file": nil},
		func(r reply) {
			n.know(r.at("attachEvidence", "nomination"))
			n.files = append(n.files, hex.EncodeToString(sum[:]))
		})
	d.file = []file{{"bao-cao.pdf", content}}
	return d
}

// sheet is a score sheet as its reviewer knows it.
type sheet struct {
	nominationID, comment, points string
	version                       int
}

// reviewer scores, again and again.
type reviewer struct {
	*worker
	sheets []*sheet
}

func newReviewer(w *worker) *reviewer {
	r := &reviewer{worker: w}
	for _, node := range w.must(`{ nominations(filter: {assignedToMe: true}, first: 100) { nodes { id } } }`, nil).at("nominations", "nodes").([]any) {
		r.sheets = append(r.sheets, &sheet{nominationID: node.(map[string]any)["id"].(string)})
	}
	w.next = r.score
	return r
}

func (r *reviewer) score() *deed {
	s := r.sheets[r.chance.IntN(len(r.sheets))]
	comment, points := r.mark(), fmt.Sprint(r.chance.IntN(101))
	return r.want("saveScoreSheet", "scoreSheet { id version points { points } }", map[string]any{"nominationId": s.nominationID, "expectedVersion": s.version,
		"comment": comment, "points": []any{map[string]any{"criterionCode": "contribution", "points": points}}}, func(answer reply) {
		s.version, s.comment, s.points = int(answer.at("saveScoreSheet", "scoreSheet", "version").(float64)), comment, points
	})
}

// statistician enters figures, each a new revision of the one before.
type statistician struct {
	*worker
	// sources are the sources of the figures entered for each unit.
	sources map[string][]string
}

func newStatistician(w *worker) *statistician {
	s := &statistician{worker: w, sources: map[string][]string{}}
	w.next = s.record
	return s
}

func (s *statistician) record() *deed {
	unit, source := fmt.Sprintf("D%d", 1+s.chance.IntN(unitCount)), s.mark()
	return s.want("recordReformResults", "reformResults { id revision }", map[string]any{"results": []any{map[string]any{"organizationCode": unit, "year": 2025,
		"indicatorCode": "dossiers_received", "value": fmt.Sprint(s.chance.IntN(10_000)), "source": source}}}, func(reply) {
		s.sources[unit] = append(s.sources[unit], source)
	})
}
