package resolvers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"vinhdanh/model"
)

// Limits of the JSON of a request.
const (
	maxNesting = 100
	maxValues  = 50_000
)

// readJSON reads exactly one JSON value of a request. Beyond what JSON demands it must be UTF-8 and name nothing twice, which
// two readers would understand differently; a byte order mark is passed over.
func readJSON(text []byte) (any, *model.Error) {
	if !utf8.Valid(text) {
		return nil, model.Errorf(model.CodeBadUserInput, "request.encoding")
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	d.UseNumber()
	r := jsonReader{Decoder: d}
	value, err := r.value(maxNesting)
	if err == nil {
		if _, end := d.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("more than one value")
		}
	}
	if refusal, worded := errors.AsType[*model.Error](err); worded {
		return nil, refusal
	}
	if err != nil {
		return nil, model.Errorf(model.CodeBadUserInput, "request.json")
	}
	return value, nil
}

// jsonReader counts what it reads.
type jsonReader struct {
	*json.Decoder
	values int
}

func (r *jsonReader) value(levels int) (any, error) {
	if levels == 0 {
		return nil, model.Errorf(model.CodeBadUserInput, "request.nesting", "max", maxNesting)
	}
	if r.values++; r.values > maxValues {
		return nil, model.Errorf(model.CodePayloadTooLarge, "request.too_many_values", "max", maxValues)
	}
	token, err := r.Token()
	switch token {
	case json.Delim('{'):
		return r.object(levels - 1)
	case json.Delim('['):
		return r.array(levels - 1)
	}
	return token, err
}

func (r *jsonReader) object(levels int) (any, error) {
	object := map[string]any{}
	for r.More() {
		token, err := r.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errors.New("no name")
		}
		if _, twice := object[name]; twice {
			return nil, model.Errorf(model.CodeBadUserInput, "request.twice", "name", name)
		}
		if object[name], err = r.value(levels); err != nil {
			return nil, err
		}
	}
	_, err := r.Token()
	return object, err
}

func (r *jsonReader) array(levels int) (any, error) {
	list := []any{}
	for r.More() {
		value, err := r.value(levels)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := r.Token()
	return list, err
}

// readParams reads the parameters of an operation.
func readParams(text []byte) (*graphql.RawParams, *model.Error) {
	value, refusal := readJSON(text)
	if refusal != nil {
		return nil, refusal
	}
	if _, batch := value.([]any); batch {
		return nil, model.Errorf(model.CodeBadUserInput, "request.batch")
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, model.Errorf(model.CodeBadUserInput, "request.json")
	}
	return paramsOf(object)
}

func paramsOf(object map[string]any) (*graphql.RawParams, *model.Error) {
	params := &graphql.RawParams{}
	wrong := func(name string) (*graphql.RawParams, *model.Error) {
		return nil, model.Errorf(model.CodeBadUserInput, "request.parameter", "name", name)
	}
	switch {
	case !member(object, "query", &params.Query):
		return wrong("query")
	case !member(object, "operationName", &params.OperationName):
		return wrong("operationName")
	case !member(object, "variables", &params.Variables):
		return wrong("variables")
	case !member(object, "extensions", &params.Extensions):
		return wrong("extensions")
	}
	return params, nil
}

// member takes a member of an object, which may be left out or null, and says whether it is of its type.
func member[T any](object map[string]any, name string, into *T) bool {
	value, given := object[name]
	if !given || value == nil {
		return true
	}
	fitting, ok := value.(T)
	*into = fitting
	return ok
}
