package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

// IssuerSettings are whose bearer tokens are accepted.
type IssuerSettings struct {
	Issuer, Audience string
	// KeysURL is where its keys are; asked of the issuer when left out.
	KeysURL string
}

// Issuer reads bearer tokens of an external issuer. Its keys are fetched when first needed, every hour, and for a key id
// nobody has seen, but not more often than once a minute, so that made-up key ids do not hammer it.
type Issuer struct {
	settings IssuerSettings
	parser   *jwt.Parser
	keys     lazily[keyfunc.Keyfunc]
}

const (
	// maxToken bounds what is parsed at all.
	maxToken = 8 << 10
	leeway   = 30 * time.Second
)

// unknownKeys is how often keys are fetched for key ids nobody has seen.
var unknownKeys = rate.Every(time.Minute)

// NewIssuer describes an issuer. Its keys are kept fresh until the context ends.
func NewIssuer(ctx context.Context, settings IssuerSettings) *Issuer {
	i := &Issuer{settings: settings, parser: jwt.NewParser(jwt.WithValidMethods(trusted), jwt.WithIssuer(settings.Issuer),
		jwt.WithAudience(settings.Audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway))}
	i.keys.make = func(asking context.Context) (keyfunc.Keyfunc, error) {
		address, err := i.keysURL(asking)
		if err != nil {
			return nil, err
		}
		return keyfunc.NewDefaultOverrideCtx(ctx, []string{address}, keyfunc.Override{Client: client, HTTPTimeout: patience,
			RefreshUnknownKID: rate.NewLimiter(unknownKeys, 1), RateLimitWaitMax: patience,
			RefreshErrorHandlerFunc: func(address string) func(context.Context, error) {
				return func(ctx context.Context, err error) {
					slog.WarnContext(ctx, "keys of the issuer not fetched", "url", address, "error", err)
				}
			}})
	}
	return i
}

func (i *Issuer) keysURL(ctx context.Context) (string, error) {
	if i.settings.KeysURL != "" {
		return i.settings.KeysURL, nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, client), i.settings.Issuer)
	if err != nil {
		return "", fmt.Errorf("discover the issuer: %w", err)
	}
	var told struct {
		KeysURL string `json:"jwks_uri"`
	}
	return told.KeysURL, provider.Claims(&told)
}

// Claims says whether a token says to be of this issuer, without believing it.
func (i *Issuer) Claims(token string) bool {
	if i == nil || len(token) > maxToken {
		return false
	}
	said := new(jwt.RegisteredClaims)
	_, _, err := i.parser.ParseUnverified(token, said)
	return err == nil && said.Issuer == i.settings.Issuer
}

// Read checks a token and says whose it is.
func (i *Issuer) Read(ctx context.Context, token string) (Proof, error) {
	if len(token) > maxToken {
		return Proof{}, errors.New("token too long")
	}
	keys, err := i.keys.get(ctx)
	if err != nil {
		return Proof{}, err
	}
	claims := new(jwt.RegisteredClaims)
	if _, err := i.parser.ParseWithClaims(token, claims, keys.KeyfuncCtx(ctx)); err != nil {
		return Proof{}, fmt.Errorf("read token: %w", err)
	}
	return Proof{Issuer: i.settings.Issuer, Subject: claims.Subject, Expires: claims.ExpiresAt.Time}, checkSubject(claims.Subject)
}
