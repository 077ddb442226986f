package resolvers

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"

	"vinhdanh/internal/identity"
	"vinhdanh/model"
)

// attemptCookie keeps a sign-in with the browser while it is at the provider.
const attemptCookie = "vinhdanh_sign_in"

// challengeText is a SHA-256 in base64url.
var challengeText = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// providerSignIn is the way to an identity provider and back to the frontend, which gets a code that only it can trade for
// a session. Tokens are in no address, and nobody is sent anywhere but to the provider and the one frontend.
type providerSignIn struct {
	*Resolver
	provider *identity.Provider
	frontend string
}

// start sends the browser to the provider.
func (s *providerSignIn) start(w http.ResponseWriter, req *http.Request) {
	challenge := req.URL.Query().Get("challenge")
	if !challengeText.MatchString(challenge) {
		http.Error(w, "challenge: the SHA-256 of the frontend's verifier, in base64url", http.StatusBadRequest)
		return
	}
	address, attempt, err := s.provider.Start(req.Context(), challenge)
	if err != nil {
		s.fail(w, req, model.Errorf(model.CodeUnavailable, "unavailable"), err)
		return
	}
	kept, _ := json.Marshal(attempt) // texts and a time
	s.keep(w, s.Links.Seal(string(kept)), 600)
	http.Redirect(w, req, address, http.StatusSeeOther)
}

// callback takes who comes back from the provider to the frontend.
func (s *providerSignIn) callback(w http.ResponseWriter, req *http.Request) {
	s.keep(w, "", -1)
	proof, err := s.provider.Finish(req.Context(), s.attempt(req), req.URL.Query())
	if err != nil {
		s.fail(w, req, model.Errorf(model.CodeUnauthenticated, "session.ended"), err)
		return
	}
	code, err := s.Store.SignInAs(req.Context(), proof, s.attempt(req).Challenge)
	if err != nil {
		s.fail(w, req, refusalOf(err), err)
		return
	}
	s.toFrontend(w, req, "signInCode", code)
}

// attempt is the sign-in the browser kept; none when it kept nothing of ours.
func (s *providerSignIn) attempt(req *http.Request) (attempt identity.Attempt) {
	cookie, err := req.Cookie(attemptCookie)
	if err != nil {
		return attempt
	}
	if kept, ok := s.Links.Unseal(cookie.Value); ok {
		_ = json.Unmarshal([]byte(kept), &attempt)
	}
	return attempt
}

func (s *providerSignIn) keep(w http.ResponseWriter, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: attemptCookie, Value: value, Path: "/auth/oidc/", MaxAge: seconds, HttpOnly: true,
		Secure: s.provider.Secure(), SameSite: http.SameSiteLaxMode})
}

// fail logs why a sign-in failed and tells the frontend the code of the refusal alone.
func (s *providerSignIn) fail(w http.ResponseWriter, req *http.Request, refusal *model.Error, cause error) {
	slog.WarnContext(req.Context(), "sign-in at the provider failed", "code", refusal.Code, "error", cause)
	s.toFrontend(w, req, "signInError", string(refusal.Code))
}

// toFrontend puts one word into the fragment, which browsers send to no server.
func (s *providerSignIn) toFrontend(w http.ResponseWriter, req *http.Request, name, value string) {
	http.Redirect(w, req, s.frontend+"#"+url.Values{name: {value}}.Encode(), http.StatusSeeOther)
}
