package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// runTask runs the service with words, and returns its exit code and what it wrote to either stream.
func runTask(t *testing.T, environment []string, words ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	command := exec.Command(binary, words...)
	command.Env, command.Stdout, command.Stderr = environment, &out, &err
	command.Run()
	return command.ProcessState.ExitCode(), out.String(), err.String()
}

func TestTask(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("secret!\n"), 0o444); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		words  string
		code   int
		stdout string
		stderr string
	}{
		{"migrate", 0, "migrate: from 1.0.0 to 1.1.0\n", ""},
		{"env EVENKEEL_VERSION NOT_SET", 0, "EVENKEEL_VERSION=1.1.0\nNOT_SET=\n", ""},
		{"read " + file, 0, file + ": 8 bytes, the last is \"!\"\n", ""},
		{"read /no/such/file", 1, "", "error: open /no/such/file: no such file or directory\n"},
		{"sleep 1ms", 0, "sleep: 1ms\nsleep: done\n", ""},
		{"exit 3", 3, "exit: 3, as told\n", "error: exit code 3, as told\n"},
		{"exit 126", 2, "", `error: ["exit" "126"]: the words are ` + taskUsage + "\n"},
		{"dance", 2, "", `error: ["dance"]: the words are ` + taskUsage + "\n"},
	} {
		t.Run(test.words, func(t *testing.T) {
			environment := []string{"EVENKEEL_PREVIOUS_VERSION=1.0.0", "EVENKEEL_VERSION=1.1.0"}
			code, stdout, stderr := runTask(t, environment, strings.Fields(test.words)...)
			if code != test.code || stdout != test.stdout || stderr != test.stderr {
				t.Fatalf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
	t.Run("sleep lasts", func(t *testing.T) {
		begin := time.Now()
		if code, _, _ := runTask(t, nil, "sleep", "300ms"); code != 0 || time.Since(begin) < 300*time.Millisecond {
			t.Fatalf("exit code %d after %s", code, time.Since(begin))
		}
	})
}
