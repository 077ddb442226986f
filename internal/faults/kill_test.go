//go:build linux

package faults_test

import "testing"

// A server is killed under load, again and again. Users repeat what they got no answer to. Everything acknowledged is
// there in the end, once.
func TestKilledUnderLoadNothingIsLostOrDoubled(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		chance := chance(t)
		l := newLoad(o, chance)
		l.begin()
		for range times(2, 20) {
			l.await(int64(20 + chance.IntN(60)))
			o.server.kill()
			o.start()
		}
		l.await(20)
		l.stop()
		l.tally(t)
		l.verify()
		o.stop()
	})
}
