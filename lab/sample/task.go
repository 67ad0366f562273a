package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"
	"time"
)

// taskUsage is what a hook may run the service's own image with.
const taskUsage = "migrate, migrate up, env NAME…, read FILE…, sleep DURATION or exit CODE"

// task does what a hook of a release may want of the image, instead of serving, and returns the exit code:
//
//	migrate         says what a migration would do, from EVENKEEL_PREVIOUS_VERSION to EVENKEEL_VERSION
//	migrate up      carries out SQL_MIGRATE in the database of DSN_FILE
//	env NAME…       prints these variables
//	read FILE…      prints the length and the last letter of each file: enough to know a secret by, without showing it
//	sleep DURATION  says so, and ends after that time
//	exit CODE       says so on both streams, and ends with that code
func task(words []string, out io.Writer, log *log.Logger) int {
	switch action, rest := words[0], words[1:]; {
	case action == "migrate" && len(rest) == 0:
		fmt.Fprintf(out, "migrate: from %s to %s\n", os.Getenv("EVENKEEL_PREVIOUS_VERSION"), os.Getenv("EVENKEEL_VERSION"))
		return 0
	case action == "migrate" && len(rest) == 1 && rest[0] == "up":
		if err := migrate(os.Getenv("DSN_FILE"), os.Getenv("SQL_MIGRATE")); err != nil {
			log.Printf("error: migrate: %v", err)
			return 1
		}
		fmt.Fprintf(out, "migrate: the database is ready for %s\n", os.Getenv("EVENKEEL_VERSION"))
		return 0
	case action == "env":
		for _, name := range rest {
			fmt.Fprintf(out, "%s=%s\n", name, os.Getenv(name))
		}
		return 0
	case action == "read":
		for _, name := range rest {
			content, err := os.ReadFile(name)
			if err != nil {
				log.Printf("error: %v", err)
				return 1
			}
			text := strings.TrimSpace(string(content))
			fmt.Fprintf(out, "%s: %d bytes, the last is %q\n", name, len(content), text[max(0, len(text)-1):])
		}
		return 0
	case action == "sleep" && len(rest) == 1:
		if pause, err := time.ParseDuration(rest[0]); err == nil {
			fmt.Fprintf(out, "sleep: %s\n", pause)
			time.Sleep(pause)
			fmt.Fprintln(out, "sleep: done")
			return 0
		}
	case action == "exit" && len(rest) == 1:
		if code, err := strconv.Atoi(rest[0]); err == nil && code >= 0 && code <= 125 {
			fmt.Fprintf(out, "exit: %d, as told\n", code)
			log.Printf("error: exit code %d, as told", code)
			return code
		}
	}
	log.Printf("error: %q: the words are %s", words, taskUsage)
	return 2
}
