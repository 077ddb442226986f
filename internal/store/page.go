package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"vinhdanh/model"
)

// keyset is the order of a list: columns whose values together are unique, all one way.
type keyset[T any] struct {
	columns []string
	desc    bool
	values  func(*T) []any
}

// paginate cuts a page from a listing by keyset: as fast on the last page as on the first.
func paginate[T any](ctx context.Context, s *Store, l listing, page model.Page, by keyset[T]) (*model.Connection[T], error) {
	if err := page.Check(); err != nil {
		return nil, err
	}
	place := placeIn(strings.Join(by.columns, ","), by.values(new(T)))
	bounded, err := l.bounded(page, by.columns, by.desc, place)
	if err != nil {
		return nil, err
	}
	records, err := list[T](ctx, s, bounded, by.tail(page))
	if err != nil {
		return nil, err
	}
	return connect(page, records, func(r *T) string { return place.cursor(by.values(r)) },
		func(ctx context.Context) (int, error) { return s.count(ctx, l) }), nil
}

// bounded narrows a listing to what follows after and comes before the cursors of the page.
func (l listing) bounded(page model.Page, columns []string, desc bool, place place) (listing, error) {
	for name, bound := range map[string]struct {
		cursor  *string
		greater bool
	}{"after": {page.After, !desc}, "before": {page.Before, desc}} {
		if bound.cursor == nil {
			continue
		}
		values, err := place.values(name, *bound.cursor)
		if err != nil {
			return l, err
		}
		sign := "<"
		if bound.greater {
			sign = ">"
		}
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
		l = l.with(where("("+strings.Join(columns, ", ")+") "+sign+" ("+marks+")", values...))
	}
	return l, nil
}

// tail orders and limits; the limit is a literal, since a parameter would cost the plan. One more record than wanted tells
// whether there are more.
func (k keyset[T]) tail(page model.Page) string {
	way := "ASC"
	if k.desc != page.Backward() {
		way = "DESC"
	}
	return fmt.Sprintf(" ORDER BY %s %s LIMIT %d", strings.Join(k.columns, " "+way+", "), way, page.Size()+1)
}

// connect makes a page of records read in the direction of the page, one more than wanted if there are more.
func connect[T any](page model.Page, records []*T, cursor func(*T) string, count func(context.Context) (int, error)) *model.Connection[T] {
	more := len(records) > page.Size()
	if more {
		records = records[:page.Size()]
	}
	info := &model.PageInfo{HasNextPage: more, HasPreviousPage: page.After != nil}
	if page.Backward() {
		slices.Reverse(records)
		info = &model.PageInfo{HasNextPage: page.Before != nil, HasPreviousPage: more}
	}
	c := &model.Connection[T]{Nodes: records, PageInfo: info, Count: count, Edges: make([]*model.Edge[T], len(records))}
	for i, r := range records {
		c.Edges[i] = &model.Edge[T]{Cursor: cursor(r), Node: r}
	}
	if len(records) > 0 {
		info.StartCursor, info.EndCursor = &c.Edges[0].Cursor, &c.Edges[len(records)-1].Cursor
	}
	return c
}

// place is what a cursor of one order looks like: which order it is, and of what kind its columns are, one letter each.
type place struct {
	order uint32
	kinds string
}

// placeIn is the place in an order whose columns hold values such as these.
func placeIn(order string, values []any) place {
	kinds := ""
	for _, v := range values {
		switch v.(type) {
		case int:
			kinds += "i"
		case []byte:
			kinds += "b"
		default:
			kinds += "s"
		}
	}
	return place{crc32.ChecksumIEEE([]byte(order)), kinds}
}

// cursor is the wire form of a place; each value begins with the letter of its kind.
type cursor struct {
	Order  uint32   `json:"o"`
	Values []string `json:"v"`
}

// cursor words the place of a record by the values of its columns.
func (p place) cursor(values []any) string {
	c := cursor{Order: p.order}
	for i, v := range values {
		if bytes, ok := v.([]byte); ok {
			v = base64.RawURLEncoding.EncodeToString(bytes)
		}
		c.Values = append(c.Values, p.kinds[i:i+1]+fmt.Sprint(v))
	}
	text, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(text)
}

// values reads a place back, each value as its column has it, or refuses one that was not made for this order.
func (p place) values(name, text string) ([]any, error) {
	values, ok := p.read(text)
	if !ok || p.cursor(values) != text {
		return nil, model.BadInput(name, "cursor.invalid")
	}
	return values, nil
}

func (p place) read(text string) ([]any, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var c cursor
	if err != nil || json.Unmarshal(raw, &c) != nil || c.Order != p.order || len(c.Values) != len(p.kinds) {
		return nil, false
	}
	values := make([]any, len(c.Values))
	for i, worded := range c.Values {
		v, fits := strings.CutPrefix(worded, p.kinds[i:i+1])
		switch p.kinds[i] {
		case 'i':
			values[i], err = strconv.Atoi(v)
		case 'b':
			values[i], err = base64.RawURLEncoding.DecodeString(v)
		default:
			values[i] = v
		}
		if err != nil || !fits || strings.ContainsRune(v, 0) {
			return nil, false
		}
	}
	return values, true
}
