package auth

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

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

// Tokens signs and reads access tokens (JWT, EdDSA) and signs links, all from one secret.
type Tokens struct {
	keyID   string
	private ed25519.PrivateKey
	links   []byte
	parser  *jwt.Parser
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

// NewTokens takes a signing key: 32 bytes in base64.
func NewTokens(secret string) (*Tokens, error) {
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(secret))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.New("the signing key is not 32 bytes in base64")
	}
	private := ed25519.NewKeyFromSeed(seed)
	public := sha256.Sum256(private.Public().(ed25519.PublicKey))
	links := hmac.New(sha256.New, seed)
	links.Write([]byte("links"))
	return &Tokens{
		keyID: hex.EncodeToString(public[:8]), private: private, links: links.Sum(nil),
		parser: jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(issuer),
			jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway)),
	}, nil
}

// Access signs an access token for a session.
func (t *Tokens) Access(accountID, sessionID string) (token string, expires time.Time) {
	now := time.Now()
	expires = now.Add(AccessLifetime).UTC().Truncate(time.Second)
	unsigned := jwt.NewWithClaims(jwt.SigningMethodEdDSA, Claims{SessionID: sessionID, RegisteredClaims: jwt.RegisteredClaims{
		Subject: accountID, Issuer: issuer, Audience: jwt.ClaimStrings{audience},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
	}})
	unsigned.Header["kid"] = t.keyID
	token, _ = unsigned.SignedString(t.private) // Ed25519 does not fail
	return token, expires
}

// Read checks an access token and says whose it is.
func (t *Tokens) Read(token string) (*Claims, error) {
	if len(token) > maxToken {
		return nil, errors.New("token too long")
	}
	claims := new(Claims)
	_, err := t.parser.ParseWithClaims(token, claims, func(parsed *jwt.Token) (any, error) {
		if parsed.Header["kid"] != t.keyID {
			return nil, errors.New("unknown key")
		}
		return t.private.Public(), nil
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("read token: %w", err)
	case claims.Subject == "" || claims.SessionID == "" || strings.ContainsRune(claims.Subject+claims.SessionID, 0):
		return nil, errors.New("token without a subject")
	}
	return claims, nil
}

// NewRefreshToken makes an opaque secret of 256 bits; only its hash is stored.
func NewRefreshToken() (token, hash string) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	token = base64.RawURLEncoding.EncodeToString(secret)
	return token, HashRefreshToken(token)
}

// HashRefreshToken is how a refresh token is looked up.
func HashRefreshToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// linkLifetime is how long a download link works, in real time.
const linkLifetime = 5 * time.Minute

// SignLink gives the expiry and signature that let one fetch a file without a token for a few minutes.
func (t *Tokens) SignLink(id string) (expires int64, signature string) {
	expires = time.Now().Add(linkLifetime).Unix()
	return expires, t.linkSignature(id, expires)
}

// CheckLink says whether a signature is ours and has not expired.
func (t *Tokens) CheckLink(id string, expires int64, signature string) bool {
	return time.Now().Unix() <= expires && hmac.Equal([]byte(signature), []byte(t.linkSignature(id, expires)))
}

func (t *Tokens) linkSignature(id string, expires int64) string {
	mac := hmac.New(sha256.New, t.links)
	fmt.Fprintf(mac, "%s\n%d", id, expires)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
