package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// ProviderSettings are what the office agreed on with its provider.
type ProviderSettings struct {
	Issuer, ClientID, ClientSecret string
	// RedirectURL is where the provider sends people back to: …/auth/oidc/callback of this server.
	RedirectURL string
	// LinkClaim names the claim that holds the username, such as preferred_username, for those who sign in for the first
	// time; "" trusts none.
	LinkClaim string
}

// Provider is where people sign in.
type Provider struct {
	settings   ProviderSettings
	discovered lazily[*oidc.Provider]
}

// Attempt is one sign-in under way; the browser keeps it while it is at the provider.
type Attempt struct {
	State, Nonce, Verifier string
	// Challenge is that of the frontend which will trade the code of the sign-in for a session.
	Challenge string
	Expires   time.Time
}

// attemptTime is how long one may take at the provider.
const attemptTime = 10 * time.Minute

// NewProvider describes a provider; it is asked when it is first needed.
func NewProvider(settings ProviderSettings) *Provider {
	p := &Provider{settings: settings}
	p.discovered.make = func(ctx context.Context) (*oidc.Provider, error) {
		return oidc.NewProvider(oidc.ClientContext(ctx, client), settings.Issuer)
	}
	return p
}

// Secure says whether the server is reached over TLS.
func (p *Provider) Secure() bool { return strings.HasPrefix(p.settings.RedirectURL, "https://") }

// Start gives the address to send the browser to.
func (p *Provider) Start(ctx context.Context, challenge string) (address string, attempt Attempt, err error) {
	provider, err := p.discovered.get(ctx)
	if err != nil {
		return "", attempt, fmt.Errorf("discover the identity provider: %w", err)
	}
	attempt = Attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Challenge: challenge,
		Expires: time.Now().Add(attemptTime)}
	return p.oauth(provider).AuthCodeURL(attempt.State, oidc.Nonce(attempt.Nonce), oauth2.S256ChallengeOption(attempt.Verifier)), attempt, nil
}

func (p *Provider) oauth(provider *oidc.Provider) *oauth2.Config {
	scopes := []string{oidc.ScopeOpenID}
	if p.settings.LinkClaim != "" {
		scopes = append(scopes, "profile", "email")
	}
	return &oauth2.Config{ClientID: p.settings.ClientID, ClientSecret: p.settings.ClientSecret, RedirectURL: p.settings.RedirectURL,
		Endpoint: provider.Endpoint(), Scopes: scopes}
}

// Finish checks what the browser brought back and asks the provider who it is.
func (p *Provider) Finish(ctx context.Context, attempt Attempt, answer url.Values) (Proof, error) {
	switch {
	case attempt.State == "" || answer.Get("state") != attempt.State:
		return Proof{}, errors.New("the answer belongs to another sign-in")
	case time.Now().After(attempt.Expires):
		return Proof{}, errors.New("the sign-in took too long")
	case answer.Get("error") != "":
		return Proof{}, fmt.Errorf("the provider refused: %.100q", answer.Get("error"))
	case answer.Has("iss") && answer.Get("iss") != p.settings.Issuer:
		return Proof{}, errors.New("the answer is from another provider")
	}
	provider, err := p.discovered.get(ctx)
	if err != nil {
		return Proof{}, fmt.Errorf("discover the identity provider: %w", err)
	}
	ctx = oidc.ClientContext(ctx, client)
	token, err := p.oauth(provider).Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(attempt.Verifier))
	if err != nil {
		return Proof{}, fmt.Errorf("trade the code: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: p.settings.ClientID, SupportedSigningAlgs: trusted}).Verify(ctx, raw)
	if err != nil {
		return Proof{}, fmt.Errorf("check the id token: %w", err)
	}
	if id.Nonce != attempt.Nonce {
		return Proof{}, errors.New("the id token belongs to another sign-in")
	}
	if err := checkSubject(id.Subject); err != nil {
		return Proof{}, err
	}
	username, err := p.username(ctx, provider, id, token)
	return Proof{Issuer: id.Issuer, Subject: id.Subject, Username: username}, err
}

// username is what the trusted claim says, in the id token or where the provider tells about its users.
func (p *Provider) username(ctx context.Context, provider *oidc.Provider, id *oidc.IDToken, token *oauth2.Token) (string, error) {
	if p.settings.LinkClaim == "" {
		return "", nil
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return "", fmt.Errorf("read the claims: %w", err)
	}
	if _, told := claims[p.settings.LinkClaim]; !told && provider.UserInfoEndpoint() != "" {
		user, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return "", fmt.Errorf("ask about the user: %w", err)
		}
		if user.Subject != id.Subject {
			return "", errors.New("the provider tells about someone else")
		}
		if err := user.Claims(&claims); err != nil {
			return "", fmt.Errorf("read the claims: %w", err)
		}
	}
	if p.settings.LinkClaim == "email" && claims["email_verified"] != true {
		return "", nil
	}
	name, _ := claims[p.settings.LinkClaim].(string)
	return name, nil
}

// checkSubject refuses subjects that could not be told from others.
func checkSubject(subject string) error {
	if subject == "" || len(subject) > 255 || strings.ContainsRune(subject, 0) {
		return errors.New("the token names nobody")
	}
	return nil
}
