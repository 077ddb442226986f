package auth_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"vinhdanh/internal/auth"
)

// secret is a signing key of the tests alone: 32 bytes of 'k'.
var secret = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))

func tokens(t *testing.T) *auth.Tokens {
	t.Helper()
	made, err := auth.NewTokens(secret)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAccessTokenSaysWhoAndWhichSession(t *testing.T) {
	t.Parallel()
	token, expires := tokens(t).Access("account_1", "session_1")
	claims, err := tokens(t).Read(token)
	if err != nil || claims.Subject != "account_1" || claims.SessionID != "session_1" || !claims.ExpiresAt.Equal(expires) {
		t.Fatalf("%+v, %v", claims, err)
	}
	if left := time.Until(expires); left > auth.AccessLifetime || left < auth.AccessLifetime-time.Minute {
		t.Errorf("lives %s", left)
	}
}

// TestForgedTokensAreRefused takes a good token apart and spoils one thing at a time (RFC 8725).
func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", 32)))
	good, _ := tokens(t).Access("account_1", "session_1")
	parsed, _, err := jwt.NewParser().ParseUnverified(good, jwt.MapClaims{})
	if err != nil {
		t.Fatal(err)
	}
	kid := parsed.Header["kid"]
	forge := func(method jwt.SigningMethod, key any, spoil func(jwt.MapClaims, map[string]any)) string {
		token := jwt.NewWithClaims(method, jwt.MapClaims{
			"sub": "account_1", "sid": "session_1", "iss": "vinh-danh", "aud": "vinh-danh-api",
			"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
		})
		token.Header["kid"] = kid
		spoil(token.Claims.(jwt.MapClaims), token.Header)
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	asIs := func(jwt.MapClaims, map[string]any) {}
	if _, err := tokens(t).Read(forge(jwt.SigningMethodEdDSA, private, asIs)); err != nil {
		t.Fatalf("the unspoilt token: %v", err)
	}
	other := ed25519.NewKeyFromSeed([]byte(strings.Repeat("o", 32)))
	public, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, value any) func(jwt.MapClaims, map[string]any) {
		return func(c jwt.MapClaims, _ map[string]any) { c[name] = value }
	}
	without := func(name string) func(jwt.MapClaims, map[string]any) {
		return func(c jwt.MapClaims, _ map[string]any) { delete(c, name) }
	}
	for name, token := range map[string]string{
		"no algorithm":                 forge(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, asIs),
		"public key as an HMAC secret": forge(jwt.SigningMethodHS256, []byte(private.Public().(ed25519.PublicKey)), asIs),
		"encoded public key as HMAC":   forge(jwt.SigningMethodHS256, public, asIs),
		"another key":                  forge(jwt.SigningMethodEdDSA, other, asIs),
		"unknown key id":               forge(jwt.SigningMethodEdDSA, private, func(_ jwt.MapClaims, h map[string]any) { h["kid"] = "x" }),
		"no key id":                    forge(jwt.SigningMethodEdDSA, private, func(_ jwt.MapClaims, h map[string]any) { delete(h, "kid") }),
		"another issuer":               forge(jwt.SigningMethodEdDSA, private, claim("iss", "x")),
		"no issuer":                    forge(jwt.SigningMethodEdDSA, private, without("iss")),
		"another audience":             forge(jwt.SigningMethodEdDSA, private, claim("aud", "x")),
		"no audience":                  forge(jwt.SigningMethodEdDSA, private, without("aud")),
		"expired":                      forge(jwt.SigningMethodEdDSA, private, claim("exp", time.Now().Add(-time.Minute).Unix())),
		"no expiry":                    forge(jwt.SigningMethodEdDSA, private, without("exp")),
		"from the future":              forge(jwt.SigningMethodEdDSA, private, claim("iat", time.Now().Add(time.Hour).Unix())),
		"no subject":                   forge(jwt.SigningMethodEdDSA, private, without("sub")),
		"no session":                   forge(jwt.SigningMethodEdDSA, private, without("sid")),
		"NUL in the subject":           forge(jwt.SigningMethodEdDSA, private, claim("sub", "a\x00")),
		"signature cut off":            good[:strings.LastIndex(good, ".")+1],
		"claims changed":               strings.Replace(good, ".", ".x", 1),
		"too long":                     good + strings.Repeat("x", 9<<10),
		"nothing":                      "",
	} {
		if _, err := tokens(t).Read(token); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestKeysAreChangedWithoutLoggingAnyoneOut walks the procedure: the new key is accepted everywhere, then signs, then the
// old one goes.
func TestKeysAreChangedWithoutLoggingAnyoneOut(t *testing.T) {
	t.Parallel()
	one, two := auth.NewSecret(), auth.NewSecret()
	with := func(keys string) *auth.Tokens {
		made, err := auth.NewTokens(keys)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	before, accepting, promoted, after := with(one), with(one+","+two), with(two+",\n"+one), with(two)
	for _, step := range []struct {
		name   string
		signer *auth.Tokens
		reader *auth.Tokens
		reads  bool
	}{
		{"a server that accepts the new key still signs with the old", accepting, before, true},
		{"an old token after the new key was promoted", before, promoted, true},
		{"a new token where the key is accepted already", promoted, accepting, true},
		{"a new token where nothing was changed", promoted, before, false},
		{"a new token after the old key went", promoted, after, true},
		{"an old token after the old key went", before, after, false},
	} {
		token, _ := step.signer.Access("account_1", "session_1")
		if _, err := step.reader.Read(token); (err == nil) != step.reads {
			t.Errorf("%s: %v", step.name, err)
		}
		expires, signature := step.signer.SignLink("evidence_1")
		if step.reader.CheckLink("evidence_1", expires, signature) != step.reads {
			t.Errorf("%s: the link is read %t", step.name, !step.reads)
		}
	}
	if before.Pseudonym("a", "b") != accepting.Pseudonym("a", "b") || before.Pseudonym("a", "b") == before.Pseudonym("ab") {
		t.Error("pseudonyms are those of the first key")
	}
}

func TestSigningKeyIs32Bytes(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", ",", "short", auth.NewSecret() + ",short", base64.StdEncoding.EncodeToString(make([]byte, 31)), "not base64 at all!"} {
		if _, err := auth.NewTokens(bad); err == nil {
			t.Errorf("%q is taken for a key", bad)
		}
	}
	if _, err := auth.NewTokens(auth.NewSecret() + "\n"); err != nil {
		t.Error(err)
	}
}

func TestLinksOpenOneFileForAWhile(t *testing.T) {
	t.Parallel()
	keys := tokens(t)
	expires, signature := keys.SignLink("evidence_1")
	if !keys.CheckLink("evidence_1", expires, signature) {
		t.Error("its own link is refused")
	}
	if keys.CheckLink("evidence_2", expires, signature) || keys.CheckLink("evidence_1", expires+1, signature) || keys.CheckLink("evidence_1", expires, "") {
		t.Error("a changed link opens")
	}
	other, err := auth.NewTokens(auth.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	if other.CheckLink("evidence_1", expires, signature) {
		t.Error("another server's link opens")
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	cheap := auth.Passwords{MemoryKiB: 64, Passes: 1}
	hashed := func(password string) string {
		hash, err := cheap.Hash(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	opens := func(cost auth.Passwords, hash, password string) bool {
		right, err := cost.Verify(t.Context(), hash, password)
		if err != nil {
			t.Fatal(err)
		}
		return right
	}
	hash := hashed("Tiếng Việt có dấu")
	if !opens(cheap, hash, "Tiếng Việt có dấu") || !opens(cheap, hash, "Tiê\u0301ng Viê\u0323t co\u0301 dâ\u0301u") {
		t.Error("the password is refused")
	}
	if hash == hashed("Tiếng Việt có dấu") {
		t.Error("two hashes of one password are equal")
	}
	for _, wrong := range []string{"", "tiếng việt có dấu", "Tieng Viet co dau"} {
		if opens(cheap, hash, wrong) {
			t.Errorf("%q opens", wrong)
		}
	}
	for _, bad := range []string{"", "plain", "$argon2i$v=19$m=64,t=1,p=4$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=x$AAAA$AAAA"} {
		if opens(cheap, bad, "") {
			t.Errorf("the hash %q opens", bad)
		}
	}
	if cheap.Outdated(hash) || !auth.DefaultPasswords.Outdated(hash) || !opens(auth.DefaultPasswords, hash, "Tiếng Việt có dấu") {
		t.Error("a hash does not carry its own cost")
	}
}

func TestSecretTokensAreKeptAsHashes(t *testing.T) {
	t.Parallel()
	token, hash := auth.NewSecretToken()
	again, _ := auth.NewSecretToken()
	if token == again || strings.Contains(hash, token) || auth.HashSecretToken(token) != hash || len(hash) != 64 {
		t.Error(token, hash)
	}
}
