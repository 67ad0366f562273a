package main

import (
	"testing"
	"time"
)

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestReadSettings(t *testing.T) {
	t.Run("has defaults for all but VERSION", func(t *testing.T) {
		got, err := readSettings(environment(map[string]string{"VERSION": "1.0.0"}), "pi1")
		want := settings{version: "1.0.0", node: "pi1", listen: ":8080", stopGrace: 25 * time.Second}
		if err != nil || got != want {
			t.Fatalf("got %+v and error %v, want %+v", got, err, want)
		}
	})
	t.Run("takes every variable", func(t *testing.T) {
		got, err := readSettings(environment(map[string]string{
			"VERSION": "1.0.0", "BROKEN": "sick", "FAIL_PERCENT": "2.5", "NODE_HOSTNAME": "pi9",
			"LISTEN": "127.0.0.1:0", "STOP_GRACE": "500ms", "ACCESS_LOG": "on",
			"DSN_FILE": "/run/secrets/dsn", "SQL_READ": "SELECT", "SQL_ADD": "INSERT", "SQL_RENAME": "UPDATE",
		}), "pi1")
		want := settings{
			"1.0.0", "pi9", "127.0.0.1:0", "sick", 2.5, 500 * time.Millisecond, true,
			"/run/secrets/dsn", "SELECT", "INSERT", "UPDATE",
		}
		if err != nil || got != want {
			t.Fatalf("got %+v and error %v, want %+v", got, err, want)
		}
	})
	t.Run("a release with the wrong version shows 9.9.9", func(t *testing.T) {
		got, err := readSettings(environment(map[string]string{"VERSION": "1.0.0", "BROKEN": "wrong-version"}), "")
		if err != nil || got.version != "9.9.9" {
			t.Fatalf("got version %q and error %v", got.version, err)
		}
	})
	t.Run("names every mistake, its value and what is allowed", func(t *testing.T) {
		_, err := readSettings(environment(map[string]string{
			"BROKEN": "ill", "FAIL_PERCENT": "101", "STOP_GRACE": "25", "ACCESS_LOG": "yes",
			"DSN_FILE": "/run/secrets/dsn", "SQL_READ": "SELECT", "SQL_ADD": "INSERT",
		}), "")
		want := `VERSION="": set it to the version of this release, such as 1.0.0
BROKEN="ill": leave it empty, or set it to sick, crash or wrong-version
FAIL_PERCENT="101": set it to a number from 0 to 100
STOP_GRACE="25": set it to a duration of at least 0s, such as 25s or 500ms
ACCESS_LOG="yes": set it to on or off
SQL_RENAME="": set it to what this release does with DSN_FILE's database`
		if err == nil || err.Error() != want {
			t.Fatalf("got %v\nwant %s", err, want)
		}
	})
	t.Run("refuses a share that is no number", func(t *testing.T) {
		for _, share := range []string{"NaN", "-1", "many"} {
			if _, err := readSettings(environment(map[string]string{"VERSION": "1", "FAIL_PERCENT": share}), ""); err == nil {
				t.Errorf("FAIL_PERCENT=%s was taken", share)
			}
		}
	})
}
