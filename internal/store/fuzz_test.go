package store

import (
	"slices"
	"testing"

	"vinhdanh/model"
)

// FuzzCursor: only what the server words is a cursor, and it leads to the place it was made for and to no other order.
func FuzzCursor(f *testing.F) {
	orders := []place{placeIn("award.granted_on,award.id", []any{"", ""}), placeIn("person.sort_key,person.id", []any{[]byte(nil), ""}),
		placeIn("campaign.year,campaign.code", []any{0, ""}), placeIn("people by relevance to đặng", []any{0, "", ""})}
	f.Add("", "2024-12-31", []byte{}, 0)
	f.Add("e30", "Đặng", []byte{0, 0xff}, -1)
	f.Add(orders[0].cursor([]any{"2024-12-31", "award_1"}), "\x00", []byte("a"), 2024)
	f.Add(orders[1].cursor([]any{[]byte{1, 2}, "person_1"}), "\xff", []byte(nil), 1<<40)
	f.Add(orders[2].cursor([]any{2024, "CCHC-2024"}), "\u2028<>&", []byte(nil), 0)
	f.Fuzz(func(t *testing.T, text, word string, bytes []byte, number int) {
		for i, p := range orders {
			values, err := p.values("after", text)
			if err != nil && model.CodeOf(err) != model.CodeBadUserInput {
				t.Fatalf("%q: %v", text, err)
			}
			if err == nil && p.cursor(values) != text {
				t.Fatalf("%q leads to %v, whose cursor is %q", text, values, p.cursor(values))
			}
			for k, other := range orders {
				if _, wrong := other.values("after", text); err == nil && k != i && wrong == nil {
					t.Fatalf("%q is good in two orders", text)
				}
			}
		}
		made := []any{number, word, string(bytes)}
		values, err := orders[3].values("after", orders[3].cursor(made))
		if err == nil && !slices.Equal(values, made) {
			t.Fatalf("%v came back as %v", made, values)
		}
		sorted := []any{bytes, "person_1"}
		values, err = orders[1].values("after", orders[1].cursor(sorted))
		if err != nil || !slices.Equal(values[0].([]byte), bytes) {
			t.Fatalf("%v came back as %v (%v)", sorted, values, err)
		}
	})
}
