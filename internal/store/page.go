package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"unicode/utf8"

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
	place := strings.Join(by.columns, ",")
	bounded, err := l.bounded(page, by.columns, by.desc, place)
	if err != nil {
		return nil, err
	}
	records, err := list[T](ctx, s, bounded, by.tail(page))
	if err != nil {
		return nil, err
	}
	return connect(page, records, func(r *T) string { return encodeCursor(place, by.values(r)) },
		func(ctx context.Context) (int, error) { return s.count(ctx, l) }), nil
}

// bounded narrows a listing to what follows after and comes before the cursors of the page.
func (l listing) bounded(page model.Page, columns []string, desc bool, place string) (listing, error) {
	for name, bound := range map[string]struct {
		cursor  *string
		greater bool
	}{"after": {page.After, !desc}, "before": {page.Before, desc}} {
		if bound.cursor == nil {
			continue
		}
		values, err := decodeCursor(name, place, *bound.cursor, len(columns))
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

// cursor is the wire form of a place: the order it belongs to, and the values of its columns by type.
type cursor struct {
	Order  uint32   `json:"o"`
	Values []string `json:"v"`
}

// encodeCursor words a place. Each value carries its type, so that it compares as the column does.
func encodeCursor(place string, values []any) string {
	c := cursor{Order: crc32.ChecksumIEEE([]byte(place))}
	for _, v := range values {
		switch v := v.(type) {
		case int:
			c.Values = append(c.Values, fmt.Sprintf("i%d", v))
		case []byte:
			c.Values = append(c.Values, "b"+base64.RawURLEncoding.EncodeToString(v))
		default:
			c.Values = append(c.Values, fmt.Sprintf("s%v", v))
		}
	}
	text, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(text)
}

// decodeCursor reads a place back, or refuses one that was not made for this order.
func decodeCursor(name, place, text string, columns int) ([]any, error) {
	invalid := model.BadInput(name, "cursor.invalid")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var c cursor
	if err != nil || !utf8.Valid(raw) || json.Unmarshal(raw, &c) != nil {
		return nil, invalid
	}
	if c.Order != crc32.ChecksumIEEE([]byte(place)) || len(c.Values) != columns {
		return nil, invalid
	}
	values := make([]any, len(c.Values))
	for i, v := range c.Values {
		if v == "" || strings.ContainsRune(v, 0) {
			return nil, invalid
		}
		switch kind, rest := v[0], v[1:]; kind {
		case 'i':
			var n int
			if _, err := fmt.Sscanf(rest, "%d", &n); err != nil {
				return nil, invalid
			}
			values[i] = n
		case 'b':
			if values[i], err = base64.RawURLEncoding.DecodeString(rest); err != nil {
				return nil, invalid
			}
		case 's':
			values[i] = rest
		default:
			return nil, invalid
		}
	}
	return values, nil
}
