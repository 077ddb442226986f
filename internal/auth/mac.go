package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// The purposes of signatures; what is signed for one is of no use for another.
const (
	forLinks    = "links"
	forCounters = "counters"
	forSeals    = "seals"
)

// mac signs a text for one purpose.
func (k key) mac(purpose, text string) []byte {
	derived := hmac.New(sha256.New, k.private.Seed())
	derived.Write([]byte(purpose))
	mac := hmac.New(sha256.New, derived.Sum(nil))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// sign gives the signature of a text by the first key.
func (t *Tokens) sign(purpose, text string) string {
	return base64.RawURLEncoding.EncodeToString(t.keys[0].mac(purpose, text))
}

// signed says whether a signature was given by one of the keys.
func (t *Tokens) signed(purpose, text, signature string) bool {
	given, err := base64.RawURLEncoding.DecodeString(signature)
	for _, k := range t.keys {
		if err == nil && hmac.Equal(given, k.mac(purpose, text)) {
			return true
		}
	}
	return false
}

// linkLifetime is how long a download link works, in real time.
const linkLifetime = 5 * time.Minute

// SignLink gives the expiry and signature that let one fetch a file without a token for a few minutes.
func (t *Tokens) SignLink(id string) (expires int64, signature string) {
	expires = time.Now().Add(linkLifetime).Unix()
	return expires, t.sign(forLinks, linkText(id, expires))
}

// CheckLink says whether a signature is ours and has not expired.
func (t *Tokens) CheckLink(id string, expires int64, signature string) bool {
	return time.Now().Unix() <= expires && t.signed(forLinks, linkText(id, expires), signature)
}

func linkText(id string, expires int64) string { return fmt.Sprintf("%s\n%d", id, expires) }

// Pseudonym stands for a name or an address where it must not be readable: a keyed hash, the same on every server.
func (t *Tokens) Pseudonym(parts ...string) string {
	return hex.EncodeToString(t.keys[0].mac(forCounters, strings.Join(parts, "\x00")))
}

// Seal hands a text to a browser that cannot change it.
func (t *Tokens) Seal(text string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(text)) + "." + t.sign(forSeals, text)
}

// Unseal gives back what was sealed.
func (t *Tokens) Unseal(sealed string) (text string, ok bool) {
	encoded, signature, _ := strings.Cut(sealed, ".")
	plain, err := base64.RawURLEncoding.DecodeString(encoded)
	return string(plain), err == nil && t.signed(forSeals, string(plain), signature)
}

// Challenge is what shows, before a secret is told, that one has it (RFC 7636, S256).
func Challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
