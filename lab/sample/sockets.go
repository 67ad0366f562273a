package main

import (
	"context"
	"net/http"
	"sync"

	"github.com/coder/websocket"
)

// maxMessage is the longest WebSocket message that is echoed, in bytes.
const maxMessage = 1 << 20

// sockets knows the open WebSockets: http.Server.Shutdown does not, as they are no HTTP requests any more.
type sockets struct {
	mutex sync.Mutex
	open  map[*websocket.Conn]struct{}
	// closing is set by goAway: a WebSocket that opens later is told to go at once.
	closing bool
	// empty is closed, and forgotten, when the last WebSocket has ended.
	empty chan struct{}
}

func newSockets() *sockets { return &sockets{open: map[*websocket.Conn]struct{}{}} }

// echo serves one WebSocket: the version first, then every message back.
func (s *sockets) echo(writer http.ResponseWriter, request *http.Request, version string) {
	connection, err := websocket.Accept(writer, request, nil)
	if err != nil {
		return // Accept has answered with the reason
	}
	defer connection.CloseNow()
	connection.SetReadLimit(maxMessage)
	if !s.add(connection) {
		connection.Close(websocket.StatusGoingAway, goingAway)
		return
	}
	defer s.remove(connection)

	ctx := context.Background()
	if connection.Write(ctx, websocket.MessageText, []byte(version)) != nil {
		return
	}
	for {
		kind, message, err := connection.Read(ctx)
		if err != nil || connection.Write(ctx, kind, message) != nil {
			return
		}
	}
}

// goingAway is the reason given with status 1001.
const goingAway = "this release is stopping, connect again"

func (s *sockets) add(connection *websocket.Conn) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.closing {
		return false
	}
	s.open[connection] = struct{}{}
	return true
}

func (s *sockets) remove(connection *websocket.Conn) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.open, connection)
	if len(s.open) == 0 && s.empty != nil {
		close(s.empty)
		s.empty = nil
	}
}

// wait waits until no WebSocket is open, and returns how many still are when the context ends first.
func (s *sockets) wait(ctx context.Context) int {
	s.mutex.Lock()
	if len(s.open) == 0 {
		s.mutex.Unlock()
		return 0
	}
	if s.empty == nil {
		s.empty = make(chan struct{})
	}
	empty := s.empty
	s.mutex.Unlock()
	select {
	case <-empty:
		return 0
	case <-ctx.Done():
		s.mutex.Lock()
		defer s.mutex.Unlock()
		return len(s.open)
	}
}

// goAway sends every WebSocket status 1001 (going away), without waiting for the answer: use wait for that.
func (s *sockets) goAway() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.closing = true
	for connection := range s.open {
		go connection.Close(websocket.StatusGoingAway, goingAway)
	}
}
