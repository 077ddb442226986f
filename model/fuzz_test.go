package model_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"vinhdanh/model"
)

// FuzzDate: a day that is taken is written as it came, and so orders as days do.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2025-02-10", "2024-02-29", "2025-02-29", "1899-12-31", "2199-12-31", "20250210", "2025-2-1", "+2025-02-1", "", "2025-02-10T00:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var d, back model.Date
		if d.UnmarshalGQL(s) != nil {
			return
		}
		if model.DateOf(d.Time()) != d || string(d) != s || back.UnmarshalGQL(sent(t, d.MarshalGQL)) != nil || back != d {
			t.Fatalf("%q: %q came back as %q", s, d, back)
		}
	})
}

// FuzzDecimal: a number that is taken is the same when it comes back from a client or from the records.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "-0", "12.5", "0.000001", "0.0000001", "999999999999.999999", "1e3", "NaN", ".5", "5.", "+1", "１２", "-00.10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var d, back, stored model.Decimal
		if d.UnmarshalGQL(s) != nil {
			return
		}
		value, err := d.Value()
		if err != nil || stored.Scan(value) != nil || !stored.Equal(d.Decimal) {
			t.Fatalf("%q: %s is stored as %v (%v)", s, d, value, err)
		}
		if back.UnmarshalGQL(sent(t, d.MarshalGQL)) != nil || !back.Equal(d.Decimal) {
			t.Fatalf("%q: %s came back as %s", s, d, back)
		}
	})
}

// FuzzVND: an amount that is taken is the same when it comes back.
func FuzzVND(f *testing.F) {
	for _, s := range []string{"0", "702000", "-1", "9223372036854775807", "9223372036854775808", "1.5", "54.570.000", "+1", " 1", "0x10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var v, back model.VND
		if v.UnmarshalGQL(s) != nil {
			return
		}
		if back.UnmarshalGQL(sent(t, v.MarshalGQL)) != nil || back != v {
			t.Fatalf("%q: %d came back as %d", s, v, back)
		}
	})
}

// sent is what a client reads of a value.
func sent(t *testing.T, write func(io.Writer)) string {
	t.Helper()
	var text bytes.Buffer
	write(&text)
	var s string
	if err := json.Unmarshal(text.Bytes(), &s); err != nil {
		t.Fatalf("%v: %q", err, text.String())
	}
	return s
}
