package store

import (
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"

	"github.com/google/uuid"
)

// lowercase orders as the bytes do.
var lowercase = base32.HexEncoding.WithPadding(base32.NoPadding)

// newID makes a key that says its type and sorts by the time it was made, such as award_068d….
func newID(noun string) string {
	return keyOf(noun, uuid.Must(uuid.NewV7()))
}

// idFrom is before every key of the type made from an instant on.
func idFrom(noun string, instant time.Time) string {
	var key uuid.UUID
	var milliseconds [8]byte
	binary.BigEndian.PutUint64(milliseconds[:], uint64(instant.UnixMilli()))
	copy(key[:], milliseconds[2:])
	return keyOf(noun, key)
}

func keyOf(noun string, key uuid.UUID) string {
	return noun + "_" + strings.ToLower(lowercase.EncodeToString(key[:]))
}

// nounOf is the type an id says it has.
func nounOf(id string) string {
	noun, _, _ := strings.Cut(id, "_")
	return noun
}
