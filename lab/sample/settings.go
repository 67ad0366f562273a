package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// The ways in which a release of the sample service can be bad.
const (
	brokenNot          = ""
	brokenSick         = "sick"          // /alive answers 503, always
	brokenCrash        = "crash"         // logs an error and exits 1 after crashDelay, without ever listening
	brokenWrongVersion = "wrong-version" // says that it is wrongVersion
)

// wrongVersion is what a release with BROKEN=wrong-version calls itself.
const wrongVersion = "9.9.9"

// settings is what the environment says.
type settings struct {
	// version is what every answer shows (VERSION; with BROKEN=wrong-version, wrongVersion).
	version string
	// node is the name of the machine (NODE_HOSTNAME, or else the host name).
	node string
	// listen is the address to listen on (LISTEN; default ":8080").
	listen string
	// broken is one of the broken… constants (BROKEN).
	broken string
	// failPercent is the share of ordinary requests that is answered with 500 (FAIL_PERCENT; 0 to 100, default 0).
	failPercent float64
	// stopGrace is how long requests and WebSockets may go on after SIGTERM (STOP_GRACE; default 25s).
	stopGrace time.Duration
	// accessLog says whether each request is written to stdout (ACCESS_LOG=on; default off).
	accessLog bool
	// dsnFile is the file with the DSN of a PostgreSQL, such as /run/secrets/shop-dsn (DSN_FILE; default: no database).
	dsnFile string
	// What this release does with the database's customers (SQL_READ, SQL_ADD, SQL_RENAME); see customers.go.
	sqlRead, sqlAdd, sqlRename string
}

// readSettings reads the environment. The error names every bad variable, its value and what is allowed.
func readSettings(getenv func(string) string, hostname string) (settings, error) {
	var mistakes []error
	mistake := func(name, remedy string) {
		mistakes = append(mistakes, fmt.Errorf("%s=%q: %s", name, getenv(name), remedy))
	}
	or := func(name, otherwise string) string {
		if value := getenv(name); value != "" {
			return value
		}
		return otherwise
	}

	s := settings{
		version:   getenv("VERSION"),
		node:      or("NODE_HOSTNAME", hostname),
		listen:    or("LISTEN", ":8080"),
		broken:    getenv("BROKEN"),
		stopGrace: 25 * time.Second,
		dsnFile:   getenv("DSN_FILE"),
		sqlRead:   getenv("SQL_READ"),
		sqlAdd:    getenv("SQL_ADD"),
		sqlRename: getenv("SQL_RENAME"),
	}
	if s.version == "" {
		mistake("VERSION", "set it to the version of this release, such as 1.0.0")
	}
	switch s.broken {
	case brokenNot, brokenSick, brokenCrash:
	case brokenWrongVersion:
		s.version = wrongVersion
	default:
		mistake("BROKEN", "leave it empty, or set it to sick, crash or wrong-version")
	}
	if text := getenv("FAIL_PERCENT"); text != "" {
		percent, err := strconv.ParseFloat(text, 64)
		// Written so that NaN is refused too.
		if err != nil || !(percent >= 0 && percent <= 100) {
			mistake("FAIL_PERCENT", "set it to a number from 0 to 100")
		}
		s.failPercent = percent
	}
	if text := getenv("STOP_GRACE"); text != "" {
		grace, err := time.ParseDuration(text)
		if err != nil || grace < 0 {
			mistake("STOP_GRACE", "set it to a duration of at least 0s, such as 25s or 500ms")
		}
		s.stopGrace = grace
	}
	switch getenv("ACCESS_LOG") {
	case "", "off":
	case "on":
		s.accessLog = true
	default:
		mistake("ACCESS_LOG", "set it to on or off")
	}
	if s.dsnFile != "" {
		for _, name := range []string{"SQL_READ", "SQL_ADD", "SQL_RENAME"} {
			if getenv(name) == "" {
				mistake(name, "set it to what this release does with DSN_FILE's database")
			}
		}
	}
	return s, errors.Join(mistakes...)
}
