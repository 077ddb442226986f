package resolvers_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
	"golang.org/x/tools/txtar"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/season"
)

// TestEveryMutationCanBeRepeated tells the stories again with an idempotency key on every mutation and every request sent
// twice: the second time the answer is the same and nothing in the database changes, nor when everything is sent once more
// at the end. Refused requests are refused again. Every mutation that takes a key must come to pass.
func TestEveryMutationCanBeRepeated(t *testing.T) {
	t.Parallel()
	repeated, told := &sync.Map{}, atomic.Int32{}
	files, _ := filepath.Glob("testdata/stories/*.txtar")
	t.Cleanup(func() {
		if int(told.Load()) < len(files) {
			return // -run chose some
		}
		for name, field := range rootFields() {
			// A season is imported in TestImportRepeated: stories have no archives.
			if _, done := repeated.Load(name); takesKey(field) && !done && name != "importSeason" {
				t.Errorf("%s was never repeated: tell a story in which it comes to pass", name)
			}
		}
	})
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			told.Add(1)
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			onBoth(t, startOf(archive), func(t *testing.T, s *server) {
				teller := &story{server: s, known: map[string]string{}, twice: &repeats{dump: s.dump(t), succeeded: repeated, logins: map[string]bool{}}}
				for _, step := range archive.Files {
					teller.step(t, step.Name, string(step.Data))
				}
				teller.twice.allAgain(t, s)
			})
		})
	}
}

// repeats sends the mutations of a story more than once.
type repeats struct {
	*dump
	succeeded *sync.Map
	sent      []func() reply
	logins    map[string]bool
}

// signed is what links are signed with, which changes by the second.
var signed = regexp.MustCompile(`\?expires=[^"]*`)

// again sends what was just answered a second time.
func (p *repeats) again(t *testing.T, s *server, login, query string, header http.Header, body []byte, first reply) {
	t.Helper()
	operation := parse(query)
	if operation == nil || operation.Operation != ast.Mutation {
		return
	}
	for _, selection := range operation.SelectionSet {
		field := selection.(*ast.Field)
		if !takesKey(rootFields()[field.Name]) {
			return
		}
		if first.code() == "" {
			p.succeeded.Store(field.Name, true)
		}
	}
	send := func() reply {
		if login != "nobody" {
			header.Set("Authorization", "Bearer "+s.token(login))
		}
		return s.send(header, body)
	}
	if first.code() == "" {
		p.sent, p.logins[login] = append(p.sent, send), true
	}
	before := p.content(t)
	second := send()
	if diff := cmp.Diff(string(signed.ReplaceAll(first.Text, nil)), string(signed.ReplaceAll(second.Text, nil))); diff != "" {
		t.Errorf("%s\nthe second answer differs (-first +second):\n%s", query, diff)
	}
	if diff := cmp.Diff(before, p.content(t)); diff != "" {
		t.Errorf("%s\ndone twice (-once +twice):\n%s", query, diff)
	}
}

// allAgain sends all that was done once more, long after. Who may not act any more is refused; nothing is done.
func (p *repeats) allAgain(t *testing.T, s *server) {
	t.Helper()
	for login := range p.logins {
		s.token(login)
	}
	before := p.content(t)
	for _, send := range p.sent {
		send()
	}
	if diff := cmp.Diff(before, p.content(t)); diff != "" {
		t.Errorf("done again in the end (-before +after):\n%s", diff)
	}
}

// keyed puts a key on every mutation that takes one.
func keyed(query string) string {
	operation := parse(query)
	if operation == nil || operation.Operation != ast.Mutation {
		return query
	}
	for _, selection := range operation.SelectionSet {
		field := selection.(*ast.Field)
		if input := field.Arguments.ForName("input"); takesKey(rootFields()[field.Name]) && input.Value.Children.ForName("idempotencyKey") == nil {
			input.Value.Children = append(input.Value.Children, &ast.ChildValue{Name: "idempotencyKey", Position: &ast.Position{},
				Value: &ast.Value{Kind: ast.StringValue, Raw: auth.NewSecret()}})
		}
	}
	var b bytes.Buffer
	formatter.NewFormatter(&b).FormatQueryDocument(&ast.QueryDocument{Operations: ast.OperationList{operation}})
	return b.String()
}

// parse reads an operation; nil when it is none.
func parse(query string) *ast.OperationDefinition {
	document, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		return nil
	}
	return document.Operations[0]
}

// takesKey says that a root field is a mutation with an idempotency key.
func takesKey(field *ast.FieldDefinition) bool {
	input := field.Arguments.ForName("input")
	return input != nil && schema().Types[input.Type.Name()].Fields.ForName("idempotencyKey") != nil
}

// dump is a view of everything a database holds.
type dump struct {
	db     *sql.DB
	tables []string
}

// dump opens the records beside the server.
func (s *server) dump(t *testing.T) *dump {
	t.Helper()
	driver, query := "sqlite", "SELECT name FROM sqlite_master WHERE type = 'table'"
	if strings.HasPrefix(s.settings.Database, "postgres:") {
		driver, query = "pgx", "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	db, err := sql.Open(driver, s.settings.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := &dump{db: db}
	for _, row := range d.rows(t, query) {
		d.tables = append(d.tables, strings.Trim(row, "[]"))
	}
	return d
}

// content is every row of every table but those of sessions, which signing in for the next step changes.
func (d *dump) content(t *testing.T) map[string][]string {
	t.Helper()
	content := map[string][]string{}
	for _, table := range d.tables {
		if table != "account_sessions" && table != "refresh_tokens" {
			content[table] = d.rows(t, "SELECT * FROM "+table)
		}
	}
	return content
}

// rows are the rows of a query, each as a text, sorted.
func (d *dump) rows(t *testing.T, query string) []string {
	t.Helper()
	found, err := d.db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	columns, _ := found.Columns()
	texts := []string{}
	for found.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, fmt.Sprint(values))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(texts)
	return texts
}

// createPerson enters a person under a key.
const createPerson = `mutation($code: String!, $key: String) { createPerson(input: {code: $code, fullName: "Lý Văn Bảy", organizationCode: "A",
	position: "Chuyên viên", idempotencyKey: $key}) { person { id version } } }`

// TestRepeatedAtOnceIsDoneOnce sends the same request from many sides at the same time.
func TestRepeatedAtOnceIsDoneOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		s.token("s1")
		for round := range 5 {
			code := fmt.Sprintf("K%d", round)
			answers := sync.Map{}
			won, codes := race(times(8, func(int) reply {
				r := s.as("s1", createPerson, map[string]any{"code": code, "key": code})
				answers.Store(string(r.Text), true)
				return r
			})...)
			distinct := 0
			answers.Range(func(any, any) bool { distinct++; return true })
			if won != 8 || distinct != 1 {
				t.Errorf("%d of 8 went through with %d answers, the others got %v", won, distinct, codes)
			}
		}
		if r := s.must("s1", `{ auditEntries(filter: {actions: ["createPerson"]}) { totalCount } }`, nil); r.at("auditEntries.totalCount") != 5.0 {
			t.Errorf("the record knows %v acts, want 5", r.at("auditEntries.totalCount"))
		}
	})
}

// TestKeysCostNothingToOthers counts statements: a key costs two, and a repeated request fewer than the act.
func TestKeysCostNothingToOthers(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		s.token("s1")
		count := func(code string, key any) int64 {
			before := s.store.Statements()
			s.must("s1", createPerson, map[string]any{"code": code, "key": key})
			return s.store.Statements() - before
		}
		without, with, repeated := count("K1", nil), count("K2", "k"), count("K2", "k")
		if with != without+2 || repeated >= without {
			t.Errorf("%d statements without a key, %d with one, %d to repeat it", without, with, repeated)
		}
	})
}

// TestKeysOfSecrets repeats a request with a password: neither the password nor its hash is kept.
func TestKeysOfSecrets(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		const create = `mutation($p: String!) { createAccount(input: {username: "moi.den", password: $p, idempotencyKey: "k"}) { account { id locked version } } }`
		first, second := s.must("admin", create, map[string]any{"p": "correct horse battery"}), s.must("admin", create, map[string]any{"p": "staple correct horse"})
		if diff := cmp.Diff(first.Data, second.Data); diff != "" || first.at("createAccount.account.locked") != false {
			t.Errorf("the second answer differs (-first +second):\n%s", diff)
		}
		d := s.dump(t)
		kept := fmt.Sprint(d.rows(t, "SELECT * FROM idempotency_keys"))
		for _, row := range d.rows(t, "SELECT password_hash FROM accounts") {
			if hash := strings.Trim(row, "[]"); hash != "" && strings.Contains(kept, hash) {
				t.Errorf("a hash is kept: %s", kept)
			}
		}
		if strings.Contains(kept, "horse") || !strings.Contains(kept, "createAccount") {
			t.Errorf("kept: %s", kept)
		}
		if r := s.as("", `mutation { signIn(input: {username: "moi.den", password: "staple correct horse"}) { viewer { account { id } } } }`, nil); r.code() != "UNAUTHENTICATED" {
			t.Errorf("the second password works: %s", r.Text)
		}
	})
}

// TestKeysAreForgotten purges before and after a week has gone by.
func TestKeysAreForgotten(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		const week, hour = 7 * 24 * time.Hour, time.Hour
		request := map[string]any{"code": "K1", "key": "k"}
		s.must("s1", createPerson, request)
		if err := s.store.Purge(t.Context(), time.Now().Add(week-hour)); err != nil {
			t.Fatal(err)
		}
		s.must("s1", createPerson, request)
		if err := s.store.Purge(t.Context(), time.Now().Add(week+hour)); err != nil {
			t.Fatal(err)
		}
		if r := s.as("s1", createPerson, request); r.code() != "CONFLICT" {
			t.Errorf("forgotten, the request is a new one: %s", r.Text)
		}
	})
}

// TestImportRepeated sends a season twice under a key: the second answer is that of the import, not of an import that
// found everything recorded.
func TestImportRepeated(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		send := func(files seasonFiles) reply {
			body, contentType := form(`mutation($file: Upload!) { importSeason(input: {file: $file, idempotencyKey: "mùa 2024"}) {
				files { file created unchanged } errors { message } campaign { code } } }`, "season.zip:"+string(files.zip(t)))
			return s.send(http.Header{"Content-Type": {contentType}, "Graphql-Preflight": {"1"}, "Authorization": {"Bearer " + s.token("admin")}}, body)
		}
		files := smallFiles(t)
		first, before := send(files), s.dump(t).content(t)
		if first.at("importSeason.campaign.code") != "MAU-2024" {
			t.Fatalf("%s", first.Text)
		}
		if diff := cmp.Diff(string(first.Text), string(send(files).Text)); diff != "" {
			t.Errorf("the second answer differs (-first +second):\n%s", diff)
		}
		files[season.FilePeople] += "Z9,Lý Văn Chín,MALE,1990-01-01,A,Chuyên viên,2020-01-01\n"
		if r := send(files); r.code() != "BAD_USER_INPUT" {
			t.Errorf("another season under the same key: %s", r.Text)
		}
		if diff := cmp.Diff(before, s.dump(t).content(t)); diff != "" {
			t.Errorf("done twice (-once +twice):\n%s", diff)
		}
	})
}
