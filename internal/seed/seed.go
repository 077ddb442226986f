// Package seed makes up a history of awards of any size: a tree of units, people with Vietnamese names, twenty years of
// decisions, and the last two of them with campaigns, nominations, scores and votes. The same size and seed give the same
// records, down to their ids. It asks no database and writes through the store.
package seed

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"time"

	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// Options are what a history is made of.
type Options struct {
	// Awards is how many awards there are; everything else follows from it.
	Awards int
	// Seed picks one of many histories of that size.
	Seed uint64
	// PasswordHash is the password of every login; without one nobody can sign in.
	PasswordHash string
}

// The history runs over the achievements of these years, decided in the first months of the year after. Campaigns are
// recorded from the year on in which the office began to work with the program.
const (
	firstYear    = 2005
	lastYear     = 2024
	campaignYear = 2023
	growth       = 1.06
)

// history is one being made up.
type history struct {
	*rand.Rand
	options Options
	law     *store.Law
	bulk    *store.Bulk
	made    uint64

	units  []*unit
	people int
	// hired and left are the years in which each person came and went; 0 is never.
	hired, left []uint16
	// honoured counts the awards of each person in the year under way.
	honoured []uint8
	// numbers and lines are the last decision number and line in the register of each book.
	numbers, lines map[string]int
}

// Write makes up a history and loads it.
func Write(ctx context.Context, s *store.Store, options Options, tell func(done int, rows int64)) (rows int64, err error) {
	law, err := s.Law(ctx)
	if err != nil {
		return 0, err
	}
	return s.LoadBulk(ctx, func(bulk *store.Bulk) error {
		h := &history{Rand: rand.New(rand.NewPCG(options.Seed, 0)), options: options, law: law, bulk: bulk, numbers: map[string]int{}, lines: map[string]int{}}
		h.settle()
		done := 0
		for i, count := range shares(options.Awards, yearWeights()) {
			if err := h.year(firstYear+i, count); err != nil {
				return err
			}
			done += count
			tell(done, bulk.Rows())
		}
		h.openCampaign()
		return h.bulk.Err()
	})
}

// settle makes units, people and logins.
func (h *history) settle() {
	h.grow(min(500, max(12, h.options.Awards/200)))
	h.populate(max(60, h.options.Awards/5))
	h.writeUnits()
	h.writePeople()
	h.writeAccounts()
}

func yearWeights() []float64 {
	weights := make([]float64, lastYear-firstYear+1)
	for i := range weights {
		weights[i] = math.Pow(growth, float64(i))
	}
	return weights
}

// shares divides a number by weights, with nothing lost to rounding.
func shares(n int, weights []float64) []int {
	total, sum := 0.0, 0.0
	for _, w := range weights {
		total += w
	}
	counts, given := make([]int, len(weights)), 0
	for i, w := range weights {
		sum += w
		upTo := int(math.Round(float64(n) * sum / total))
		counts[i], given = upTo-given, upTo
	}
	return counts
}

// put hands records over; each after those it refers to.
func (h *history) put(records ...any) {
	for _, r := range records {
		h.bulk.Add(r)
	}
}

// id is the next key of a noun, as made at a time.
func (h *history) id(noun string, at time.Time) string {
	h.made++
	return numbered(noun, at, h.made)
}

// numbered is a key as the store makes them, a UUID of version 7, with a number in place of chance.
func numbered(noun string, at time.Time, n uint64) string {
	var key [16]byte
	binary.BigEndian.PutUint64(key[8:], n)
	binary.BigEndian.PutUint64(key[:8], uint64(at.UnixMilli())<<16)
	key[6], key[8] = 0x70, 0x80
	return store.MadeID(noun, key)
}

// code is a text of chance, such as codes on certificates and keys of votes are.
func (h *history) code() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	code := make([]byte, 26)
	high, low := h.Uint64(), h.Uint64()
	for i := range 12 {
		code[i], code[12+i] = letters[high>>(5*i)&31], letters[low>>(5*i)&31]
	}
	code[24], code[25] = letters[high>>60], letters[low>>60]
	return string(code)
}

// about is what an act concerns.
type about struct {
	realm                              model.AuditRealm
	organization, campaign, nomination string
	// account is who acted; "" is the program itself.
	account string
}

// audit enters an act into the record.
func (h *history) audit(at time.Time, action string, where about, after any) {
	h.bulk.Audit(&model.AuditEntry{ID: h.id("audit", at), At: at, AccountID: optional(where.account), Action: action, Realm: where.realm,
		OrganizationID: optional(where.organization), CampaignID: optional(where.campaign), NominationID: optional(where.nomination)}, after)
}

// optional is nil for the zero value, for columns that may be empty.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// at is a time on a day.
func at(day model.Date, hour int) time.Time {
	return day.Time().Add(time.Duration(hour) * time.Hour).UTC()
}
