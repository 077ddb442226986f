package bonus_test

import (
	"testing"

	"vinhdanh/internal/bonus"
	"vinhdanh/model"
)

// The vectors are those of domain note 3c, and of methods 17 for 4.5 × 2,530,000; the text they follow is Decree
// 98/2023/NĐ-CP, article 53(2).
func TestAmountMultipliesFirstAndRoundsOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		coefficient        string
		salary             model.VND
		exact, up, nearest model.VND
	}{
		{"0.3", 2_340_000, 702_000, 710_000, 700_000},
		{"0.6", 2_340_000, 1_404_000, 1_410_000, 1_400_000},
		{"0.8", 2_340_000, 1_872_000, 1_880_000, 1_870_000},
		{"1.0", 2_340_000, 2_340_000, 2_340_000, 2_340_000},
		{"1.5", 2_340_000, 3_510_000, 3_510_000, 3_510_000},
		{"0.15", 1_490_000, 223_500, 230_000, 220_000},
		{"0.8", 1_390_000, 1_112_000, 1_120_000, 1_110_000},
		{"0.3", 2_530_000, 759_000, 760_000, 760_000},
		{"1.5", 2_530_000, 3_795_000, 3_800_000, 3_800_000},
		{"3.5", 2_530_000, 8_855_000, 8_860_000, 8_860_000},
		{"4.5", 2_530_000, 11_385_000, 11_390_000, 11_390_000},
	} {
		coefficient, err := model.ParseDecimal(c.coefficient)
		if err != nil {
			t.Fatal(err)
		}
		for rounding, want := range map[model.BonusRounding]model.VND{
			model.BonusRoundingNone: c.exact, model.BonusRoundingUp10000: c.up, model.BonusRoundingNearest10000: c.nearest,
		} {
			if got := bonus.Amount(coefficient, c.salary, rounding); got != want {
				t.Errorf("%s × %d, %s: %d, want %d", c.coefficient, c.salary, rounding, got, want)
			}
		}
	}
}
