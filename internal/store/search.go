package store

import (
	"context"
	"fmt"
	"strings"

	"vinhdanh/model"
)

// search is a listing by relevance: texts that start with the words, then texts with a word that starts with them, then
// texts that contain them; within each by text. The first tier is a range of an index and usually fills the page.
type search[T any] struct {
	column string
	id     string
	words  string // folded
	values func(*T) (text, id string)
}

// last sorts after every text that starts like its prefix.
const last = "\U0010FFFF"

// tiers are the conditions of the relevances, best first.
func (q search[T]) tiers() []condition {
	starts := where(fmt.Sprintf("%[1]s >= ? AND %[1]s < ?", q.column), q.words, q.words+last)
	word := where(q.column+` LIKE ? ESCAPE '\'`, "% "+likeLiteral(q.words)+"%")
	anywhere := where(q.column+` LIKE ? ESCAPE '\'`, contains(q.words))
	return []condition{starts, both(word, not(starts)), both(anywhere, not(word), not(starts))}
}

// tier is the relevance of a text.
func (q search[T]) tier(text string) int {
	switch {
	case strings.HasPrefix(text, q.words):
		return 0
	case strings.Contains(text, " "+q.words):
		return 1
	}
	return 2
}

// paginate cuts a page by relevance.
func (q search[T]) paginate(ctx context.Context, s *Store, l listing, page model.Page) (*model.Connection[T], error) {
	if err := page.Check(); err != nil {
		return nil, err
	}
	place := placeIn(q.column+" by relevance to "+q.words, []any{0, "", ""})
	start, limits, err := q.start(page, place)
	if err != nil {
		return nil, err
	}
	step := 1
	if page.Backward() {
		step = -1
	}
	var records []*T
	tiers := q.tiers()
	for tier := start; tier >= 0 && tier < len(tiers) && len(records) <= page.Size(); tier += step {
		found, err := list[T](ctx, s, l.with(tiers[tier]).with(limits[tier]...), q.tail(page, tier, page.Size()+1-len(records)))
		if err != nil {
			return nil, err
		}
		records = append(records, found...)
	}
	cursor := func(r *T) string {
		text, id := q.values(r)
		return place.cursor([]any{q.tier(text), text, id})
	}
	everything := l.with(where(q.column+` LIKE ? ESCAPE '\'`, contains(q.words)))
	return connect(page, records, cursor, func(ctx context.Context) (int, error) { return s.count(ctx, everything) }), nil
}

// start is the tier a page begins with, and what the cursors leave of each tier.
func (q search[T]) start(page model.Page, place place) (start int, limits map[int][]condition, err error) {
	limits = map[int][]condition{}
	if page.Backward() {
		start = 2
	}
	for name, bound := range map[string]struct {
		cursor *string
		sign   string
		beyond func(tier, at int) bool
	}{
		"after":  {page.After, ">", func(tier, at int) bool { return tier < at }},
		"before": {page.Before, "<", func(tier, at int) bool { return tier > at }},
	} {
		if bound.cursor == nil {
			continue
		}
		values, err := place.values(name, *bound.cursor)
		if err != nil {
			return 0, nil, err
		}
		at := values[0].(int)
		if at < 0 || at > 2 {
			return 0, nil, model.BadInput(name, "cursor.invalid")
		}
		for tier := range 3 {
			if bound.beyond(tier, at) {
				limits[tier] = append(limits[tier], where("1 = 0"))
			}
		}
		limits[at] = append(limits[at], where(fmt.Sprintf("(%s, %s) %s (?, ?)", q.column, q.id, bound.sign), values[1], values[2]))
	}
	return start, limits, nil
}

// tail orders and limits a tier. Outside the first the order must not tempt the database to walk the index of names.
func (q search[T]) tail(page model.Page, tier, limit int) string {
	column, way := q.column, "ASC"
	if tier > 0 {
		column += " || ''"
	}
	if page.Backward() {
		way = "DESC"
	}
	return fmt.Sprintf(" ORDER BY %s %s, %s %s LIMIT %d", column, way, q.id, way, limit)
}
