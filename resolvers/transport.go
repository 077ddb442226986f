package resolvers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/model"
)

// The media types of answers (GraphQL over HTTP).
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// maxBody is the most bytes of a request without files.
const maxBody = 1 << 20

// preflightHeaders are headers that a page of another site cannot send without asking the browser first.
var preflightHeaders = []string{"Authorization", "Graphql-Preflight", "Apollo-Require-Preflight", "X-Apollo-Operation-Name"}

func preflighted(r *http.Request) bool {
	for _, name := range preflightHeaders {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// post takes operations as JSON.
type post struct{ *Resolver }

// Supports takes every POST that is not a form, so that wrong media types get a proper answer.
func (post) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/")
}

// Do answers one operation.
func (t post) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != mediaJSON {
		t.refuse(w, r, http.StatusUnsupportedMediaType, model.Errorf(model.CodeBadUserInput, "request.media_type"))
		return
	}
	params := &graphql.RawParams{ReadTime: graphql.TraceTiming{Start: graphql.Now()}}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		t.refuseBody(w, r, err, maxBody)
		return
	}
	if decode(body, params) != nil {
		t.refuse(w, r, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.json"))
		return
	}
	t.run(w, r, exec, params, false)
}

// get takes queries from the address, and only with a header that forces a preflight.
type get struct{ *Resolver }

// Supports takes every GET.
func (get) Supports(r *http.Request) bool {
	return r.Method == http.MethodGet
}

// Do answers one query.
func (t get) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if !preflighted(r) && !eventSource(r) {
		t.refuse(w, r, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.preflight"))
		return
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	params := &graphql.RawParams{Query: query.Get("query"), OperationName: query.Get("operationName"),
		ReadTime: graphql.TraceTiming{Start: graphql.Now()}}
	if variables := query.Get("variables"); err == nil && variables != "" {
		err = decode([]byte(variables), &params.Variables)
	}
	if extensions := query.Get("extensions"); err == nil && extensions != "" {
		err = decode([]byte(extensions), &params.Extensions)
	}
	if err != nil {
		t.refuse(w, r, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.json"))
		return
	}
	t.run(w, r, exec, params, true)
}

// otherMethods answers what no transport takes.
type otherMethods struct{ *Resolver }

// Supports takes everything.
func (otherMethods) Supports(*http.Request) bool { return true }

// Do names the methods there are.
func (t otherMethods) Do(w http.ResponseWriter, r *http.Request, _ graphql.GraphExecutor) {
	w.Header().Set("Allow", "GET, POST, OPTIONS")
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	t.refuse(w, r, http.StatusMethodNotAllowed, model.Errorf(model.CodeBadUserInput, "request.method"))
}

// decode reads exactly one JSON value.
func decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// run executes an operation. Errors of the request itself are answered with 400 under the response media type and with
// 200 under plain JSON, as GraphQL over HTTP asks; either way without a data entry.
func (r *Resolver) run(w http.ResponseWriter, req *http.Request, exec graphql.GraphExecutor, params *graphql.RawParams, queriesOnly bool) {
	if params.Query == "" {
		r.refuse(w, req, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.query_missing"))
		return
	}
	params.Headers, params.ReadTime.End = req.Header, graphql.Now()
	ctx, cancel := context.WithTimeout(req.Context(), requestTime)
	defer cancel()
	op, refused := exec.CreateOperationContext(ctx, params)
	if streamed(req, op.Operation) {
		r.live.serve(w, req, exec, op, refused)
		return
	}
	if refused != nil {
		status := http.StatusOK
		if mediaOf(req) == mediaResponse {
			status = http.StatusBadRequest
		}
		write(w, req, status, exec.DispatchError(graphql.WithOperationContext(ctx, op), refused))
		return
	}
	if op.Operation.Operation == ast.Subscription {
		r.refuse(w, req, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.subscription"))
		return
	}
	if queriesOnly && op.Operation.Operation != ast.Query {
		w.Header().Set("Allow", http.MethodPost)
		r.refuse(w, req, http.StatusMethodNotAllowed, model.Errorf(model.CodeBadUserInput, "request.method"))
		return
	}
	responses, ctx := exec.DispatchOperation(ctx, op)
	response := responses(ctx)
	if response == nil { // the time was over before anything was asked
		r.refuse(w, req, http.StatusServiceUnavailable, refusalOf(context.DeadlineExceeded))
		return
	}
	write(w, req, http.StatusOK, response)
}

// refuse answers a request that never became an operation.
func (r *Resolver) refuse(w http.ResponseWriter, req *http.Request, status int, refusal *model.Error) {
	faults := gqlerror.List{r.present(req.Context(), refusal)}
	r.unbegun(req.Context(), faults)
	write(w, req, status, &graphql.Response{Errors: faults})
}

// refuseBody answers a body that was too large, too slow or broken off.
func (r *Resolver) refuseBody(w http.ResponseWriter, req *http.Request, err error, limit int64) {
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case tooLarge:
		r.refuse(w, req, http.StatusRequestEntityTooLarge, model.Errorf(model.CodePayloadTooLarge, "request.too_large", "max", limit>>20))
	case errors.Is(err, os.ErrDeadlineExceeded):
		r.refuse(w, req, http.StatusRequestTimeout, model.Errorf(model.CodeTimeout, "request.too_slow"))
	default:
		r.refuse(w, req, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.cut_off"))
	}
}

// answer is a response whose data entry is there only when something was executed.
type answer struct {
	Errors     gqlerror.List   `json:"errors,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
	Extensions map[string]any  `json:"extensions,omitempty"`
}

func write(w http.ResponseWriter, r *http.Request, status int, response *graphql.Response) {
	w.Header().Set("Content-Type", mediaOf(r)+"; charset=utf-8")
	text, err := json.Marshal(answer{response.Errors, response.Data, response.Extensions})
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"errors":[{"message":"internal","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`)
	}
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// mediaOf is the media type a client wants: the first of ours it names, plain JSON when it takes anything.
func mediaOf(r *http.Request) string {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil || params["q"] == "0" {
			continue
		}
		switch media {
		case mediaResponse, mediaJSON:
			return media
		case "*/*", "application/*":
			return mediaJSON
		}
	}
	return mediaJSON
}
