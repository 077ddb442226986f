package resolvers_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/identity"
	"vinhdanh/internal/message"
	"vinhdanh/resolvers"
)

// verifier is what the tests' frontend keeps while people are at the provider.
const verifier = "a verifier of the frontend, 43 characters or more"

const frontend = "https://frontend.example/home"

// trusting is the server of a test with the office's provider.
func (s *server) trusting(t *testing.T, o *office, claim string) *server {
	t.Helper()
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := &resolvers.Resolver{Store: s.store, Links: s.store.Tokens, Words: words}
	return &server{t: t, store: s.store, settings: s.settings, handler: r.Handler(resolvers.Options{Frontend: frontend,
		Provider: identity.NewProvider(identity.ProviderSettings{Issuer: o.server.URL, ClientID: clientID, ClientSecret: clientSecret, RedirectURL: redirectURL, LinkClaim: claim}),
		Issuer:   identity.NewIssuer(t.Context(), identity.IssuerSettings{Issuer: o.server.URL, Audience: clientID})})}
}

// get asks the server as a browser does, and tells where it is sent with which cookies.
func (s *server) get(address string, cookies ...*http.Cookie) (status int, location string, set []*http.Cookie) {
	s.t.Helper()
	request := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, address, nil)
	for _, c := range cookies {
		request.AddCookie(c)
	}
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	response := recorder.Result()
	defer response.Body.Close()
	return response.StatusCode, response.Header.Get("Location"), response.Cookies()
}

// atProvider signs in at the provider as a person does, with its login page, and gives the address it sends the browser to.
func atProvider(t *testing.T, address, username string) string {
	t.Helper()
	browser := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), redirectURL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	ask := func(method, address string, form url.Values) (at *url.URL, location, page string) {
		request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := browser.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var text strings.Builder
		_ = response.Write(&text)
		return response.Request.URL, response.Header.Get("Location"), text.String()
	}
	login, _, page := ask(http.MethodGet, address, nil)
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page)
	if id == nil {
		t.Fatalf("the provider shows no login page:\n%s", page)
	}
	_, location, page := ask(http.MethodPost, login.Scheme+"://"+login.Host+"/login/username",
		url.Values{"username": {username}, "password": {"secret"}, "id": {id[1]}})
	if !strings.HasPrefix(location, redirectURL) {
		t.Fatalf("the provider sends the browser to %q:\n%s", location, page)
	}
	return location
}

// begin sends a browser to the provider.
func (s *server) begin(t *testing.T) (address string, kept *http.Cookie) {
	t.Helper()
	status, address, cookies := s.get("/auth/oidc/start?challenge=" + auth.Challenge(verifier))
	if status != http.StatusSeeOther || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode {
		t.Fatalf("starting answers %d with %v to %s", status, cookies, address)
	}
	return address, cookies[0]
}

// finish comes back from the provider and tells what the frontend hears.
func (s *server) finish(t *testing.T, address string, kept ...*http.Cookie) url.Values {
	t.Helper()
	_, location, _ := s.get(strings.TrimPrefix(address, "http://honours.example"), kept...)
	page, fragment, _ := strings.Cut(location, "#")
	if page != frontend {
		t.Fatalf("coming back leads to %q", location)
	}
	heard, err := url.ParseQuery(fragment)
	if err != nil {
		t.Fatal(err)
	}
	return heard
}

func (s *server) exchange(code, verifier string) reply {
	s.t.Helper()
	return s.as("", `mutation($c: String!, $v: String!) { exchangeSignInCode(input: {code: $c, verifier: $v}) { session { accessToken } viewer { account { username identities { subject } } roles { role } } } }`,
		map[string]any{"c": code, "v": verifier})
}

func (s *server) link(username, issuer, subject string) reply {
	s.t.Helper()
	return s.as("admin", `mutation($u: String!, $i: String!, $s: String!) { linkIdentity(input: {username: $u, issuer: $i, subject: $s}) { identity { id } } }`,
		map[string]any{"u": username, "i": issuer, "s": subject})
}

func TestPeopleSignInAtTheOfficesProvider(t *testing.T) {
	t.Parallel()
	o := startOffice(t)
	onBoth(t, small, func(t *testing.T, s *server) {
		s = s.trusting(t, o, "")
		linked := s.link("h2", o.server.URL, "1001")
		if linked.code() != "" || s.link("h3", o.server.URL, "1001").code() != "CONFLICT" || s.link("h2", o.server.URL, "9").code() != "CONFLICT" ||
			s.link("admin", o.server.URL, "8").code() != "FORBIDDEN" || s.link("nobody", o.server.URL, "7").code() != "BAD_USER_INPUT" {
			t.Fatalf("linking: %s", linked.Text)
		}
		address, kept := s.begin(t)
		if query := must(url.Parse(address)).Query(); query.Get("code_challenge_method") != "S256" || query.Get("nonce") == "" || query.Get("state") == "" {
			t.Errorf("the provider is asked %s", address)
		}
		back := atProvider(t, address, "h2")
		heard := s.finish(t, back, kept)
		code := heard.Get("signInCode")
		if r := s.exchange(code, verifier); r.at("exchangeSignInCode.viewer.account.username") != "h2" || r.at("exchangeSignInCode.viewer.roles.0.role") != "DEPARTMENT_HEAD" {
			t.Fatalf("heard %v, and the code gives %s", heard, r.Text)
		} else {
			s.tokens.Store("h2", r.at("exchangeSignInCode.session.accessToken"))
		}
		if r := s.must("h2", `{ viewer { account { username } sessions { current } } }`, nil); r.at("viewer.sessions.0.current") != true {
			t.Errorf("the session is like any other: %s", r.Text)
		}
		if r := s.exchange(code, verifier); r.code() != "UNAUTHENTICATED" {
			t.Errorf("a code works twice: %s", r.Text)
		}
		if heard := s.finish(t, back, kept); heard.Get("signInError") != "UNAUTHENTICATED" {
			t.Errorf("the provider's code works twice: %v", heard)
		}
		s.must("admin", `mutation($id: ID!) { unlinkIdentity(input: {identityId: $id}) { account { identities { id } } } }`, map[string]any{"id": linked.at("linkIdentity.identity.id")})
		if r := s.as("h2", `{ viewer { account { username } } }`, nil); r.code() != "UNAUTHENTICATED" {
			t.Errorf("unlinked, the session goes on: %s", r.Text)
		}
	})
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestSignInsAtTheProviderThatAreRefused(t *testing.T) {
	t.Parallel()
	o := startOffice(t)
	onBoth(t, small, func(t *testing.T, s *server) {
		s = s.trusting(t, o, "")
		s.link("h2", o.server.URL, "1001")
		for _, challenge := range []string{"", "short", auth.Challenge("x") + "&return=https://evil.example&challenge=x;"} {
			if status, _, _ := s.get("/auth/oidc/start?challenge=" + url.QueryEscape(challenge)); status != http.StatusBadRequest {
				t.Errorf("the challenge %q is answered %d", challenge, status)
			}
		}
		address, kept := s.begin(t)
		back := atProvider(t, address, "h2")
		_, other := s.begin(t)
		changed := *kept
		changed.Value = "x" + kept.Value
		for name, heard := range map[string]url.Values{
			"without the cookie":          s.finish(t, back),
			"with another's cookie":       s.finish(t, back, other),
			"with a changed cookie":       s.finish(t, back, &changed),
			"with another state":          s.finish(t, strings.Replace(back, "state=", "state=x", 1), kept),
			"with a made-up code":         s.finish(t, strings.Replace(back, "code=", "code=x", 1), kept),
			"refused by the provider":     s.finish(t, redirectURL+"?error=access_denied&state="+must(url.Parse(back)).Query().Get("state"), kept),
			"from nowhere":                s.finish(t, redirectURL),
			"with another provider's iss": s.finish(t, back+"&iss=https://evil.example", kept),
		} {
			if heard.Get("signInError") != "UNAUTHENTICATED" || heard.Has("signInCode") {
				t.Errorf("%s: %v", name, heard)
			}
		}
		if code := s.finish(t, back, kept).Get("signInCode"); s.exchange(code, strings.Repeat("x", 43)).code() != "UNAUTHENTICATED" || s.exchange(code, verifier).code() != "UNAUTHENTICATED" {
			t.Error("a code opens a session for a frontend that did not ask, or is not used up by trying")
		}
		enter := func(username string) url.Values {
			address, kept := s.begin(t)
			return s.finish(t, atProvider(t, address, username), kept)
		}
		if heard := enter("h3"); heard.Get("signInError") != "FORBIDDEN" {
			t.Errorf("an identity nobody linked: %v", heard)
		}
		code := enter("h2").Get("signInCode")
		s.must("admin", `mutation { updateAccount(input: {username: "h2", expectedVersion: 1, disabled: true}) { account { disabled } } }`, nil)
		if r := s.exchange(code, verifier); r.code() != "UNAUTHENTICATED" {
			t.Errorf("disabled before the exchange: %s", r.Text)
		}
		if heard := enter("h2"); heard.Get("signInError") != "FORBIDDEN" {
			t.Errorf("disabled: %v", heard)
		}
	})
}

func TestFirstSignInLinksByTheTrustedClaimAlone(t *testing.T) {
	t.Parallel()
	o := startOffice(t)
	onBoth(t, small, func(t *testing.T, s *server) {
		enter := func(claim, username string) url.Values {
			s := s.trusting(t, o, claim)
			address, kept := s.begin(t)
			return s.finish(t, atProvider(t, address, username), kept)
		}
		s = s.trusting(t, o, "")
		if heard := enter("preferred_username", "nobody.here"); heard.Get("signInError") != "FORBIDDEN" || s.must("admin", `{ accounts(text: "nobody") { totalCount } }`, nil).at("accounts.totalCount") != 0.0 {
			t.Errorf("a person without an account: %v", heard)
		}
		if heard := enter("email", "h3"); heard.Get("signInError") != "FORBIDDEN" {
			t.Errorf("an address nobody verified: %v", heard)
		}
		if r := s.exchange(enter("preferred_username", "h2").Get("signInCode"), verifier); r.at("exchangeSignInCode.viewer.account.username") != "h2" ||
			r.at("exchangeSignInCode.viewer.account.identities.0.subject") != "1001" {
			t.Errorf("the first sign-in: %s", r.Text)
		}
		if r := s.exchange(enter("", "h2").Get("signInCode"), verifier); r.code() != "" {
			t.Errorf("the next one needs no claim: %s", r.Text)
		}
		// Who has another identity of the provider already is not taken over.
		s.link("h3", o.server.URL, "someone-else")
		if heard := enter("preferred_username", "h3"); heard.Get("signInError") != "CONFLICT" {
			t.Errorf("an account with another identity: %v", heard)
		}
	})
}

func TestTheServerOutlivesItsProvider(t *testing.T) {
	t.Parallel()
	o := startOffice(t)
	o.down.Store(true)
	onBoth(t, small, func(t *testing.T, s *server) {
		s = s.trusting(t, o, "")
		if status, location, _ := s.get("/auth/oidc/start?challenge=" + auth.Challenge(verifier)); location != frontend+"#signInError=UNAVAILABLE" {
			t.Errorf("a provider that is down: %d %s", status, location)
		}
		if r := s.withToken(o.forge(t, jwt.SigningMethodRS256, o.key().private, func(jwt.MapClaims, map[string]any) {})); r.code() != "UNAUTHENTICATED" {
			t.Errorf("a bearer token meanwhile: %s", r.Text)
		}
		s.must("h2", `{ viewer { account { username } } }`, nil)
	})
}

// withToken asks who one is with a bearer token.
func (s *server) withToken(token string) reply {
	s.t.Helper()
	body, _ := json.Marshal(map[string]any{"query": `{ viewer { account { username } roles { role } sessions { id } } }`})
	return s.send(http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + token}}, body)
}

// accessToken fetches a token of the provider as another program of the office would.
func (o *office) accessToken(t *testing.T) string {
	t.Helper()
	form := url.Values{"client_id": {clientID}, "redirect_uri": {redirectURL}, "response_type": {"code"}, "scope": {"openid"}, "state": {"x"}}
	back := must(url.Parse(atProvider(t, o.server.URL+"/auth?"+form.Encode(), "h2")))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.server.URL+"/oauth/token", strings.NewReader(url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {redirectURL}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(clientID, url.QueryEscape(clientSecret))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&tokens); err != nil || tokens.AccessToken == "" {
		t.Fatalf("the provider gives no token: %d %v", response.StatusCode, err)
	}
	return tokens.AccessToken
}

func TestBearerTokensOfTheIssuerSpeakForTheLinkedAccount(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		o := startOffice(t)
		s = s.trusting(t, o, "")
		token := o.accessToken(t)
		if r := s.withToken(token); r.code() != "UNAUTHENTICATED" || r.Status != http.StatusUnauthorized {
			t.Errorf("a token of nobody's: %d %s", r.Status, r.Text)
		}
		s.link("h2", o.server.URL, "1001")
		if r := s.withToken(token); r.at("viewer.account.username") != "h2" || r.at("viewer.roles.0.role") != "DEPARTMENT_HEAD" {
			t.Errorf("a token of h2: %s", r.Text)
		}
		o.rotate(t)
		if r := s.withToken(o.accessToken(t)); r.at("viewer.account.username") != "h2" {
			t.Errorf("with the issuer's next key: %s", r.Text)
		}
		if r := s.withToken(token); r.code() != "UNAUTHENTICATED" {
			t.Errorf("with a key the issuer withdrew: %s", r.Text)
		}
		asked := o.keysAsked.Load()
		for range 30 {
			if r := s.withToken(o.forge(t, jwt.SigningMethodRS256, o.key().private, func(_ jwt.MapClaims, h map[string]any) { h["kid"] = rand.Text() })); r.code() != "UNAUTHENTICATED" {
				t.Errorf("a key id nobody has: %s", r.Text)
			}
		}
		if again := o.keysAsked.Load() - asked; again > 1 {
			t.Errorf("30 made-up key ids ask the issuer %d times", again)
		}
		s.must("admin", `mutation { updateAccount(input: {username: "h2", expectedVersion: 1, disabled: true}) { account { disabled } } }`, nil)
		if r := s.withToken(o.accessToken(t)); r.code() != "UNAUTHENTICATED" {
			t.Errorf("a disabled account: %s", r.Text)
		}
	})
}

// TestForgedBearerTokensAreRefused spoils one thing at a time (RFC 8725).
func TestForgedBearerTokensAreRefused(t *testing.T) {
	t.Parallel()
	o := startOffice(t)
	s := serve(t, "sqlite", small).trusting(t, o, "")
	s.link("h2", o.server.URL, "1001")
	right := o.key().private
	asIs := func(jwt.MapClaims, map[string]any) {}
	if r := s.withToken(o.forge(t, jwt.SigningMethodRS256, right, asIs)); r.at("viewer.account.username") != "h2" {
		t.Fatalf("the unspoilt token: %s", r.Text)
	}
	other := must(rsa.GenerateKey(rand.Reader, 2048))
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	public := must(x509.MarshalPKIXPublicKey(right.Public()))
	claim := func(name string, value any) string {
		return o.forge(t, jwt.SigningMethodRS256, right, func(c jwt.MapClaims, _ map[string]any) { c[name] = value })
	}
	without := func(name string) string {
		return o.forge(t, jwt.SigningMethodRS256, right, func(c jwt.MapClaims, _ map[string]any) { delete(c, name) })
	}
	header := func(name string, value any) string {
		return o.forge(t, jwt.SigningMethodRS256, other, func(_ jwt.MapClaims, h map[string]any) { h[name] = value })
	}
	own, _ := s.store.Tokens.Access("account_1", "session_1")
	for name, token := range map[string]string{
		"no algorithm":           o.forge(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, asIs),
		"public key as a secret": o.forge(t, jwt.SigningMethodHS256, public, asIs),
		"modulus as a secret":    o.forge(t, jwt.SigningMethodHS256, right.N.Bytes(), asIs),
		"an algorithm not asked": o.forge(t, jwt.SigningMethodRS512, right, asIs),
		"another key":            o.forge(t, jwt.SigningMethodRS256, other, asIs),
		"a key of another kind":  o.forge(t, jwt.SigningMethodES256, curve, asIs),
		"a third kind":           o.forge(t, jwt.SigningMethodEdDSA, edwards, asIs),
		"a key in the header":    header("jwk", map[string]any{"kty": "RSA", "e": "AQAB", "n": "x"}),
		"a key set in the header": o.forge(t, jwt.SigningMethodRS256, other, func(_ jwt.MapClaims, h map[string]any) {
			h["jku"], h["kid"] = "http://127.0.0.1:1/keys", "x"
		}),
		"a certificate":        header("x5u", "http://127.0.0.1:1/"),
		"a key id of any type": header("kid", 7),
		"another audience":     claim("aud", "someone else"),
		"no audience":          without("aud"),
		"expired":              claim("exp", time.Now().Add(-time.Minute).Unix()),
		"no expiry":            without("exp"),
		"not yet":              claim("nbf", time.Now().Add(time.Hour).Unix()),
		"from the future":      claim("iat", time.Now().Add(time.Hour).Unix()),
		"another issuer":       claim("iss", "https://evil.example"),
		"our own issuer":       claim("iss", "vinh-danh"),
		"no issuer":            without("iss"),
		"no subject":           without("sub"),
		"an empty subject":     claim("sub", ""),
		"NUL in the subject":   claim("sub", "1001\x00"),
		"a stranger":           claim("sub", "1002"),
		"too long":             claim("padding", strings.Repeat("x", 9<<10)),
		"our own, of nobody":   own,
	} {
		if r := s.withToken(token); r.code() != "UNAUTHENTICATED" || r.Data != nil {
			t.Errorf("%s: %s", name, r.Text)
		}
	}
}
