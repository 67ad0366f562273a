package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// binary is the service as it is in the image; TestMain builds it.
var binary string

func TestMain(m *testing.M) {
	directory, err := os.MkdirTemp("", "sample")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(directory, "sample")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v: %s", err, output))
	}
	code := m.Run()
	os.RemoveAll(directory)
	os.Exit(code)
}

// process is the service as a process of its own.
type process struct {
	command *exec.Cmd
	address string
	// lines yields what it writes to stderr, and is closed at its end.
	lines chan string
}

var listening = regexp.MustCompile(`listening on (\S+)$`)

// start starts the service, and waits until it listens (or ends).
func start(t *testing.T, environment ...string) *process {
	t.Helper()
	p := &process{command: exec.Command(binary), lines: make(chan string, 100)}
	p.command.Env = append([]string{"VERSION=1.2.3", "LISTEN=127.0.0.1:0", "NODE_HOSTNAME=pi1"}, environment...)
	stderr, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.command.Process.Kill() })
	go func() {
		defer close(p.lines)
		for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
			p.lines <- scanner.Text()
		}
	}()
	if first, open := <-p.lines; open {
		if match := listening.FindStringSubmatch(first); match != nil {
			p.address = match[1]
		}
	}
	return p
}

func (p *process) signal(t *testing.T) {
	t.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// awaitLine waits for a line that begins so.
func (p *process) awaitLine(t *testing.T, prefix string) {
	t.Helper()
	for line := range p.lines {
		if strings.HasPrefix(line, prefix) {
			return
		}
	}
	t.Fatalf("no line %q", prefix)
}

// end waits for the process, and returns its exit code and what it logged since the last line read.
func (p *process) end(t *testing.T) (int, string) {
	t.Helper()
	var rest []string
	for line := range p.lines {
		rest = append(rest, line)
	}
	p.command.Wait()
	return p.command.ProcessState.ExitCode(), strings.Join(rest, "\n")
}

func TestSIGTERM(t *testing.T) {
	t.Run("lets a request in flight finish, closes the listener, and exits 0", func(t *testing.T) {
		p := start(t)
		// The answer's first line shows that the request is in flight.
		response, err := http.Get("http://" + p.address + "/stream?seconds=1")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		p.signal(t)
		p.awaitLine(t, "stop: finishing 1 requests, for at most 25s")
		body, err := io.ReadAll(response.Body)
		if err != nil || !strings.HasSuffix(string(body), "\n1.2.3 10/10\n") {
			t.Fatalf("got %q, error %v", body, err)
		}
		code, logged := p.end(t)
		if code != 0 || !strings.HasPrefix(logged, "stop: done after ") {
			t.Fatalf("exit code %d, logged %q", code, logged)
		}
		if connection, err := net.Dial("tcp", p.address); err == nil {
			connection.Close()
			t.Fatal("something still listens")
		}
	})
	t.Run("lets a slow request finish", func(t *testing.T) {
		p := start(t)
		connection, err := net.Dial("tcp", p.address)
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		fmt.Fprint(connection, "GET /slow?ms=600 HTTP/1.1\r\nHost: shop\r\n\r\n")
		// Connections are accepted in order: when this one has its answer, the slow request is in flight.
		expect(t, ask(t, "GET", "http://"+p.address+"/version", ""), 200, "1.2.3\n")
		p.signal(t)
		all, err := io.ReadAll(connection)
		if err != nil || !strings.HasPrefix(string(all), "HTTP/1.1 200 OK\r\n") ||
			!strings.HasSuffix(string(all), "\r\n\r\n1.2.3 pi1 after 600 ms\n") || !strings.Contains(string(all), "\r\nConnection: close\r\n") {
			t.Fatalf("got %q, error %v", all, err)
		}
		if code, logged := p.end(t); code != 0 {
			t.Fatalf("exit code %d, logged %q", code, logged)
		}
	})
	t.Run("cuts what is not done within the grace, says so, and exits 0", func(t *testing.T) {
		p := start(t, "STOP_GRACE=200ms")
		response, err := http.Get("http://" + p.address + "/stream?seconds=60")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		p.signal(t)
		if _, err := io.ReadAll(response.Body); err == nil {
			t.Fatal("the answer came to its end")
		}
		code, logged := p.end(t)
		if code != 0 || !strings.Contains(logged, "error: 1 requests cut: not done within STOP_GRACE=200ms") {
			t.Fatalf("exit code %d, logged %q", code, logged)
		}
	})
	t.Run("keeps a WebSocket open for the grace, then closes it with 1001", func(t *testing.T) {
		p := start(t, "STOP_GRACE=300ms")
		socket := dial(t, p)
		p.signal(t)
		p.awaitLine(t, "stop: finishing 0 requests")
		echo(t, socket, "still there?")
		_, _, err := socket.Read(context.Background())
		if websocket.CloseStatus(err) != websocket.StatusGoingAway {
			t.Fatalf("ended with %v", err)
		}
		code, logged := p.end(t)
		if code != 0 || !strings.HasPrefix(logged, "stop: closing 1 WebSockets with status 1001\nstop: done after ") {
			t.Fatalf("exit code %d, logged %q", code, logged)
		}
	})
	t.Run("does not wait for the grace when the last WebSocket has gone", func(t *testing.T) {
		p := start(t, "STOP_GRACE=1h")
		socket := dial(t, p)
		p.signal(t)
		p.awaitLine(t, "stop: finishing 0 requests")
		if err := socket.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Fatal(err)
		}
		if code, logged := p.end(t); code != 0 || strings.Contains(logged, "closing") {
			t.Fatalf("exit code %d, logged %q", code, logged)
		}
	})
	t.Run("is not held up by a WebSocket that does not answer 1001", func(t *testing.T) {
		p := start(t, "STOP_GRACE=10ms")
		dial(t, p) // and never read
		p.signal(t)
		code, logged := p.end(t)
		if code != 0 || !strings.Contains(logged, "error: 1 WebSockets did not answer status 1001 within 1s") {
			t.Fatalf("exit code %d, logged %q", code, logged)
		}
	})
}

// dial opens a WebSocket, and checks that the version comes first and messages come back.
func dial(t *testing.T, p *process) *websocket.Conn {
	t.Helper()
	socket, _, err := websocket.Dial(context.Background(), "ws://"+p.address+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.CloseNow() })
	if kind, first, err := socket.Read(context.Background()); err != nil || kind != websocket.MessageText || string(first) != "1.2.3" {
		t.Fatalf("the first message is %v %q, error %v", kind, first, err)
	}
	echo(t, socket, "hello")
	return socket
}

func echo(t *testing.T, socket *websocket.Conn, message string) {
	t.Helper()
	if err := socket.Write(context.Background(), websocket.MessageBinary, []byte(message)); err != nil {
		t.Fatal(err)
	}
	kind, back, err := socket.Read(context.Background())
	if err != nil || kind != websocket.MessageBinary || string(back) != message {
		t.Fatalf("back came %v %q, error %v", kind, back, err)
	}
}

func TestBroken(t *testing.T) {
	t.Run("crash logs an error and exits 1 without ever listening", func(t *testing.T) {
		begin := time.Now()
		p := start(t, "BROKEN=crash")
		code, logged := p.end(t)
		if code != 1 || logged != "error: BROKEN=crash: this release can't start and gives up" || p.address != "" {
			t.Fatalf("exit code %d, logged %q, listened on %q", code, logged, p.address)
		}
		if took := time.Since(begin); took < crashDelay {
			t.Fatalf("ended after %s", took)
		}
	})
	t.Run("sick says why in the log", func(t *testing.T) {
		p := start(t, "BROKEN=sick")
		p.awaitLine(t, "error: BROKEN=sick: /alive answers 503, this release never gets well")
		expect(t, ask(t, "GET", "http://"+p.address+"/alive", ""), 503, "sick\n")
	})
	t.Run("wrong-version is healthy and shows 9.9.9", func(t *testing.T) {
		p := start(t, "BROKEN=wrong-version")
		p.awaitLine(t, "error: BROKEN=wrong-version: the image is 1.2.3, the answers say 9.9.9")
		expect(t, ask(t, "GET", "http://"+p.address+"/alive", ""), 200, "ok\n")
		expect(t, ask(t, "GET", "http://"+p.address+"/", ""), 200, "9.9.9 pi1\n")
	})
	t.Run("bad settings are exit code 2", func(t *testing.T) {
		p := start(t, "BROKEN=ill") // start has read the line
		if code, _ := p.end(t); code != 2 {
			t.Fatalf("exit code %d", code)
		}
	})
	t.Run("an address in use is an error that names it", func(t *testing.T) {
		first := start(t)
		second := start(t, "LISTEN="+first.address)
		if code, _ := second.end(t); code != 1 {
			t.Fatalf("exit code %d", code)
		}
	})
}
