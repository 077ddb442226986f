package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/golang-jwt/jwt/v5"
)

// How long tokens live, in real time.
const (
	AccessLifetime  = 10 * time.Minute
	SessionLifetime = 14 * 24 * time.Hour
	leeway          = 30 * time.Second
)

const (
	issuer   = "vinh-danh"
	audience = "vinh-danh-api"
	// maxToken bounds what is parsed at all.
	maxToken = 8 << 10
)

// Tokens signs and reads access tokens (JWT, EdDSA), links and other small texts. It has one key or, while keys are
// changed, several: the first signs, all are accepted.
type Tokens struct {
	keys   []key
	parser *jwt.Parser
}

// key is one signing key. Its name follows from it, so that servers agree on it.
type key struct {
	id      string
	private ed25519.PrivateKey
}

// Claims is what an access token says: which account in which session. Roles are looked up, never carried.
type Claims struct {
	jwt.RegisteredClaims
	SessionID string `json:"sid"`
}

// NewSecret makes a signing key.
func NewSecret() string {
	secret := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(secret)
	return base64.StdEncoding.EncodeToString(secret)
}

// NewTokens takes signing keys, each 32 bytes in base64, separated by commas or blanks.
func NewTokens(secrets string) (*Tokens, error) {
	t := &Tokens{parser: jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(issuer),
		jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway))}
	for _, secret := range strings.FieldsFunc(secrets, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		seed, err := base64.StdEncoding.DecodeString(secret)
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, errors.New("a signing key is not 32 bytes in base64")
		}
		private := ed25519.NewKeyFromSeed(seed)
		public := sha256.Sum256(private.Public().(ed25519.PublicKey))
		t.keys = append(t.keys, key{id: hex.EncodeToString(public[:8]), private: private})
	}
	if len(t.keys) == 0 {
		return nil, errors.New("there is no signing key")
	}
	return t, nil
}

// Access signs an access token for a session.
func (t *Tokens) Access(accountID, sessionID string) (token string, expires time.Time) {
	now := time.Now()
	expires = now.Add(AccessLifetime).UTC().Truncate(time.Second)
	unsigned := jwt.NewWithClaims(jwt.SigningMethodEdDSA, Claims{SessionID: sessionID, RegisteredClaims: jwt.RegisteredClaims{
		Subject: accountID, Issuer: issuer, Audience: jwt.ClaimStrings{audience},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
	}})
	unsigned.Header["kid"] = t.keys[0].id
	token, _ = unsigned.SignedString(t.keys[0].private) // Ed25519 does not fail
	return token, expires
}

// Read checks an access token and says whose it is.
func (t *Tokens) Read(token string) (*Claims, error) {
	if len(token) > maxToken {
		return nil, errors.New("token too long")
	}
	claims := new(Claims)
	_, err := t.parser.ParseWithClaims(token, claims, func(parsed *jwt.Token) (any, error) {
		for _, k := range t.keys {
			if parsed.Header["kid"] == k.id {
				return k.private.Public(), nil
			}
		}
		return nil, errors.New("unknown key")
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("read token: %w", err)
	case claims.Subject == "" || claims.SessionID == "" || strings.ContainsRune(claims.Subject+claims.SessionID, 0):
		return nil, errors.New("token without a subject")
	}
	return claims, nil
}

// NewSecretToken makes an opaque secret of 256 bits, to refresh a session or reset a password; only its hash is stored.
func NewSecretToken() (token, hash string) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	token = base64.RawURLEncoding.EncodeToString(secret)
	return token, HashSecretToken(token)
}

// HashSecretToken is how such a token is looked up.
func HashSecretToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
