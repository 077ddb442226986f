package model

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"github.com/shopspring/decimal"
)

// decimalPlaces is the scale of stored decimals: millionths.
const decimalPlaces = 6

var decimalText = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,6})?$`)

// Decimal is an exact number, stored as an integer in millionths and sent as a string.
type Decimal struct{ decimal.Decimal }

// ParseDecimal reads digits with at most 6 decimals.
func ParseDecimal(s string) (Decimal, error) {
	if !decimalText.MatchString(s) {
		return Decimal{}, BadInput("", "decimal.invalid", "value", s)
	}
	return Decimal{decimal.RequireFromString(s)}, nil
}

// DecimalOf is a whole number.
func DecimalOf(n int64) Decimal { return Decimal{decimal.NewFromInt(n)} }

// RoundedDecimal is a declared statistic, rounded half away from zero to the 6 decimals that are kept.
func RoundedDecimal(f float64) Decimal { return Decimal{decimal.NewFromFloat(f).Round(decimalPlaces)} }

// Float is for declared statistics only.
func (d Decimal) Float() float64 { return d.InexactFloat64() }

// Value stores millionths.
func (d Decimal) Value() (driver.Value, error) {
	scaled := d.Shift(decimalPlaces)
	if !scaled.IsInteger() {
		return nil, fmt.Errorf("decimal %s has more than %d places", d, decimalPlaces)
	}
	return scaled.IntPart(), nil
}

// Scan reads millionths.
func (d *Decimal) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("decimal from %T", src)
	}
	d.Decimal = decimal.New(n, -decimalPlaces)
	return nil
}

// MarshalGQL writes the digits as a string.
func (d Decimal) MarshalGQL(w io.Writer) { fmt.Fprintf(w, "%q", d.String()) }

// UnmarshalGQL reads digits from a client, as a string or as a number literal.
func (d *Decimal) UnmarshalGQL(v any) error {
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		text = fmt.Sprint(v)
	}
	parsed, err := ParseDecimal(text)
	*d = parsed
	return err
}

// VND is an amount in đồng.
type VND int64

// MarshalGQL writes the amount as a string, since it may be larger than GraphQL's Int.
func (v VND) MarshalGQL(w io.Writer) { fmt.Fprintf(w, `"%d"`, int64(v)) }

// UnmarshalGQL reads an amount from a client.
func (v *VND) UnmarshalGQL(value any) error {
	n, err := strconv.ParseInt(fmt.Sprint(value), 10, 64)
	if err != nil {
		return BadInput("", "vnd.invalid", "value", fmt.Sprint(value))
	}
	*v = VND(n)
	return nil
}
