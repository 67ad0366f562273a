package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

const (
	// maxConnections is for one process: six of them (two slots on three machines) stay well below PostgreSQL's 100.
	maxConnections = 8
	// statementTime is how long a statement may take.
	statementTime = 5 * time.Second
)

// customers is a table in PostgreSQL. What this release reads and writes there is in its image's environment, as one
// statement each; docs/databases.md has them, release by release:
//
//	SQL_READ    the full name of the customer $1
//	SQL_ADD     a new customer with the given name $1 and the family name $2; returns the ID
//	SQL_RENAME  the customer $1 is called $2 $3 from now on
type customers struct {
	db                *sql.DB
	read, add, rename string
}

// openCustomers makes the customers ready; nil without a DSN_FILE.
func openCustomers(settings settings) (*customers, error) {
	if settings.dsnFile == "" {
		return nil, nil
	}
	db, err := openDatabase(settings.dsnFile)
	if err != nil {
		return nil, err
	}
	return &customers{db, settings.sqlRead, settings.sqlAdd, settings.sqlRename}, nil
}

// openDatabase reads the DSN (postgres://USER:PASSWORD@HOST:PORT/DATABASE) from dsnFile. It connects to nothing yet.
func openDatabase(dsnFile string) (*sql.DB, error) {
	dsn, err := os.ReadFile(dsnFile)
	if err != nil {
		return nil, fmt.Errorf("DSN_FILE=%q: %w", dsnFile, err)
	}
	connector, err := pq.NewConnector(strings.TrimSpace(string(dsn)))
	if err != nil {
		// The error may have the whole DSN in it, password included.
		return nil, fmt.Errorf("DSN_FILE=%q: write postgres://USER:PASSWORD@HOST:PORT/DATABASE into it", dsnFile)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	return db, nil
}

// migrate carries out the statements, all of them or none.
func migrate(dsnFile, statements string) error {
	if statements == "" {
		return errors.New(`SQL_MIGRATE="": set it to what the database needs for this release`)
	}
	db, err := openDatabase(dsnFile)
	if err != nil {
		return err
	}
	defer db.Close()
	transaction, err := db.Begin()
	if err != nil {
		return err
	}
	defer transaction.Rollback()
	if _, err := transaction.Exec(statements); err != nil {
		return err
	}
	return transaction.Commit()
}

// names is the body of POST /customers and PUT /customers/ID.
type names struct {
	Given  string `json:"given"`
	Family string `json:"family"`
}

func (s *service) addCustomer(writer http.ResponseWriter, request *http.Request) {
	names, ok := readNames(writer, request)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(request.Context(), statementTime)
	defer cancel()
	var id int64
	err := s.customers.db.QueryRowContext(ctx, s.customers.add, names.Given, names.Family).Scan(&id)
	if s.databaseFailed(writer, err) {
		return
	}
	writer.Header().Set("Content-Type", "application/json")
	writer.WriteHeader(http.StatusCreated)
	fmt.Fprintf(writer, "{\"id\":%d}\n", id)
}

func (s *service) readCustomer(writer http.ResponseWriter, request *http.Request) {
	id, ok := readID(writer, request)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(request.Context(), statementTime)
	defer cancel()
	var name string
	err := s.customers.db.QueryRowContext(ctx, s.customers.read, id).Scan(&name)
	if s.databaseFailed(writer, err) {
		return
	}
	writeJSON(writer, map[string]any{"id": id, "name": name})
}

func (s *service) renameCustomer(writer http.ResponseWriter, request *http.Request) {
	id, ok := readID(writer, request)
	if !ok {
		return
	}
	names, ok := readNames(writer, request)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(request.Context(), statementTime)
	defer cancel()
	result, err := s.customers.db.ExecContext(ctx, s.customers.rename, id, names.Given, names.Family)
	if s.databaseFailed(writer, err) {
		return
	}
	if rows, err := result.RowsAffected(); err == nil && rows == 0 {
		s.databaseFailed(writer, sql.ErrNoRows)
		return
	}
	writeJSON(writer, map[string]any{"id": id})
}

// databaseFailed answers 404 for a customer that is not there and 500 for any other error, and says whether it did.
func (s *service) databaseFailed(writer http.ResponseWriter, err error) bool {
	switch {
	case err == nil:
		return false
	case errors.Is(err, sql.ErrNoRows):
		http.Error(writer, "no such customer", http.StatusNotFound)
	default:
		s.log.Printf("error: database: %v", err)
		http.Error(writer, fmt.Sprintf("database: %v", err), http.StatusInternalServerError)
	}
	return true
}

func readID(writer http.ResponseWriter, request *http.Request) (int64, bool) {
	id, err := strconv.ParseInt(request.PathValue("id"), 10, 64)
	if err != nil {
		http.Error(writer, "the ID has to be a whole number", http.StatusBadRequest)
	}
	return id, err == nil
}

func readNames(writer http.ResponseWriter, request *http.Request) (names, bool) {
	var body names
	err := json.NewDecoder(http.MaxBytesReader(writer, request.Body, maxBody)).Decode(&body)
	if err != nil || body.Given == "" || body.Family == "" {
		http.Error(writer, `the body has to be {"given":"…","family":"…"}`, http.StatusBadRequest)
		return names{}, false
	}
	return body, true
}
