// Package scalar reads and writes the leaves of the schema: every text, id, number and instant a client sends passes
// here once, so that nothing beyond has to ask whether it is valid, normalised and free of control characters.
package scalar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"golang.org/x/text/unicode/norm"

	"vinhdanh/model"
)

// maxText bounds any text; fields set narrower bounds with @length.
const maxText = 10_000

// maxID is longer than any id the program makes.
const maxID = 100

// MarshalString writes a text.
func MarshalString(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalString takes a text in any Unicode form and gives it in NFC. Control characters other than tab and line
// breaks, bidirectional overrides and invalid UTF-8 are refused.
func UnmarshalString(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", model.BadInput("", "text.not_text")
	}
	return CleanText(s)
}

// CleanText normalises a text to NFC without blanks around it, or refuses it. What normalising itself puts in, to break up
// long rows of marks, is refused with the rest.
func CleanText(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", model.BadInput("", "text.encoding")
	}
	s = norm.NFC.String(s)
	for _, r := range s {
		if forbidden(r) {
			return "", model.BadInput("", "text.control", "codepoint", fmt.Sprintf("U+%04X", r))
		}
	}
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > maxText {
		return "", model.BadInput("", "text.too_long", "max", maxText)
	}
	return s, nil
}

// unseen are characters that nobody sees: they turn a text round, or make equal names differ. Line and paragraph separators
// and byte order marks come with pasted text.
var unseen = []*unicode.RangeTable{unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector,
	unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point}

// forbidden also covers half a surrogate pair: JSON and GraphQL read it as the replacement character.
func forbidden(r rune) bool {
	switch r {
	case '\t', '\n', '\r':
		return false
	}
	return r == utf8.RuneError || unicode.IsControl(r) || unicode.In(r, unseen...)
}

// MarshalID writes an id.
func MarshalID(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalID takes an id: a string, or a whole number as the specification allows.
func UnmarshalID(v any) (string, error) {
	if n, ok := v.(json.Number); ok {
		v = n.String()
	}
	if n, ok := v.(int64); ok {
		v = strconv.FormatInt(n, 10)
	}
	s, err := UnmarshalString(v)
	if err == nil && len(s) > maxID {
		return "", model.BadInput("", "text.too_long", "max", maxID)
	}
	return s, err
}

// MarshalInt writes a whole number.
func MarshalInt(i int) graphql.Marshaler { return graphql.MarshalInt(i) }

// UnmarshalInt takes a whole number of 32 bits, as the specification demands.
func UnmarshalInt(v any) (int, error) {
	n, err := graphql.UnmarshalInt64(v)
	if _, text := v.(string); err != nil || text || v == nil || n < math.MinInt32 || n > math.MaxInt32 {
		return 0, model.BadInput("", "int.invalid", "value", fmt.Sprint(v))
	}
	return int(n), nil
}

// MarshalTime writes an instant in UTC as RFC 3339.
func MarshalTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, strconv.Quote(t.UTC().Format(time.RFC3339Nano)))
	})
}

// UnmarshalTime takes RFC 3339 with any offset.
func UnmarshalTime(v any) (time.Time, error) {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	t = t.UTC()
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return time.Time{}, model.BadInput("", "time.invalid", "value", s)
	}
	return t.Truncate(time.Microsecond), nil
}

// MarshalUpload has nothing to write: files travel one way.
func MarshalUpload(graphql.Upload) graphql.Marshaler { return graphql.Null }

// UnmarshalUpload takes a file of a multipart request, its name cleaned like any text. Each place a file is used in reads it
// from its beginning.
func UnmarshalUpload(v any) (graphql.Upload, error) {
	upload, ok := v.(graphql.Upload)
	if !ok {
		return graphql.Upload{}, model.BadInput("", "request.multipart", "detail", "file")
	}
	var err error
	upload.Filename, err = CleanText(upload.Filename)
	if content, ok := upload.File.(*bytes.Reader); ok {
		again := *content
		upload.File = &again
	}
	return upload, err
}
