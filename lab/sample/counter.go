package main

import "sync"

// maxIDs bounds the memory of a counter: an ID has at most maxIDLength bytes, so this is at most about 300 MB.
const maxIDs, maxIDLength = 1_000_000, 200

// counter counts how often each ID was seen, so that a test can tell whether a request was carried out twice.
// It lives as long as the process.
type counter struct {
	mutex sync.Mutex
	seen  map[string]int
	limit int
}

func newCounter(limit int) *counter { return &counter{seen: map[string]int{}, limit: limit} }

// add counts one more sight of the ID. It returns the new count, and false when the ID is new and there is no room.
func (c *counter) add(id string) (int, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if _, known := c.seen[id]; !known && len(c.seen) >= c.limit {
		return 0, false
	}
	c.seen[id]++
	return c.seen[id], true
}

// count returns how often the ID was seen.
func (c *counter) count(id string) int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.seen[id]
}
