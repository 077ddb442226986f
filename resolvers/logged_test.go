package resolvers_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"unicode"

	"vinhdanh/internal/auth"
)

// logged is everything the tests of this package make the program log, at level debug. The program's own lines are plain
// English, so that any other letter is somebody's name or text; so are passwords and tokens not to be found in it.
var logged = &loggedLines{}

type loggedLines struct {
	mu    sync.Mutex
	lines int
	found []string
	// watched are the lines of requests whose id begins with watch-.
	watched map[string][]map[string]any
}

// Write takes one line.
func (l *loggedLines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines++
	foreign := bytes.ContainsFunc(line, func(r rune) bool { return r > unicode.MaxASCII && r != '…' })
	if foreign || bytes.Contains(line, []byte(password)) || bytes.Contains(line, []byte("eyJ")) || bytes.Contains(line, []byte("Bearer")) {
		l.found = append(l.found, string(line))
	}
	var told map[string]any
	if json.Unmarshal(line, &told) != nil {
		l.found = append(l.found, "not JSON: "+string(line))
	}
	if id, _ := told["requestId"].(string); strings.HasPrefix(id, "watch-") {
		if l.watched == nil {
			l.watched = map[string][]map[string]any{}
		}
		l.watched[id] = append(l.watched[id], told)
	}
	return len(line), nil
}

// personal are the lines that hold what no log may hold.
func (l *loggedLines) personal() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.found[:min(len(l.found), 10)]
}

// of are the lines of a request.
func (l *loggedLines) of(id string) []map[string]any {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.watched[id]
}

// watch sends an operation under an id of its own and gives the lines it left as well.
func (s *server) watch(t *testing.T, username, query string, variables map[string]any) (reply, []map[string]any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	id := "watch-" + strings.NewReplacer("/", ".", "+", ".", "=", ".").Replace(auth.NewSecret())
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {id}}
	if username != "" {
		header.Set("Authorization", "Bearer "+s.token(username))
	}
	return s.send(header, body), logged.of(id)
}
