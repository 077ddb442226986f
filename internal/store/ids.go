package store

import (
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// lowercase orders as the bytes do.
var lowercase = base32.HexEncoding.WithPadding(base32.NoPadding)

// newID makes a key that says its type and sorts by the time it was made, such as award_068d….
func newID(noun string) string {
	key := uuid.Must(uuid.NewV7())
	return noun + "_" + strings.ToLower(lowercase.EncodeToString(key[:]))
}

// nounOf is the type an id says it has.
func nounOf(id string) string {
	noun, _, _ := strings.Cut(id, "_")
	return noun
}
