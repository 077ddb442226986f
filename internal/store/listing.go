package store

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"strings"

	"vinhdanh/model"
)

// condition is a piece of SQL with its arguments. A slice argument stands for a list: "id IN (?)".
type condition struct {
	sql  string
	args []any
}

func where(sql string, args ...any) condition { return condition{sql, args} }

// anyOf holds when one of the conditions does; none never does.
func anyOf(conditions []condition) condition {
	if len(conditions) == 0 {
		return where("1 = 0")
	}
	return joined(conditions, " OR ")
}

// both holds when all of the conditions do.
func both(conditions ...condition) condition { return joined(conditions, " AND ") }

func joined(conditions []condition, operator string) condition {
	parts, args := make([]string, len(conditions)), []any{}
	for i, c := range conditions {
		parts[i] = c.sql
		args = append(args, c.args...)
	}
	return condition{"(" + strings.Join(parts, operator) + ")", args}
}

// not holds when the condition does not.
func not(c condition) condition { return condition{"NOT (" + c.sql + ")", c.args} }

// listing is a hand-written read: columns, tables and conditions, from which a page is cut. Columns of joined tables are
// named relation__column, so that they fill the relation.
type listing struct {
	columns string
	tables  string
	// lookups are tables with at most one row to each record, joined where something names them: SQLite would look them up
	// for every row it counts.
	lookups []lookup
	// tableArgs are the arguments of the tables, where they have some.
	tableArgs  []any
	conditions []condition
}

// lookup is a table under the alias by which it is named.
type lookup struct{ alias, join string }

// and narrows the listing.
func (l *listing) and(sql string, args ...any) {
	l.conditions = append(l.conditions, where(sql, args...))
}

// with is the listing narrowed, itself unchanged.
func (l listing) with(conditions ...condition) listing {
	l.conditions = append(append([]condition{}, l.conditions...), conditions...)
	return l
}

// query words the listing with a tail such as an order and a limit.
func (l listing) query(columns string, tail string) (string, []any) {
	args := append([]any{}, l.tableArgs...)
	rest, joint := "", " WHERE "
	for _, c := range l.conditions {
		rest += joint + c.sql
		args = append(args, c.args...)
		joint = " AND "
	}
	rest += tail
	tables := l.tables
	for _, table := range l.lookups {
		if strings.Contains(columns+rest, table.alias+".") {
			tables += " LEFT JOIN " + table.join
		}
	}
	return number("SELECT "+columns+" FROM "+tables+rest, args)
}

// number writes ? as $1, $2 … and slices as lists, so that both databases keep the plan of the text.
func number(text string, args []any) (string, []any) {
	var b strings.Builder
	flat := make([]any, 0, len(args))
	next := 0
	for part := range strings.SplitSeq(text, "?") {
		b.WriteString(part)
		if next == len(args) {
			break
		}
		list := reflect.ValueOf(args[next])
		if list.Kind() == reflect.Slice && list.Type().Elem().Kind() != reflect.Uint8 {
			marks := make([]string, 0, list.Len())
			for i := range list.Len() {
				flat = append(flat, list.Index(i).Interface())
				marks = append(marks, fmt.Sprintf("$%d", len(flat)))
			}
			b.WriteString(cmp.Or(strings.Join(marks, ", "), "NULL"))
		} else {
			flat = append(flat, args[next])
			fmt.Fprintf(&b, "$%d", len(flat))
		}
		next++
	}
	return b.String(), flat
}

// list reads the records of a listing.
func list[T any](ctx context.Context, s *Store, l listing, tail string) ([]*T, error) {
	return query[T](ctx, s, l, l.columns, tail)
}

// query reads columns of a listing.
func query[T any](ctx context.Context, s *Store, l listing, columns, tail string) ([]*T, error) {
	text, args := l.query(columns, tail)
	ctx, span := s.sent.handWritten(ctx, l.tables, text)
	defer span.End("")
	rows, err := s.hot.DB.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	records := []*T{}
	if err := s.hot.ScanRows(ctx, rows, &records); err != nil {
		return nil, err
	}
	return records, rows.Err()
}

// first reads the one record of a listing, or says that there is no such thing under this key.
func first[T any](ctx context.Context, s *Store, l listing, what, key string) (*T, error) {
	records, err := list[T](ctx, s, l, " LIMIT 1")
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, model.NotFound(what, key)
	}
	return records[0], nil
}

// count counts the records of a listing.
func (s *Store) count(ctx context.Context, l listing) (int, error) {
	text, args := l.query("count(*)", "")
	n := 0
	ctx, span := s.sent.handWritten(ctx, l.tables, text)
	defer span.End("")
	err := s.hot.DB.QueryRowContext(ctx, text, args...).Scan(&n)
	return n, err
}

// contains is the LIKE pattern for a folded text anywhere, to be used with ESCAPE '\'.
func contains(folded string) string { return "%" + likeLiteral(folded) + "%" }

func likeLiteral(folded string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(folded)
}
