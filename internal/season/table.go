package season

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vinhdanh/internal/scalar"
	"vinhdanh/model"
)

// reader reads the files of a season and gathers everything that is wrong with them.
type reader struct {
	files  Files
	errors []*model.ImportError
	// unread says that a file could not be read as a whole, so that what refers to it cannot be judged.
	unread bool
}

// leaf is a value that reads itself from text: dates, decimals, enums.
type leaf interface{ UnmarshalGQL(any) error }

// maxField bounds a field; those that need less say so with max.
const maxField = 2000

// read reads one file into rows. The fields of T name their columns: `csv:"code,max=64"`; a pointer may be empty.
// Columns may come in any order, none may be missing and none is unknown.
func read[T any](r *reader, file string, required bool) []T {
	data, there := r.files[file]
	if !there {
		if required {
			r.unreadable(file, 0, "import.file_missing")
		}
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		r.unreadable(file, 0, "import.encoding")
		return nil
	}
	lines := csv.NewReader(bytes.NewReader(data))
	lines.FieldsPerRecord = -1
	header, err := lines.Read()
	if err != nil {
		r.unreadable(file, 1, "import.no_header")
		return nil
	}
	fields := columnsOf(reflect.TypeFor[T]())
	order, ok := r.match(file, header, fields)
	if !ok {
		r.unread = true
		return nil
	}
	return rows[T](r, file, lines, fields, order)
}

// field is where a column goes.
type field struct {
	column string
	index  int
	max    int
}

func columnsOf(row reflect.Type) []field {
	var fields []field
	for i := range row.NumField() {
		tag, ok := row.Field(i).Tag.Lookup("csv")
		if !ok {
			continue
		}
		column, max, bounded := strings.Cut(tag, ",max=")
		f := field{column: column, index: i, max: maxField}
		if bounded {
			f.max, _ = strconv.Atoi(max)
		}
		fields = append(fields, f)
	}
	return fields
}

// match finds the field of each column of the header.
func (r *reader) match(file string, header []string, fields []field) (order []int, ok bool) {
	before := len(r.errors)
	for _, name := range header {
		at := slices.IndexFunc(fields, func(f field) bool { return f.column == strings.TrimSpace(name) })
		switch {
		case at < 0:
			r.fault(file, 1, name, "import.unknown_column", "column", name)
		case slices.Contains(order, at):
			r.fault(file, 1, name, "import.twice_column", "column", name)
		}
		order = append(order, at)
	}
	for i, f := range fields {
		if !slices.Contains(order, i) {
			r.fault(file, 1, f.column, "import.missing_column", "column", f.column)
		}
	}
	return order, len(r.errors) == before
}

func rows[T any](r *reader, file string, lines *csv.Reader, fields []field, order []int) []T {
	var found []T
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return found
		}
		if broken, ok := errors.AsType[*csv.ParseError](err); ok {
			r.unreadable(file, broken.StartLine, "import.broken_line")
			return found
		}
		line, _ := lines.FieldPos(0)
		if blank(record) {
			continue
		}
		if len(record) != len(order) {
			r.fault(file, line, "", "import.field_count", "found", len(record), "wanted", len(order))
			continue
		}
		row := reflect.New(reflect.TypeFor[T]()).Elem()
		row.FieldByName("Line").SetInt(int64(line))
		for i, text := range record {
			r.fill(file, line, row, fields[order[i]], text)
		}
		found = append(found, row.Interface().(T))
	}
}

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(s string) bool { return strings.TrimSpace(s) != "" })
}

// fill reads one field. A wrong one is told and left empty.
func (r *reader) fill(file string, line int, row reflect.Value, f field, text string) {
	text, err := scalar.CleanText(strings.TrimSpace(text))
	if err == nil && utf8.RuneCountInString(text) > f.max {
		err = model.BadInput("", "text.too_long", "max", f.max)
	}
	if err == nil && strings.ContainsAny(text, "\n\r\t") {
		err = model.BadInput("", "text.control", "codepoint", "line break or tab")
	}
	target := row.Field(f.index)
	optional := target.Kind() == reflect.Pointer
	switch {
	case err != nil:
	case text == "" && optional:
		return
	case text == "":
		err = model.BadInput("", "import.empty")
	case optional:
		target.Set(reflect.New(target.Type().Elem()))
		err = parse(target.Elem(), text)
	default:
		err = parse(target, text)
	}
	if refusal, ok := errors.AsType[*model.Error](err); ok {
		r.errors = append(r.errors, &model.ImportError{File: file, Line: line, Column: &f.column, Key: refusal.Key, Args: refusal.Args})
	} else if err != nil {
		r.fault(file, line, f.column, "import.invalid", "value", text)
	}
}

func parse(target reflect.Value, text string) error {
	switch value := target.Addr().Interface().(type) {
	case *model.Fraction:
		return parseFraction(value, text)
	case *[]model.TieBreak:
		for part := range strings.SplitSeq(text, "|") {
			var step model.TieBreak
			if err := step.UnmarshalGQL(part); err != nil {
				return err
			}
			*value = append(*value, step)
		}
		return nil
	case *bool:
		*value = text == "yes"
		return nil
	case *model.Decimal, *model.Date:
		return value.(leaf).UnmarshalGQL(text)
	case leaf:
		return value.UnmarshalGQL(strings.ToUpper(text))
	}
	if target.Kind() == reflect.Int {
		n, err := strconv.ParseInt(text, 10, 32)
		target.SetInt(n)
		return err
	}
	target.SetString(text)
	return nil
}

func parseFraction(f *model.Fraction, text string) error {
	over, under, ok := strings.Cut(text, "/")
	var errOver, errUnder error
	f.Numerator, errOver = strconv.Atoi(over)
	f.Denominator, errUnder = strconv.Atoi(under)
	if !ok || errOver != nil || errUnder != nil || f.Numerator < 1 || f.Denominator < f.Numerator || f.Denominator > 1000 {
		return fmt.Errorf("not a fraction: %s", text)
	}
	return nil
}

// unreadable tells why a file cannot be read.
func (r *reader) unreadable(file string, line int, key string) {
	r.unread = true
	r.fault(file, line, "", key)
}

// dangling tells a code that names nothing in a file that was read.
func (r *reader) dangling(file string, line int, column, code string) {
	if !r.unread {
		r.fault(file, line, column, "import.dangling", "key", code)
	}
}

func (r *reader) fault(file string, line int, column, key string, pairs ...any) {
	r.errors = append(r.errors, Fault(file, line, column, key, pairs...))
}

// Fault is what is wrong at a place of a season.
func Fault(file string, line int, column, key string, pairs ...any) *model.ImportError {
	e := &model.ImportError{File: file, Line: line, Key: key, Args: model.Errorf("", key, pairs...).Args}
	if column != "" {
		e.Column = &column
	}
	return e
}
