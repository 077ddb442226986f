// Package auth proves who someone is: passwords, access tokens, refresh tokens, signed links. It keeps nothing and
// decides nothing about what they may do.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Passwords hashes passwords with argon2id (RFC 9106). The parameters live in each hash, so they can be raised later.
type Passwords struct {
	// MemoryKiB and Passes are the cost of a hash.
	MemoryKiB uint32
	Passes    uint32
}

// DefaultPasswords follows the second recommendation of RFC 9106 for memory-constrained servers.
var DefaultPasswords = Passwords{MemoryKiB: 64 << 10, Passes: 3}

const (
	saltBytes = 16
	keyBytes  = 32
	lanes     = 4
)

var encoding = base64.RawStdEncoding

// turns is how many passwords this process hashes at once, whatever arrives: each takes a processor and 64 MiB.
var turns = make(chan struct{}, runtime.GOMAXPROCS(0))

// Hash makes a PHC string: $argon2id$v=19$m=…,t=…,p=…$salt$key. It waits for its turn.
func (p Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt)
	key, err := p.derive(ctx, password, salt, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.MemoryKiB, p.Passes, lanes,
		encoding.EncodeToString(salt), encoding.EncodeToString(key)), err
}

// Verify compares in constant time, when its turn comes. It takes as long when there is no hash, so that nobody learns
// which accounts exist.
func (p Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	cost, salt, key, malformed := parsePHC(hash)
	if malformed != nil {
		cost, salt, key = p, make([]byte, saltBytes), make([]byte, keyBytes)
	}
	found, err := cost.derive(ctx, password, salt, len(key))
	return err == nil && malformed == nil && subtle.ConstantTimeCompare(found, key) == 1, err
}

func (p Passwords) derive(ctx context.Context, password string, salt []byte, length int) ([]byte, error) {
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey(plain(password), salt, p.Passes, p.MemoryKiB, lanes, uint32(length)), nil
}

// Outdated says that a hash was made with other parameters than those in use.
func (p Passwords) Outdated(hash string) bool {
	cost, _, _, err := parsePHC(hash)
	return err == nil && cost != p
}

func parsePHC(hash string) (cost Passwords, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, errors.New("not an argon2id hash")
	}
	var threads uint8
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.MemoryKiB, &cost.Passes, &threads); err != nil || threads != lanes {
		return cost, nil, nil, fmt.Errorf("parameters of the hash: %s", parts[3])
	}
	if salt, err = encoding.DecodeString(parts[4]); err != nil {
		return cost, nil, nil, err
	}
	key, err = encoding.DecodeString(parts[5])
	return cost, salt, key, err
}

// plain is the password in one Unicode form, since keyboards differ.
func plain(password string) []byte { return []byte(norm.NFC.String(password)) }
