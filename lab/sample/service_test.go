package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// serve starts the service with these settings, and returns its URL and what it logs.
func serve(t *testing.T, settings settings) (string, *output) {
	t.Helper()
	return serveWith(t, settings, nil)
}

// serveWith does so with customers.
func serveWith(t *testing.T, settings settings, customers *customers) (string, *output) {
	t.Helper()
	settings.version, settings.node = "1.2.3", "pi1"
	var output output
	service := newService(settings, log.New(&output, "", 0))
	service.customers = customers
	server := httptest.NewServer(service.handler(&output))
	t.Cleanup(server.Close)
	return server.URL, &output
}

// output is a buffer that may be written and read at once.
type output struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (o *output) Write(text []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.buffer.Write(text)
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.buffer.String()
}

type answer struct {
	status int
	body   string
	header http.Header
}

func ask(t *testing.T, method, url, body string) answer {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, string(text), response.Header}
}

func expect(t *testing.T, got answer, status int, body string) {
	t.Helper()
	if got.status != status || got.body != body {
		t.Fatalf("got %d %q, want %d %q", got.status, got.body, status, body)
	}
}

func TestVersion(t *testing.T) {
	url, _ := serve(t, settings{})
	t.Run("/ shows version and node", func(t *testing.T) { expect(t, ask(t, "GET", url+"/", ""), 200, "1.2.3 pi1\n") })
	t.Run("/version shows the version", func(t *testing.T) { expect(t, ask(t, "GET", url+"/version", ""), 200, "1.2.3\n") })
	t.Run("every answer has X-Version, an error too", func(t *testing.T) {
		for _, path := range []string{"/", "/alive", "/slow?ms=0", "/stream?seconds=0", "/count?id=a", "/headers", "/nowhere"} {
			if got := ask(t, "GET", url+path, "").header.Get("X-Version"); got != "1.2.3" {
				t.Errorf("%s: X-Version is %q", path, got)
			}
		}
	})
	t.Run("an unknown path is 404", func(t *testing.T) {
		expect(t, ask(t, "GET", url+"/nowhere", ""), 404, "404 page not found\n")
	})
}

func TestAlive(t *testing.T) {
	t.Run("is 503 between POST /sick and POST /well, and both are logged", func(t *testing.T) {
		url, output := serve(t, settings{})
		expect(t, ask(t, "GET", url+"/alive", ""), 200, "ok\n")
		expect(t, ask(t, "POST", url+"/sick", ""), 200, "sick\n")
		expect(t, ask(t, "GET", url+"/alive", ""), 503, "sick\n")
		expect(t, ask(t, "GET", url+"/version", ""), 200, "1.2.3\n")
		expect(t, ask(t, "POST", url+"/well", ""), 200, "well\n")
		expect(t, ask(t, "GET", url+"/alive", ""), 200, "ok\n")
		want := "error: sick: /alive answers 503 from now on, because of POST /sick; POST /well heals it\n" +
			"well: /alive answers 200 from now on, because of POST /well\n"
		if output.String() != want {
			t.Fatalf("logged %q, want %q", output, want)
		}
	})
	t.Run("of a sick release is always 503", func(t *testing.T) {
		url, _ := serve(t, settings{broken: brokenSick})
		expect(t, ask(t, "GET", url+"/alive", ""), 503, "sick\n")
		expect(t, ask(t, "POST", url+"/well", ""), 409, "BROKEN=sick: this release does not get well\n")
		expect(t, ask(t, "GET", url+"/alive", ""), 503, "sick\n")
	})
}

func TestFailPercent(t *testing.T) {
	url, _ := serve(t, settings{failPercent: 30})
	t.Run("fails exactly that share of ordinary requests", func(t *testing.T) {
		failed := 0
		for range 100 {
			if ask(t, "GET", url+"/", "").status == 500 {
				failed++
			}
		}
		if failed != 30 {
			t.Fatalf("%d of 100 requests failed, want 30", failed)
		}
	})
	t.Run("never fails the health check", func(t *testing.T) {
		for range 20 {
			expect(t, ask(t, "GET", url+"/alive", ""), 200, "ok\n")
		}
	})
	t.Run("shares below one percent add up", func(t *testing.T) {
		share, failed := failures{percent: 0.5}, 0
		for range 1000 {
			if share.next() {
				failed++
			}
		}
		if failed != 5 {
			t.Fatalf("%d of 1000 failed, want 5", failed)
		}
	})
}

func TestSlow(t *testing.T) {
	url, _ := serve(t, settings{})
	t.Run("answers no sooner than asked", func(t *testing.T) {
		start := time.Now()
		expect(t, ask(t, "GET", url+"/slow?ms=80", ""), 200, "1.2.3 pi1 after 80 ms\n")
		if took := time.Since(start); took < 80*time.Millisecond {
			t.Fatalf("answered after %s", took)
		}
	})
	t.Run("refuses what is no number", func(t *testing.T) {
		expect(t, ask(t, "GET", url+"/slow?ms=-1", ""), 400, "ms=\"-1\": give a whole number from 0 to 120000\n")
	})
	t.Run("waits 120 s at most", func(t *testing.T) {
		request := httptest.NewRequest("GET", "/slow?ms=4000000000", nil)
		if wait, err := duration(request, "ms", 0, time.Millisecond, maxSlow); err != nil || wait != 120*time.Second {
			t.Fatalf("waits %s, error %v", wait, err)
		}
	})
}

func TestStream(t *testing.T) {
	url, _ := serve(t, settings{})
	t.Run("sends ten numbered lines a second, each with the version, chunked", func(t *testing.T) {
		start := time.Now()
		response, err := http.Get(url + "/stream?seconds=1")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		for line := 1; line <= 10; line++ {
			fmt.Fprintf(&want, "1.2.3 %d/10\n", line)
		}
		if string(body) != want.String() {
			t.Fatalf("got %q, want %q", body, want.String())
		}
		if len(response.TransferEncoding) != 1 || response.TransferEncoding[0] != "chunked" {
			t.Fatalf("transfer encoding is %v", response.TransferEncoding)
		}
		if took := time.Since(start); took < 900*time.Millisecond {
			t.Fatalf("all lines came within %s", took)
		}
	})
	t.Run("refuses what is no number", func(t *testing.T) {
		expect(t, ask(t, "GET", url+"/stream?seconds=x", ""), 400, "seconds=\"x\": give a whole number from 0 to 3600\n")
	})
}

func TestCount(t *testing.T) {
	t.Run("counts each ID by itself", func(t *testing.T) {
		url, _ := serve(t, settings{})
		count := func(id string, n int) string {
			return fmt.Sprintf(`{"count":%d,"id":"%s","node":"pi1","version":"1.2.3"}`+"\n", n, id)
		}
		expect(t, ask(t, "GET", url+"/count?id=a", ""), 200, count("a", 0))
		expect(t, ask(t, "POST", url+"/count", `{"id":"a"}`), 200, count("a", 1))
		expect(t, ask(t, "POST", url+"/count", `{"id":"a"}`), 200, count("a", 2))
		expect(t, ask(t, "POST", url+"/count", `{"id":"b"}`), 200, count("b", 1))
		expect(t, ask(t, "GET", url+"/count?id=a", ""), 200, count("a", 2))
	})
	t.Run("refuses a body without an ID, or with a long one", func(t *testing.T) {
		url, _ := serve(t, settings{})
		want := `the body has to be {"id":"…"}, the ID 1 to 200 bytes long` + "\n"
		for _, body := range []string{"", "{}", `{"id":7}`, `{"id":"` + strings.Repeat("x", 201) + `"}`, strings.Repeat(" ", 5000)} {
			expect(t, ask(t, "POST", url+"/count", body), 400, want)
		}
	})
	t.Run("takes no new ID when it is full, and goes on with the known ones", func(t *testing.T) {
		counter := newCounter(1)
		counter.add("a")
		if _, room := counter.add("b"); room {
			t.Fatal("took b")
		}
		if count, room := counter.add("a"); count != 2 || !room {
			t.Fatalf("a is at %d, room %t", count, room)
		}
	})
}

func TestHeaders(t *testing.T) {
	t.Run("shows what came through the edge", func(t *testing.T) {
		url, _ := serve(t, settings{})
		request, _ := http.NewRequest("GET", url+"/headers", nil)
		request.Host = "shop.example.com"
		request.Header.Set("X-Forwarded-For", "192.0.2.1")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var got struct {
			Host, Protocol, RemoteAddress string
			Headers                       http.Header
		}
		if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		if got.Host != "shop.example.com" || got.Protocol != "HTTP/1.1" ||
			!strings.HasPrefix(got.RemoteAddress, "127.0.0.1:") || got.Headers.Get("X-Forwarded-For") != "192.0.2.1" {
			t.Fatalf("got %+v", got)
		}
	})
}

func TestAccessLog(t *testing.T) {
	t.Run("is off by default", func(t *testing.T) {
		url, output := serve(t, settings{})
		ask(t, "GET", url+"/", "")
		if output.String() != "" {
			t.Fatalf("logged %q", output)
		}
	})
	t.Run("has a line for each request", func(t *testing.T) {
		url, output := serve(t, settings{accessLog: true})
		ask(t, "GET", url+"/slow?ms=x", "")
		// The line is written after the answer.
		for deadline := time.Now().Add(5 * time.Second); output.String() == "" && time.Now().Before(deadline); {
			time.Sleep(5 * time.Millisecond)
		}
		if !strings.HasPrefix(output.String(), `GET "/slow?ms=x" 400 `) {
			t.Fatalf("logged %q", output)
		}
	})
}
