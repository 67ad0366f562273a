// The sample service of Evenkeel's lab: it shows its version, and can be slow, sick or broken on demand.
// The settings are in the environment; see settings.go. With words after its name it serves nobody, and does what a hook of a
// release asks for; see task.go.
package main

import (
	"context"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	// crashDelay is how long a release with BROKEN=crash runs.
	crashDelay = 300 * time.Millisecond
	// farewell is how long WebSockets have to answer status 1001. Docker's stop grace has to be longer than
	// STOP_GRACE by this much, and a second for the rest.
	farewell = time.Second
)

func main() {
	// Everything is on stderr and starts with start, stop, well or error; docker adds the time.
	log := log.New(os.Stderr, "", 0)
	if len(os.Args) > 1 {
		os.Exit(task(os.Args[1:], os.Stdout, log))
	}
	os.Exit(run(log))
}

// run serves until SIGTERM or SIGINT and returns the exit code: 0, 1 after an error, 2 for bad settings.
func run(log *log.Logger) int {
	hostname, err := os.Hostname()
	if err != nil {
		hostname = "unknown"
	}
	settings, err := readSettings(os.Getenv, hostname)
	if err != nil {
		log.Printf("error: %v", err)
		return 2
	}
	customers, err := openCustomers(settings)
	if err != nil {
		log.Printf("error: %v", err)
		return 2
	}
	// Asked for before the listener opens, so that no SIGTERM can find the default action.
	stopping, forget := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer forget()

	if settings.broken == brokenCrash {
		log.Printf("start: version %s on node %s", settings.version, settings.node)
		time.Sleep(crashDelay)
		log.Print("error: BROKEN=crash: this release can't start and gives up")
		return 1
	}
	listener, err := net.Listen("tcp", settings.listen)
	if err != nil {
		log.Printf("error: LISTEN=%q: %v", settings.listen, err)
		return 1
	}
	log.Printf("start: version %s on node %s, listening on %s", settings.version, settings.node, listener.Addr())
	switch settings.broken {
	case brokenSick:
		log.Print("error: BROKEN=sick: /alive answers 503, this release never gets well")
	case brokenWrongVersion:
		log.Printf("error: BROKEN=wrong-version: the image is %s, the answers say %s", os.Getenv("VERSION"), wrongVersion)
	}

	service := newService(settings, log)
	service.customers = customers
	server := &http.Server{
		Handler:           service.handler(os.Stdout),
		ErrorLog:          log,
		ReadHeaderTimeout: 10 * time.Second,
		// Longer than any edge keeps an idle connection, so that it is the edge that closes it: a service that
		// closes first can do so just when a request is on its way.
		IdleTimeout: 5 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		log.Printf("error: %v", err)
		return 1
	case <-stopping.Done():
	}
	stop(service, server, settings.stopGrace, log)
	return 0
}

// stop closes the listener at once, lets requests and WebSockets end by themselves until the grace is over,
// then tells the WebSockets to go, and cuts what is left.
func stop(service *service, server *http.Server, grace time.Duration, log *log.Logger) {
	log.Printf("stop: finishing %d requests, for at most %s", service.inFlight.Load(), grace)
	start := time.Now()
	graceOver, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	shutdown := server.Shutdown(graceOver)
	if open := service.sockets.wait(graceOver); open > 0 {
		log.Printf("stop: closing %d WebSockets with status 1001", open)
	}
	service.sockets.goAway()
	farewellOver, cancelFarewell := context.WithTimeout(context.Background(), farewell)
	defer cancelFarewell()
	if silent := service.sockets.wait(farewellOver); silent > 0 {
		log.Printf("error: %d WebSockets did not answer status 1001 within %s", silent, farewell)
	}
	if shutdown != nil {
		log.Printf("error: %d requests cut: not done within STOP_GRACE=%s", service.inFlight.Load(), grace)
		server.Close()
	}
	log.Printf("stop: done after %s", time.Since(start).Round(time.Millisecond))
}
