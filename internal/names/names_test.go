package names_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vinhdanh/internal/names"
)

func TestFoldIgnoresMarksCaseAndSpacing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Nguyễn Thị Đào":             "nguyen thi dao",
		"  ĐẶNG   Văn\tÂn ":          "dang van an",
		"Nguyê\u0303n":               "nguyen", // NFD, as macOS file names come
		"Hòa, Hoà":                   "hoa, hoa",
		"Phòng Tài chính - Kế hoạch": "phong tai chinh - ke hoach",
		"":                           "",
		"Ủy ban nhân dân phường Dĩ An (từ 01/7/2025)": "uy ban nhan dan phuong di an (tu 01/7/2025)",
	} {
		if got := names.Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
}

// The order is that of the register in the libraries' own test: given name first, by Vietnamese collation.
func TestPersonKeySortsByGivenName(t *testing.T) {
	t.Parallel()
	want := []string{"An", "Lê Hoàng An", "Ngô Bảo An", "Trần Thị Ánh", "Võ Thị Ăn", "Đặng Văn Ân", "Phạm Thị Ấn"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare(names.PersonKey(a), names.PersonKey(b)) })
	middle := []string{"Ngô Bảo An", "Lê Hoàng An"} // by middle name: Bảo before Hoàng
	want[1], want[2] = middle[0], middle[1]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
