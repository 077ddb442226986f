// Package bonus computes the money that goes with an award (Decree 98/2023/NĐ-CP, article 53; the same in Decree
// 152/2025/NĐ-CP): coefficient × base salary in force on the decision date, multiplied first, rounded once.
package bonus

import (
	"github.com/shopspring/decimal"

	"vinhdanh/model"
)

// tenThousand is the unit of rounding in đồng.
var tenThousand = decimal.NewFromInt(10_000)

// Amount is the bonus of one award.
func Amount(coefficient model.Decimal, salary model.VND, rounding model.BonusRounding) model.VND {
	exact := coefficient.Mul(decimal.NewFromInt(int64(salary)))
	switch rounding {
	case model.BonusRoundingUp10000:
		exact = exact.Div(tenThousand).Ceil().Mul(tenThousand)
	case model.BonusRoundingNearest10000:
		exact = exact.Div(tenThousand).Round(0).Mul(tenThousand)
	}
	return model.VND(exact.Round(0).IntPart())
}
