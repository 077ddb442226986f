package resolvers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
	// maxParts bounds the files of one request.
	maxParts = 20
	// uploadTime is the most time the files of a request may take on their way.
	uploadTime = 5 * time.Minute
)

// upload takes operations with files (GraphQL multipart request specification), and only with a header that forces a
// preflight, since a form is a request any page can send.
type upload struct{ *Resolver }

// Supports takes multipart forms.
func (upload) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
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
	params := &graphql.RawParams{ReadTime: graphql.TraceTiming{Start: graphql.Now()}}
	err := readForm(r, params)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge || errors.Is(err, os.ErrDeadlineExceeded) {
		t.refuseBody(w, r, err, limit)
		return
	}
	if err != nil {
		t.refuse(w, r, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.multipart", "detail", err.Error()))
		return
	}
	t.run(w, r, exec, params, false)
}

// readForm reads operations, map and files, in this order.
func readForm(r *http.Request, params *graphql.RawParams) error {
	form, err := r.MultipartReader()
	if err != nil {
		return errors.New("not a form")
	}
	if err := readPart(form, "operations", params); err != nil {
		return err
	}
	places := map[string][]string{}
	if err := readPart(form, "map", &places); err != nil {
		return err
	}
	for range maxParts + 1 {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		paths := places[part.FormName()]
		if len(paths) == 0 {
			return fmt.Errorf("map says nothing of %q", part.FormName())
		}
		delete(places, part.FormName())
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		for _, path := range paths {
			file := graphql.Upload{File: bytes.NewReader(content), Filename: part.FileName(), Size: int64(len(content)), ContentType: part.Header.Get("Content-Type")}
			if err := place(params.Variables, path, file); err != nil {
				return err
			}
		}
	}
	if len(places) > 0 {
		return errors.New("files are missing, or too many")
	}
	return nil
}

func readPart(form *multipart.Reader, name string, into any) error {
	part, err := form.NextPart()
	if err != nil {
		return err
	}
	if part.FormName() != name {
		return fmt.Errorf("%s must come before %q", name, part.FormName())
	}
	text, err := io.ReadAll(io.LimitReader(part, maxBody))
	if err != nil {
		return err
	}
	if decode(text, into) != nil {
		return fmt.Errorf("%s is not valid JSON", name)
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
			if err != nil || n < 0 || n >= len(holder) || last && holder[n] != nil {
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
