package scalar_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"vinhdanh/internal/scalar"
	"vinhdanh/model"
)

func TestTextIsCleanedOnce(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Trần Thị Bích":              "Trần Thị Bích",
		"Tra\u0302\u0300n Đa\u0323t": "Trần Đạt",        // decomposed, as macOS types it
		" \tĐoàn thanh niên\u00a0\n": "Đoàn thanh niên", // blanks around
		"dòng một\r\ndòng hai\tcột":  "dòng một\r\ndòng hai\tcột",
		"":                           "",
	} {
		if got, err := scalar.UnmarshalString(given); err != nil || got != want {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
}

func TestTextThatDeceivesIsRefused(t *testing.T) {
	t.Parallel()
	for name, given := range map[string]any{
		"NUL": "a\x00b", "escape": "\x1b[2J", "delete": "a\x7f", "C1 control": "a\u0085b", "invalid UTF-8": "a\xff", "half a surrogate pair": "a\xed\xa0\x80",
		"replacement character": "a\ufffd", "right-to-left override": "a\u202eb", "isolate": "a\u2066b", "Arabic letter mark": "a\u061cb",
		"byte order mark": "\ufeffa", "line separator": "a\u2028b", "zero-width space": "a\u200bb", "zero-width joiner": "a\u200db", "soft hyphen": "a\u00adb",
		"variation selector": "a\ufe0f", "tag": "a\U000e0041", "grapheme joiner": "a\u034fb", "Hangul filler": "\u3164", "no character": "a\uffff", "a number": 1, "nothing": nil, "too long": strings.Repeat("đ", 10_001),
	} {
		if got, err := scalar.UnmarshalString(given); model.CodeOf(err) != model.CodeBadUserInput {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := scalar.UnmarshalString(strings.Repeat("đ", 10_000)); err != nil {
		t.Errorf("the longest text: %v", err)
	}
}

func TestWholeNumbersHave32Bits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given any
		want  int
		fine  bool
	}{
		{int64(2147483647), 2147483647, true}, {int64(-2147483648), -2147483648, true}, {json.Number("7"), 7, true},
		{int64(2147483648), 0, false}, {json.Number("-2147483649"), 0, false}, {json.Number("1.5"), 0, false}, {"7", 0, false}, {nil, 0, false},
	} {
		if got, err := scalar.UnmarshalInt(c.given); got != c.want || (err == nil) != c.fine {
			t.Errorf("%v: %d, %v", c.given, got, err)
		}
	}
}

func TestIDsAreStringsOrWholeNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given any
		want  string
		fine  bool
	}{
		{"award_1", "award_1", true}, {json.Number("12"), "12", true}, {int64(12), "12", true},
		{strings.Repeat("a", 101), "", false}, {true, "", false}, {"a\x00", "", false},
	} {
		if got, err := scalar.UnmarshalID(c.given); got != c.want || (err == nil) != c.fine {
			t.Errorf("%v: %q, %v", c.given, got, err)
		}
	}
}

func TestInstantsAreUTC(t *testing.T) {
	t.Parallel()
	got, err := scalar.UnmarshalTime("2025-02-10T07:30:00.123456789+07:00")
	want := time.Date(2025, 2, 10, 0, 30, 0, 123456000, time.UTC)
	if err != nil || got != want {
		t.Fatalf("%v, %v", got, err)
	}
	var text bytes.Buffer
	scalar.MarshalTime(got.In(model.Saigon)).MarshalGQL(&text)
	if text.String() != `"2025-02-10T00:30:00.123456Z"` {
		t.Error(text.String())
	}
	for _, given := range []any{"2025-02-10", "2025-02-10T07:30:00", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "", nil, int64(0)} {
		if _, err := scalar.UnmarshalTime(given); err == nil {
			t.Errorf("%v is taken for an instant", given)
		}
	}
}
