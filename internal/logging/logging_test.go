package logging

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"strconv"
	"strings"
	"testing"
)

func TestErrorsAreToldWithoutWhatTheyQuote(t *testing.T) {
	t.Parallel()
	database := errors.New(`duplicate key (name)=(An)`)
	describe := func(err error) (string, error) {
		if errors.Is(err, database) {
			return "23505 people_name", database
		}
		return "", nil
	}
	_, number := strconv.Atoi("Nguyễn Văn An")
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("save person: %w", database), "save person: 23505 people_name"},
		{fmt.Errorf("save %q: %w", "Tran Van An", database), "save …: 23505 people_name"},
		{number, "strconv.Atoi: parsing …: invalid syntax"},
		{errors.New(`sql: Scan error on column index 0, name "full_name": converting driver.Value type string ("Trần \"An\"") to a int`),
			"sql: Scan error on column index … name …: converting driver.Value type string (…) to a int"},
		{errors.New("no unit of Tran Van An in the list"), "no unit of … in the list"},
		{errors.New(`cut off in the "Tran Van`), "cut off in the …"},
		{fmt.Errorf("keep: %w", &fs.PathError{Op: "open", Path: "/home/an/hồ sơ.pdf", Err: fs.ErrNotExist}), "keep: open: file does not exist"},
		{context.DeadlineExceeded, "context deadline exceeded"},
	} {
		if got := told(c.err, describe); got != c.want {
			t.Errorf("%v is told as %q, want %q", c.err, got, c.want)
		}
	}
}

// TestLines is not parallel: there is one log of the program.
func TestLines(t *testing.T) { //nolint:paralleltest // it takes the program's log
	before := slog.Default()
	defer slog.SetDefault(before)
	var out bytes.Buffer
	Install(&out, slog.LevelInfo, func(error) (string, error) { return "", nil })
	slog.ErrorContext(WithRequestID(t.Context(), "request-1"), "failed", "error", errors.New(`bad "An"`))
	slog.With("part", "hub").InfoContext(WithRequestID(t.Context(), "request-2"), "away")
	slog.Debug("unseen")
	log.Print("a library's noise, unseen")
	Printer(slog.LevelWarn).Print("http: panic serving 10.0.0.1:80: Trần\nstack")
	var told []string
	for line := range strings.Lines(out.String()) {
		fields := map[string]any{}
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		told = append(told, fmt.Sprintf("%v %v %v %v %v", fields["level"], fields["msg"], fields["error"], fields["part"], fields["requestId"]))
	}
	want := []string{"ERROR failed bad … <nil> request-1", "INFO away <nil> hub request-2", "WARN http: panic serving … … <nil> <nil> <nil>"}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("the log says\n%s", strings.Join(told, "\n"))
	}
}
