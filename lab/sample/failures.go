package main

import (
	"math"
	"sync"
)

// failures picks the given share of requests to fail. It is a count and no dice, so that of any 100 requests
// in a row exactly that many fail, and a test that looks for a canary's errors can't be lucky.
type failures struct {
	mutex    sync.Mutex
	percent  float64
	requests float64
}

// next says whether the next request has to fail.
func (f *failures) next() bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	before := math.Floor(f.requests * f.percent / 100)
	f.requests++
	return math.Floor(f.requests*f.percent/100) > before
}
