package resolvers_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"go.uber.org/goleak"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/demo"
	"vinhdanh/internal/logging"
	"vinhdanh/internal/message"
	"vinhdanh/internal/season"
	"vinhdanh/internal/store"
	"vinhdanh/model"
	"vinhdanh/resolvers"
)

// state is what a test starts from.
type state string

const (
	// fresh has the reference data alone.
	fresh state = "fresh"
	// empty has the reference data and an administrator.
	empty state = "empty"
	// small is the season of testdata/small imported, on the eve of its first day, with logins for everybody.
	small state = "small"
	// reviewing, voting and deciding are the small season under way: assigned, with an open round, with endorsed nominations.
	reviewing state = "reviewing"
	voting    state = "voting"
	deciding  state = "deciding"
	// played is the reference season played to its end.
	played state = "played"
)

// password is that of every login.
const password = demo.Password

// cheap keeps hashing from taking most of the time.
var cheap = auth.Passwords{MemoryKiB: 8, Passes: 1}

// patient lets tests fail to sign in as often as they like.
var patient = model.GuessLimits{NameTries: 1000, AddressTries: 1000, FirstWait: time.Hour, LongestWait: time.Hour}

func TestMain(m *testing.M) {
	logging.Install(logged, slog.LevelDebug, store.Describe)
	code := m.Run()
	templates.close()
	if found := logged.personal(); len(found) > 0 {
		fmt.Fprintf(os.Stderr, "the log tells of people:\n%s\n", strings.Join(found, ""))
		code = 1
	}
	if left := goleak.Find(); left != nil && code == 0 {
		fmt.Fprintln(os.Stderr, "all servers are closed, and these still run:", left)
		code = 1
	}
	os.Exit(code)
}

// server is the whole program over records of its own.
type server struct {
	t       testing.TB
	handler http.Handler
	store   *store.Store
	// settings open the same records again, as another server would.
	settings store.Settings
	resolver *resolvers.Resolver
	tokens   sync.Map
}

// onBoth runs a test on SQLite and on PostgreSQL, each from a copy of a state.
func onBoth(t *testing.T, start state, test func(t *testing.T, s *server)) {
	t.Helper()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			if kind == "postgres" && os.Getenv("TEST_DATABASE_URL") == "" {
				t.Skip("TEST_DATABASE_URL names no PostgreSQL")
			}
			test(t, serve(t, kind, start))
		})
	}
}

// serve starts the program on a copy of a state.
func serve(t testing.TB, kind string, start state) *server {
	t.Helper()
	settings := templates.copy(t, kind, start)
	s, err := store.Open(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if at, ok := templates.clocks.Load(start); ok {
		setClock(s, at.(model.Date))
	}
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := &resolvers.Resolver{Store: s, Links: s.Tokens, Words: words}
	return &server{t: t, handler: r.Handler(resolvers.Options{}), store: s, settings: settings, resolver: r}
}

// templates are databases in the states tests start from, made once and copied.
var templates = &templateSet{made: map[string]*sync.Once{}, settings: map[string]store.Settings{}}

type templateSet struct {
	mu       sync.Mutex
	made     map[string]*sync.Once
	settings map[string]store.Settings
	folder   string
	clocks   sync.Map
	failed   sync.Map
}

func (ts *templateSet) copy(t testing.TB, kind string, start state) store.Settings {
	t.Helper()
	key := kind + "-" + string(start)
	ts.mu.Lock()
	if ts.folder == "" {
		ts.folder, _ = os.MkdirTemp("", "vinhdanh-test-")
	}
	once := ts.made[key]
	if once == nil {
		once = &sync.Once{}
		ts.made[key] = once
	}
	ts.mu.Unlock()
	once.Do(func() {
		settings, err := ts.build(kind, start)
		if err != nil {
			ts.failed.Store(key, err)
			return
		}
		ts.mu.Lock()
		ts.settings[key] = settings
		ts.mu.Unlock()
	})
	if err, broken := ts.failed.Load(key); broken {
		t.Fatalf("make %s: %v", key, err)
	}
	ts.mu.Lock()
	settings := ts.settings[key]
	ts.mu.Unlock()
	evidence := filepath.Join(t.TempDir(), "evidence")
	if err := os.CopyFS(evidence, os.DirFS(settings.EvidenceFolder)); err != nil {
		t.Fatal(err)
	}
	settings.EvidenceFolder = evidence
	if kind == "sqlite" {
		name := filepath.Join(t.TempDir(), "records.db")
		content, err := os.ReadFile(settings.Database)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		settings.Database = name
		return settings
	}
	name := fmt.Sprintf("vinhdanh_%s", strings.ToLower(auth.NewSecret()[:10]))
	name = strings.NewReplacer("/", "x", "+", "y", "=", "z").Replace(name)
	template := databaseName(settings.Database)
	if err := onPostgres(fmt.Sprintf(`CREATE DATABASE %q TEMPLATE %q`, name, template)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = onPostgres(fmt.Sprintf(`DROP DATABASE IF EXISTS %q WITH (FORCE)`, name)) })
	settings.Database = postgresURL(name)
	return settings
}

// build makes a database in a state and lets go of it.
func (ts *templateSet) build(kind string, start state) (store.Settings, error) {
	settings := store.Settings{EvidenceFolder: filepath.Join(ts.folder, kind+string(start)+".evidence"), SigningKey: auth.NewSecret(), MaxUpload: 1 << 20,
		Passwords: cheap, Guessing: patient, SettableClock: true, Database: filepath.Join(ts.folder, string(start)+".db")}
	if kind == "postgres" {
		name := fmt.Sprintf("vinhdanh_template_%d_%s", os.Getpid(), start)
		if err := onPostgres(fmt.Sprintf(`DROP DATABASE IF EXISTS %q WITH (FORCE)`, name), fmt.Sprintf(`CREATE DATABASE %q`, name)); err != nil {
			return settings, err
		}
		settings.Database = postgresURL(name)
	}
	ctx := context.Background()
	s, err := store.Open(ctx, settings)
	if err != nil {
		return settings, err
	}
	defer s.Close()
	fill := map[state]func(context.Context, *store.Store) error{fresh: func(context.Context, *store.Store) error { return nil }, empty: fillEmpty, small: fillSmall, reviewing: fillReviewing, voting: fillVoting,
		deciding: fillDeciding, played: func(ctx context.Context, s *store.Store) error {
			_, err := demo.Play(ctx, s, season.Reference(), io.Discard)
			return err
		}}
	err = fill[start](ctx, s)
	ts.clocks.Store(start, model.DateOf(s.Clock.Now()))
	return settings, err
}

func fillEmpty(ctx context.Context, s *store.Store) error {
	system := model.Actor{System: true}
	if _, err := s.CreateAccount(ctx, system, model.CreateAccountInput{Username: "admin"}); err != nil {
		return err
	}
	if _, err := s.GrantRole(ctx, system, model.GrantRoleInput{Username: "admin", Role: model.RoleAdmin}); err != nil {
		return err
	}
	return s.SetDemoPassword(ctx, password)
}

func fillSmall(ctx context.Context, s *store.Store) error {
	setClock(s, "2025-03-02")
	files, err := season.Open("testdata/small")
	if err != nil {
		return err
	}
	system := model.Actor{System: true}
	if report, err := s.ImportSeason(ctx, system, files, false); err != nil {
		if report != nil {
			return fmt.Errorf("%w: %v", err, report.Faults)
		}
		return err
	}
	for _, login := range []struct {
		name string
		role model.Role
		unit string
	}{{"admin", model.RoleAdmin, ""}, {"auditor", model.RoleAuditor, "UB"}, {"stranger", "", ""}} {
		if _, err := s.CreateAccount(ctx, system, model.CreateAccountInput{Username: login.name}); err != nil {
			return err
		}
		if login.role == "" {
			continue
		}
		grant := model.GrantRoleInput{Username: login.name, Role: login.role}
		if login.unit != "" {
			grant.OrganizationCode = &login.unit
		}
		if _, err := s.GrantRole(ctx, system, grant); err != nil {
			return err
		}
	}
	return s.SetDemoPassword(ctx, password)
}

func (ts *templateSet) close() {
	for key, settings := range ts.settings {
		if strings.HasPrefix(key, "postgres") {
			_ = onPostgres(fmt.Sprintf(`DROP DATABASE IF EXISTS %q WITH (FORCE)`, databaseName(settings.Database)))
		}
	}
	_ = os.RemoveAll(ts.folder)
}

func postgresURL(name string) string {
	u, _ := url.Parse(os.Getenv("TEST_DATABASE_URL"))
	u.Path = "/" + name
	return u.String()
}

func databaseName(address string) string {
	u, _ := url.Parse(address)
	return strings.TrimPrefix(u.Path, "/")
}

// copying keeps PostgreSQL from copying one template twice at once, which it refuses.
var copying sync.Mutex

func onPostgres(statements ...string) error {
	copying.Lock()
	defer copying.Unlock()
	db, err := sql.Open("pgx", os.Getenv("TEST_DATABASE_URL"))
	if err != nil {
		return err
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			return err
		}
	}
	return nil
}

// setClock puts the business clock on the morning of a day.
func setClock(s *store.Store, day model.Date) { s.Clock.Set(day.Time().Add(9 * 3600e9)) }

// reply is an answer of the API.
type reply struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	Status int `json:"-"`
	Text   []byte
}

// code is that of the first error; "" when there is none.
func (r reply) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return fmt.Sprint(r.Errors[0].Extensions["code"])
}

// at picks a value by a dotted path such as "awards.nodes.0.id".
func (r reply) at(path string) any {
	var value any = r.Data
	for step := range strings.SplitSeq(path, ".") {
		switch holder := value.(type) {
		case map[string]any:
			value = holder[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(holder) {
				return nil
			}
			value = holder[i]
		default:
			return nil
		}
	}
	return value
}

// as asks in the name of a login; "" is nobody.
func (s *server) as(username, query string, variables map[string]any) reply {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		s.t.Fatal(err)
	}
	header := http.Header{"Content-Type": {"application/json"}, "Accept-Language": {"en"}}
	if username != "" {
		header.Set("Authorization", "Bearer "+s.token(username))
	}
	return s.send(header, body)
}

// must is as for requests that have to succeed.
func (s *server) must(username, query string, variables map[string]any) reply {
	s.t.Helper()
	r := s.as(username, query, variables)
	if len(r.Errors) > 0 {
		s.t.Fatalf("%s\n%s", query, r.Text)
	}
	return r
}

func (s *server) send(header http.Header, body []byte) reply {
	s.t.Helper()
	return s.sendFrom("", header, body)
}

// sendFrom sends from an address; "" is that of any client.
func (s *server) sendFrom(address string, header http.Header, body []byte) reply {
	s.t.Helper()
	request := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header = header
	if address != "" {
		request.RemoteAddr = address + ":4000"
	}
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	r := reply{Status: recorder.Code, Text: recorder.Body.Bytes()}
	if err := json.Unmarshal(r.Text, &r); err != nil {
		s.t.Fatalf("%v: %s", err, r.Text)
	}
	return r
}

// token signs a login in, once.
func (s *server) token(username string) string {
	s.t.Helper()
	if token, ok := s.tokens.Load(username); ok {
		return token.(string)
	}
	r := s.as("", `mutation($u: String!, $p: String!) { signIn(input: {username: $u, password: $p}) { session { accessToken } } }`,
		map[string]any{"u": username, "p": password})
	token, ok := r.at("signIn.session.accessToken").(string)
	if !ok {
		s.t.Fatalf("sign in as %s: %s", username, r.Text)
	}
	s.tokens.Store(username, token)
	return token
}
