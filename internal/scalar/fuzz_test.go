package scalar_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"golang.org/x/text/unicode/norm"

	"vinhdanh/internal/scalar"
	"vinhdanh/model"
)

// texts are what a fuzzer starts from.
var texts = []string{"", " ", "Trần Thị Bích", "Tra\u0302\u0300n Đa\u0323t", "a\x00", "a\xff", "\xed\xa0\x80", "\u202ea", "\ufeff", "\u200b", "\r\n\t", "\u0301",
	"a" + strings.Repeat("\u0301", 40), "\U00020000", "\U000e0041", "e\u0323\u0302", "가", "ﬁ", "\u0344", "\u1e9b\u0323", "person_01ARZ3", "12", "-0", "2147483648"}

// FuzzText: a text that is taken is clean, the same in every form it may be typed in, and survives the way out and back in.
func FuzzText(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := scalar.UnmarshalString(s)
		if err != nil {
			if model.CodeOf(err) != model.CodeBadUserInput || got != "" {
				t.Fatalf("%q: %q, %v", s, got, err)
			}
			return
		}
		hidden := func(r rune) bool {
			return unicode.In(r, unicode.Cc, unicode.Cf) && r != '\t' && r != '\n' && r != '\r' || r == utf8.RuneError
		}
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) || strings.ContainsFunc(got, hidden) || got != strings.TrimSpace(got) || utf8.RuneCountInString(got) > 10_000 {
			t.Fatalf("%q became %q", s, got)
		}
		if other, err := scalar.UnmarshalString(norm.NFD.String(s)); err != nil || other != got {
			t.Fatalf("%q: %q composed, %q decomposed (%v)", s, got, other, err)
		}
		if back, err := scalar.UnmarshalString(through(t, scalar.MarshalString(got))); err != nil || back != got {
			t.Fatalf("%q came back as %q (%v)", got, back, err)
		}
		if id, err := scalar.UnmarshalID(s); err == nil && (id != got || through(t, scalar.MarshalID(id)) != id) {
			t.Fatalf("%q as an id: %q", s, id)
		}
		upload, err := scalar.UnmarshalUpload(graphql.Upload{Filename: s})
		if err != nil || upload.Filename != got {
			t.Fatalf("%q as the name of a file: %q, %v", s, upload.Filename, err)
		}
	})
}

// FuzzNumber: a number is whole and of 32 bits however it is written, or refused.
func FuzzNumber(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := scalar.UnmarshalInt(json.Number(s))
		if err != nil {
			return
		}
		if back, err := scalar.UnmarshalInt(through(t, scalar.MarshalInt(n))); err != nil || back != n || int(int32(n)) != n {
			t.Fatalf("%q: %d came back as %d (%v)", s, n, back, err)
		}
	})
}

// FuzzTime: an instant that is taken is the same when it comes back.
func FuzzTime(f *testing.F) {
	for _, s := range append(texts, "2025-02-10T07:30:00.123456789+07:00", "1900-01-01T00:00:00Z", "2199-12-31T23:59:59-12:00", "2025-06-30T23:59:60Z", "2025-02-10T24:00:00Z") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := scalar.UnmarshalTime(s)
		if err != nil {
			return
		}
		back, err := scalar.UnmarshalTime(through(t, scalar.MarshalTime(at)))
		if err != nil || !back.Equal(at) || at.Location() != time.UTC {
			t.Fatalf("%q: %v came back as %v (%v)", s, at, back, err)
		}
	})
}

// through sends a value over the wire and back.
func through(t *testing.T, value graphql.Marshaler) any {
	t.Helper()
	var text bytes.Buffer
	value.MarshalGQL(&text)
	decoder := json.NewDecoder(&text)
	decoder.UseNumber()
	var back any
	if err := decoder.Decode(&back); err != nil {
		t.Fatalf("%v: %q", err, text.String())
	}
	return back
}
