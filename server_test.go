package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// output is what a command prints, readable while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// vinhdanh runs a command line to its end.
func vinhdanh(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	var out output
	err := run(t.Context(), append([]string{"vinhdanh"}, args...), strings.NewReader(in), &out)
	return out.String(), err
}

func must(t *testing.T, in string, args ...string) string {
	t.Helper()
	out, err := vinhdanh(t, in, args...)
	if err != nil {
		t.Fatalf("%v: %s", args, worded(err))
	}
	return out
}

func TestDemoPlaysTheSeasonAndSaysWhatCameOut(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	file := filepath.Join(t.TempDir(), "demo.db")
	for range 2 { // a database that a demo made is played afresh
		out := must(t, "", "demo", "--db", file, "--exit")
		for _, want := range []string{"10 collectives and 57 individuals", "54.570.000", "INDIVIDUAL 1. CN-012 94.264936", "Demo accounts"} {
			if !strings.Contains(out, want) {
				t.Errorf("the demo does not say %q:\n%s", want, out)
			}
		}
	}
}

func TestDemoLeavesOtherFilesAlone(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	records := filepath.Join(t.TempDir(), "honours.db")
	must(t, "", "migrate", "--database-url", records, "--evidence-dir", t.TempDir())
	text := filepath.Join(t.TempDir(), "letter.txt")
	if err := os.WriteFile(text, []byte("an office's letter"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{records, text, t.TempDir()} {
		before, _ := os.ReadFile(file)
		if _, err := vinhdanh(t, "", "demo", "--db", file, "--exit"); err == nil || !strings.Contains(err.Error(), "choose another name") {
			t.Errorf("%s: %v", file, err)
		}
		if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", file)
		}
	}
	if _, err := vinhdanh(t, "", "demo", "--season", t.TempDir(), "--exit"); err == nil {
		t.Error("a folder without a season is played")
	}
}

func TestOfficeSetsUpAndSignsIn(t *testing.T) {
	t.Setenv("LANG", "en")
	records := []string{"--database-url", filepath.Join(t.TempDir(), "honours.db"), "--evidence-dir", filepath.Join(t.TempDir(), "files")}
	with := func(args ...string) []string { return append(args, records...) }
	const small = "resolvers/testdata/small"

	if out := must(t, "", append(with("import", "--dry-run"), small)...); !strings.Contains(out, "people.csv") {
		t.Errorf("a dry run says %q", out)
	}
	if out := must(t, "", append(with("import"), small)...); !strings.Contains(out, "nominations.csv               6 new      0 unchanged") {
		t.Errorf("an import says\n%s", out)
	}
	if out := must(t, "", append(with("import"), small)...); !strings.Contains(out, "nominations.csv               0 new      6 unchanged") {
		t.Errorf("importing again says\n%s", out)
	}
	broken := t.TempDir()
	if err := os.CopyFS(broken, os.DirFS(small)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "unit_heads.csv"), []byte("organization_code,person_code\nA,NOBODY\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vinhdanh(t, "", append(with("import"), broken)...); err == nil || !strings.Contains(worded(err), "unit_heads.csv:2:person_code: There is no NOBODY") {
		t.Errorf("a broken import says %v", err)
	}

	if _, err := vinhdanh(t, "short\n", with("account", "add", "--username", "quan.tri", "--role", "ADMIN")...); err == nil {
		t.Error("a short password is taken")
	}
	must(t, "mật khẩu đủ dài\n", with("account", "add", "--username", "quan.tri", "--role", "ADMIN")...)
	if _, err := vinhdanh(t, "mật khẩu đủ dài\n", with("account", "add", "--username", "quan.tri")...); err == nil {
		t.Error("a login is made twice")
	}
	if _, err := vinhdanh(t, "", with("serve", "--addr", "127.0.0.1:0")...); err == nil {
		t.Error("the server starts without a signing key")
	}
	const key = "--signing-key=a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
	provider := []string{key, "--oidc-issuer=https://id.example", "--oidc-client-id=us", "--oidc-redirect-url=https://us.example/auth/oidc/callback"}
	for _, wrong := range []struct {
		settings []string
		names    string
	}{
		{[]string{"--signing-key=short"}, "signing key"}, {[]string{key, "--trusted-proxies=10.0.0.1"}, "TRUSTED_PROXIES"},
		{[]string{key, "--sign-in-tries=0"}, "SIGN_IN_TRIES"}, {provider[:2], "OIDC_CLIENT_ID"}, {provider[:3], "OIDC_REDIRECT_URL"},
		{append(provider, "--frontend-url=//evil.example"), "FRONTEND_URL"}, {[]string{key, "--jwt-issuer=https://id.example"}, "JWT_AUDIENCE"},
		{[]string{key, "--jwt-issuer=office", "--jwt-audience=us"}, "JWT_ISSUER"},
	} {
		if _, err := vinhdanh(t, "", with(append([]string{"serve", "--addr", "127.0.0.1:0"}, wrong.settings...)...)...); err == nil || !strings.Contains(err.Error(), wrong.names) {
			t.Errorf("serving with %v: %v", wrong.settings, err)
		}
	}
	out := must(t, "", with("account", "reset-password", "--username", "Quan.Tri")...)
	if token, rest, _ := strings.Cut(out, "\n"); len(token) != 43 || !strings.HasPrefix(rest, "Good for one resetPassword until ") {
		t.Errorf("a reset says %q", out)
	}
	if _, err := vinhdanh(t, "", with("account", "reset-password", "--username", "nobody")...); err == nil {
		t.Error("a reset for nobody is made")
	}
	checkServing(t, with("serve", "--addr", "127.0.0.1:0", "--signing-key", signingKey))
}

// checkServing starts the server, signs in and stops it again.
func checkServing(t *testing.T, args []string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var out output
	stopped := make(chan error, 1)
	go func() { stopped <- run(ctx, append([]string{"vinhdanh"}, args...), strings.NewReader(""), &out) }()
	address := ""
	for address == "" {
		if found := regexp.MustCompile(`Serving (http://\S+)`).FindStringSubmatch(out.String()); found != nil {
			address = found[1]
		}
		select {
		case err := <-stopped:
			t.Fatal(err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	body := `{"query":"mutation { signIn(input: {username: \"quan.tri\", password: \"mật khẩu đủ dài\"}) { viewer { roles { role } } } }"}`
	_, text := fetch(t, http.MethodPost, address+"/graphql", body)
	if !json.Valid([]byte(text)) || !strings.Contains(text, `"ADMIN"`) {
		t.Errorf("signing in answers %s", text)
	}
	stop()
	if err := <-stopped; err != nil {
		t.Errorf("stopping: %v", err)
	}
}
