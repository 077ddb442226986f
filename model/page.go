package model

import "context"

// The sizes of a page.
const (
	DefaultPageSize = 50
	MaxPageSize     = 100
)

// Page says which part of a connection a client wants, as in the Relay specification.
type Page struct {
	First, Last   *int
	After, Before *string
}

// Check refuses sizes outside 1 to MaxPageSize and pages that run both ways.
func (p Page) Check() error {
	if p.First != nil && p.Last != nil {
		return BadInput("last", "page.both_ways")
	}
	for name, size := range map[string]*int{"first": p.First, "last": p.Last} {
		if size != nil && (*size < 1 || *size > MaxPageSize) {
			return BadInput(name, "page.size", "max", MaxPageSize)
		}
	}
	return nil
}

// Backward says whether the page is taken from the end.
func (p Page) Backward() bool { return p.Last != nil }

// Size is how many records the client wants.
func (p Page) Size() int {
	switch {
	case p.First != nil:
		return *p.First
	case p.Last != nil:
		return *p.Last
	}
	return DefaultPageSize
}

// Edge is one record of a page with its place.
type Edge[T any] struct {
	Cursor string
	Node   *T
}

// Connection is one page of a list. The total is counted when asked for.
type Connection[T any] struct {
	Edges    []*Edge[T]
	Nodes    []*T
	PageInfo *PageInfo
	Count    func(context.Context) (int, error)
}

// TotalCount counts all records of the list.
func (c *Connection[T]) TotalCount(ctx context.Context) (int, error) { return c.Count(ctx) }

// Records are the records of the page.
func (c *Connection[T]) Records() []any {
	if c == nil {
		return nil
	}
	all := make([]any, len(c.Nodes))
	for i, n := range c.Nodes {
		all[i] = n
	}
	return all
}
