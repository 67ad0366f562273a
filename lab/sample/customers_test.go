package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What PostgreSQL itself does with the statements is in test/lab/databases.spec.ts.

func dsnFile(t *testing.T, dsn string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "dsn")
	if err := os.WriteFile(file, []byte(dsn+"\n"), 0o400); err != nil {
		t.Fatal(err)
	}
	return file
}

// deadDSN is that of a database that does not answer.
func deadDSN(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "postgres://shop:sesame@" + listener.Addr().String() + "/shop"
}

func TestCustomers(t *testing.T) {
	t.Run("are none without a DSN_FILE", func(t *testing.T) {
		url, _ := serve(t, settings{})
		if got := ask(t, "GET", url+"/customers/1", ""); got.status != 404 {
			t.Fatalf("got %+v", got)
		}
	})
	t.Run("a body or an ID that is none is refused", func(t *testing.T) {
		url := serveCustomers(t)
		for _, test := range []struct{ method, path, body string }{
			{"POST", "/customers", ``},
			{"POST", "/customers", `{"given":"Ada"}`},
			{"PUT", "/customers/1", `{"given":"","family":"Lovelace"}`},
			{"PUT", "/customers/ada", `{"given":"Ada","family":"Lovelace"}`},
			{"GET", "/customers/ada", ``},
		} {
			if got := ask(t, test.method, url+test.path, test.body); got.status != 400 {
				t.Errorf("%+v: got %+v", test, got)
			}
		}
	})
	t.Run("a database that does not answer is an error of requests, but the service is alive", func(t *testing.T) {
		url := serveCustomers(t)
		got := ask(t, "GET", url+"/customers/1", "")
		if got.status != 500 || !strings.Contains(got.body, "connection refused") || strings.Contains(got.body, "sesame") {
			t.Fatalf("got %+v", got)
		}
		if got := ask(t, "GET", url+"/alive", ""); got.status != 200 {
			t.Fatalf("got %+v", got)
		}
	})
}

func serveCustomers(t *testing.T) string {
	t.Helper()
	customers, err := openCustomers(settings{dsnFile: dsnFile(t, deadDSN(t)), sqlRead: "SELECT $1", sqlAdd: "-", sqlRename: "-"})
	if err != nil {
		t.Fatal(err)
	}
	url, _ := serveWith(t, settings{}, customers)
	return url
}

func TestMigrateUp(t *testing.T) {
	for name, test := range map[string]struct{ dsn, statements, message string }{
		"no database":   {deadDSN(t), "SELECT 1", "connection refused\n"},
		"not a DSN":     {"postgres://shop:sesame@db:port/shop", "SELECT 1", "write postgres://USER:PASSWORD@HOST:PORT/DATABASE into it\n"},
		"no statements": {deadDSN(t), "", `SQL_MIGRATE="": set it to what the database needs for this release` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			environment := []string{"DSN_FILE=" + dsnFile(t, test.dsn), "SQL_MIGRATE=" + test.statements}
			code, stdout, stderr := runTask(t, environment, "migrate", "up")
			if code != 1 || stdout != "" || !strings.HasPrefix(stderr, "error: migrate: ") || !strings.HasSuffix(stderr, test.message) {
				t.Fatalf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
			}
			if strings.Contains(stderr, "sesame") {
				t.Fatalf("the password is in %q", stderr)
			}
		})
	}
	t.Run("no file", func(t *testing.T) {
		code, _, stderr := runTask(t, []string{"DSN_FILE=/no/such/file", "SQL_MIGRATE=SELECT 1"}, "migrate", "up")
		if code != 1 || stderr != "error: migrate: DSN_FILE=\"/no/such/file\": open /no/such/file: no such file or directory\n" {
			t.Fatalf("exit code %d, stderr %q", code, stderr)
		}
	})
}
