// Package names folds and sorts Vietnamese names. It knows nothing of whose names they are.
package names

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Fold is the form in which texts are searched: lower case, without marks, đ as d, single spaces.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r): // tone and vowel marks
			continue
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == 'đ':
			r = 'd'
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// collators are pooled: one is not safe for concurrent use.
var collators = sync.Pool{New: func() any { return collate.New(language.Vietnamese) }}

// PersonKey sorts people as a Vietnamese register does: by given name, then middle, then family name.
// Keys compare as bytes; the collation is that of golang.org/x/text for vi.
func PersonKey(fullName string) []byte {
	words := strings.Fields(fullName)
	if len(words) == 0 {
		return []byte{0}
	}
	given, rest := words[len(words)-1], words[:len(words)-1]
	middle, family := "", ""
	if len(rest) > 0 {
		family, middle = rest[0], strings.Join(rest[1:], " ")
	}
	return join(given, middle, family)
}

// PlainKey sorts names of units, word by word from the front.
func PlainKey(name string) []byte { return join(name) }

// join concatenates collation keys with a zero byte, which sorts before every key.
func join(parts ...string) []byte {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	var buf collate.Buffer
	var key []byte
	for i, part := range parts {
		if i > 0 {
			key = append(key, 0)
		}
		key = append(key, c.KeyFromString(&buf, part)...)
		buf.Reset()
	}
	return key
}
