package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	// maxSlow is the longest that /slow waits.
	maxSlow = 120 * time.Second
	// maxStream is the longest that /stream lasts.
	maxStream = time.Hour
	// streamStep is the time between two lines of /stream.
	streamStep = 100 * time.Millisecond
	// maxBody is the longest body of POST /count, in bytes.
	maxBody = 4096
)

// service answers the requests.
type service struct {
	settings settings
	log      *log.Logger
	sick     atomic.Bool
	inFlight atomic.Int64 // requests, without WebSockets
	counter  *counter
	failures *failures
	sockets  *sockets
	// customers is nil without a database.
	customers *customers
}

func newService(settings settings, log *log.Logger) *service {
	s := &service{
		settings: settings,
		log:      log,
		counter:  newCounter(maxIDs),
		failures: &failures{percent: settings.failPercent},
		sockets:  newSockets(),
	}
	s.sick.Store(settings.broken == brokenSick)
	return s
}

// handler routes the requests. Every answer carries the header X-Version.
func (s *service) handler(accessLog io.Writer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /alive", s.alive)
	mux.HandleFunc("POST /sick", s.getSick)
	mux.HandleFunc("POST /well", s.getWell)

	// FAIL_PERCENT applies to what users ask for, not to the health check.
	ordinary := func(pattern string, handle http.HandlerFunc) {
		mux.HandleFunc(pattern, func(writer http.ResponseWriter, request *http.Request) {
			if s.failures.next() {
				http.Error(writer, "failed, as FAIL_PERCENT says", http.StatusInternalServerError)
				return
			}
			handle(writer, request)
		})
	}
	ordinary("GET /{$}", func(writer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(writer, "%s %s\n", s.settings.version, s.settings.node)
	})
	ordinary("GET /version", func(writer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(writer, s.settings.version)
	})
	ordinary("GET /slow", s.slow)
	ordinary("GET /stream", s.stream)
	ordinary("GET /ws", func(writer http.ResponseWriter, request *http.Request) {
		// sockets counts the WebSockets; inFlight only what http.Server.Shutdown waits for.
		s.inFlight.Add(-1)
		defer s.inFlight.Add(1)
		s.sockets.echo(writer, request, s.settings.version)
	})
	ordinary("POST /count", s.addCount)
	ordinary("GET /count", func(writer http.ResponseWriter, request *http.Request) {
		id := request.URL.Query().Get("id")
		s.writeCount(writer, id, s.counter.count(id))
	})
	ordinary("GET /headers", headers)
	if s.customers != nil {
		ordinary("POST /customers", s.addCustomer)
		ordinary("GET /customers/{id}", s.readCustomer)
		ordinary("PUT /customers/{id}", s.renameCustomer)
	}

	var handler http.Handler = http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		s.inFlight.Add(1)
		defer s.inFlight.Add(-1)
		writer.Header().Set("X-Version", s.settings.version)
		mux.ServeHTTP(writer, request)
	})
	if s.settings.accessLog {
		handler = logAccess(handler, accessLog)
	}
	return handler
}

func (s *service) alive(writer http.ResponseWriter, _ *http.Request) {
	if s.sick.Load() {
		http.Error(writer, "sick", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(writer, "ok")
}

func (s *service) getSick(writer http.ResponseWriter, _ *http.Request) {
	s.sick.Store(true)
	s.log.Print("error: sick: /alive answers 503 from now on, because of POST /sick; POST /well heals it")
	fmt.Fprintln(writer, "sick")
}

func (s *service) getWell(writer http.ResponseWriter, _ *http.Request) {
	if s.settings.broken == brokenSick {
		http.Error(writer, "BROKEN=sick: this release does not get well", http.StatusConflict)
		return
	}
	s.sick.Store(false)
	s.log.Print("well: /alive answers 200 from now on, because of POST /well")
	fmt.Fprintln(writer, "well")
}

// slow answers after ?ms= (default 1000), at most after maxSlow.
func (s *service) slow(writer http.ResponseWriter, request *http.Request) {
	wait, err := duration(request, "ms", 1000, time.Millisecond, maxSlow)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case <-time.After(wait):
		fmt.Fprintf(writer, "%s %s after %d ms\n", s.settings.version, s.settings.node, wait.Milliseconds())
	case <-request.Context().Done(): // the client has gone
	}
}

// stream sends a line each streamStep for ?seconds= (default 10), at most for maxStream.
func (s *service) stream(writer http.ResponseWriter, request *http.Request) {
	length, err := duration(request, "seconds", 10, time.Second, maxStream)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	controller := http.NewResponseController(writer)
	ticker := time.NewTicker(streamStep)
	defer ticker.Stop()
	lines := int(length / streamStep)
	for line := 1; line <= lines; line++ {
		fmt.Fprintf(writer, "%s %d/%d\n", s.settings.version, line, lines)
		if controller.Flush() != nil {
			return
		}
		select {
		case <-ticker.C:
		case <-request.Context().Done():
			return
		}
	}
}

func (s *service) addCount(writer http.ResponseWriter, request *http.Request) {
	var body struct {
		ID string `json:"id"`
	}
	err := json.NewDecoder(http.MaxBytesReader(writer, request.Body, maxBody)).Decode(&body)
	if err != nil || body.ID == "" || len(body.ID) > maxIDLength {
		message := fmt.Sprintf(`the body has to be {"id":"…"}, the ID 1 to %d bytes long`, maxIDLength)
		http.Error(writer, message, http.StatusBadRequest)
		return
	}
	count, room := s.counter.add(body.ID)
	if !room {
		http.Error(writer, "no room for more IDs: start the service again", http.StatusInsufficientStorage)
		return
	}
	s.writeCount(writer, body.ID, count)
}

func (s *service) writeCount(writer http.ResponseWriter, id string, count int) {
	writeJSON(writer, map[string]any{"id": id, "count": count, "node": s.settings.node, "version": s.settings.version})
}

// headers shows what came through the edge.
func headers(writer http.ResponseWriter, request *http.Request) {
	writeJSON(writer, map[string]any{
		"host":          request.Host,
		"protocol":      request.Proto,
		"remoteAddress": request.RemoteAddr,
		"headers":       request.Header,
	})
}

func writeJSON(writer http.ResponseWriter, value any) {
	writer.Header().Set("Content-Type", "application/json")
	json.NewEncoder(writer).Encode(value)
}

// duration reads a whole number of units from the query; more than most is most.
func duration(request *http.Request, name string, otherwise int, unit, most time.Duration) (time.Duration, error) {
	text := request.URL.Query().Get(name)
	if text == "" {
		text = strconv.Itoa(otherwise)
	}
	number, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%s=%q: give a whole number from 0 to %d", name, text, int(most/unit))
	}
	return min(time.Duration(number)*unit, most), nil
}
