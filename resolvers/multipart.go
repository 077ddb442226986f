package resolvers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

const (
	// maxFiles bounds the files of one request.
	maxFiles = 20
	// uploadTime is the most time the files of a request may take on their way.
	uploadTime = 5 * time.Minute
)

// upload takes operations with files (GraphQL multipart request specification), and only with a header that forces a
// preflight, since a form is a request any page can send.
type upload struct{ *Resolver }

// Supports takes multipart forms, those without a boundary, too.
func (upload) Supports(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return r.Method == http.MethodPost && media == "multipart/form-data"
}

// Do answers one operation with its files.
func (t upload) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if !preflighted(r) {
		t.refuse(w, r, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.preflight"))
		return
	}
	limit := int64(maxBody)
	if auth.Actor(r.Context()).SignedIn() { // nothing that takes files is open to others
		limit += t.Store.MaxUpload
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime))
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	start := graphql.Now()
	params, err := readForm(r)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	refusal, worded := errors.AsType[*model.Error](err)
	switch {
	case tooLarge, errors.Is(err, os.ErrDeadlineExceeded):
		t.refuseBody(w, r, err, limit)
	case worded:
		t.refuse(w, r, statusOf(refusal), refusal)
	case err != nil:
		t.refuse(w, r, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.multipart", "detail", err.Error()))
	default:
		params.ReadTime.Start = start
		t.run(w, r, exec, params)
	}
}

// readForm reads operations, map and files, in this order.
func readForm(r *http.Request) (*graphql.RawParams, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, errors.New("no boundary")
	}
	text, err := readPart(form, "operations")
	if err != nil {
		return nil, err
	}
	params, refusal := readParams(text)
	if refusal != nil {
		return nil, refusal
	}
	if text, err = readPart(form, "map"); err != nil {
		return nil, err
	}
	places, err := readMap(text)
	if err != nil {
		return nil, err
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF) && len(places) > 0:
			return nil, errors.New("a file of map is missing")
		case errors.Is(err, io.EOF):
			return params, nil
		case err != nil:
			return nil, err
		}
		if err := placePart(params.Variables, part, places[part.FormName()]); err != nil {
			return nil, err
		}
		delete(places, part.FormName())
	}
}

func readPart(form *multipart.Reader, name string) ([]byte, error) {
	part, err := form.NextPart()
	if err != nil {
		return nil, fmt.Errorf("%s is missing: %w", name, err)
	}
	if part.FormName() != name {
		return nil, fmt.Errorf("%s must come before %q", name, part.FormName())
	}
	return io.ReadAll(io.LimitReader(part, maxBody))
}

// readMap reads where each file goes.
func readMap(text []byte) (map[string][]any, error) {
	value, refusal := readJSON(text)
	if refusal != nil {
		return nil, refusal
	}
	object, ok := value.(map[string]any)
	if !ok || len(object) > maxFiles {
		return nil, fmt.Errorf("map must be an object of at most %d files", maxFiles)
	}
	places := make(map[string][]any, len(object))
	for name, value := range object {
		paths, ok := value.([]any)
		if !ok || len(paths) == 0 {
			return nil, fmt.Errorf("map must give a list of places for %q", name)
		}
		places[name] = paths
	}
	return places, nil
}

// placePart reads a file and puts it in its places.
func placePart(variables map[string]any, part *multipart.Part, paths []any) error {
	if len(paths) == 0 {
		return fmt.Errorf("map says nothing of %q", part.FormName())
	}
	content, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	for _, path := range paths {
		file := graphql.Upload{File: bytes.NewReader(content), Filename: part.FileName(), Size: int64(len(content)), ContentType: part.Header.Get("Content-Type")}
		if err := place(variables, fmt.Sprint(path), file); err != nil {
			return err
		}
	}
	return nil
}

// place puts a file where the map says: at a null inside the variables.
func place(variables map[string]any, path string, file graphql.Upload) error {
	wrong := fmt.Errorf("map leads nowhere: %q", path)
	steps := strings.Split(path, ".")
	if len(steps) < 2 || steps[0] != "variables" || len(steps) > 10 {
		return wrong
	}
	var at any = variables
	for i, step := range steps[1:] {
		last := i == len(steps)-2
		switch holder := at.(type) {
		case map[string]any:
			value, there := holder[step]
			if !there || last && value != nil {
				return wrong
			}
			if last {
				holder[step] = file
			}
			at = value
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || strconv.Itoa(n) != step || n < 0 || n >= len(holder) || last && holder[n] != nil {
				return wrong
			}
			if last {
				holder[n] = file
			}
			at = holder[n]
		default:
			return wrong
		}
	}
	return nil
}
