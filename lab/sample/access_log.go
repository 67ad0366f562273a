package main

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// logAccess writes a line for each request when it has ended: method, path, status, time taken.
func logAccess(next http.Handler, output io.Writer) http.Handler {
	var mutex sync.Mutex
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: writer, status: http.StatusOK}
		next.ServeHTTP(recorder, request)
		mutex.Lock()
		defer mutex.Unlock()
		fmt.Fprintf(output, "%s %q %d %s\n", request.Method, request.URL.RequestURI(), recorder.status, time.Since(start))
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController and the WebSocket library reach Flush and Hijack.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
