package resolvers

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"vinhdanh/internal/operation"
	"vinhdanh/model"
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

// Supports takes every POST that is no multipart form, so that wrong media types get a proper answer.
func (post) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && !upload{}.Supports(r)
}

// Do answers one operation.
func (t post) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	start := graphql.Now()
	if !sendsJSON(r) {
		t.refuse(w, r, http.StatusUnsupportedMediaType, model.Errorf(model.CodeBadUserInput, "request.media_type"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		t.refuseBody(w, r, err, maxBody)
		return
	}
	params, refusal := readParams(body)
	if refusal != nil {
		t.refuse(w, r, statusOf(refusal), refusal)
		return
	}
	params.ReadTime.Start = start
	t.run(w, r, exec, params)
}

// get takes queries from the address.
type get struct{ *Resolver }

// Supports takes every GET.
func (get) Supports(r *http.Request) bool { return r.Method == http.MethodGet }

// Do answers one query.
func (t get) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	start := graphql.Now()
	params, refusal := readAddress(r.URL.RawQuery)
	if refusal != nil {
		t.refuse(w, r, http.StatusBadRequest, refusal)
		return
	}
	params.ReadTime.Start = start
	t.run(w, r, exec, params)
}

// readAddress reads the parameters of an operation from an address by the rules for a body.
func readAddress(query string) (*graphql.RawParams, *model.Error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, model.Errorf(model.CodeBadUserInput, "request.address")
	}
	object := map[string]any{}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		text := values.Get(name)
		var refusal *model.Error
		switch {
		case len(values[name]) > 1:
			refusal = model.Errorf(model.CodeBadUserInput, "request.twice", "name", name)
		case !utf8.ValidString(text):
			refusal = model.Errorf(model.CodeBadUserInput, "request.encoding")
		case text == "":
		case name == "variables", name == "extensions":
			object[name], refusal = readJSON([]byte(text))
		default:
			object[name] = text
		}
		if refusal != nil {
			return nil, refusal
		}
	}
	return paramsOf(object)
}

// run executes an operation. Errors of the request itself are answered with 400 under the response media type and with
// 200 under plain JSON, as GraphQL over HTTP asks; either way without a data entry.
func (r *Resolver) run(w http.ResponseWriter, req *http.Request, exec graphql.GraphExecutor, params *graphql.RawParams) {
	if streams, _ := takes(req); mediaOf(req) == "" && !streams {
		r.refuse(w, req, http.StatusNotAcceptable, model.Errorf(model.CodeBadUserInput, "request.not_acceptable"))
		return
	}
	if params.Query == "" && !operation.Persisted(params) {
		r.refuse(w, req, http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.query_missing"))
		return
	}
	params.Headers, params.ReadTime.End = req.Header, graphql.Now()
	ctx, cancel := context.WithTimeout(req.Context(), requestTime)
	defer cancel()
	op, refused := exec.CreateOperationContext(ctx, params)
	if streamed(req, op.Operation) && (req.Method != http.MethodGet || preflighted(req) || eventSource(req)) {
		r.live.serve(w, req, exec, op, refused)
		return
	}
	if refused != nil {
		status := http.StatusOK
		if mediaOf(req) == mediaResponse {
			status = http.StatusBadRequest
		}
		write(w, req, status, exec.DispatchError(graphql.WithOperationContext(ctx, op), refused), 0)
		return
	}
	if status, refusal := fits(req, op); refusal != nil {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", http.MethodPost)
		}
		r.refuse(w, req, status, refusal)
		return
	}
	responses, ctx := exec.DispatchOperation(ctx, op)
	response := responses(ctx)
	if response == nil { // the time was over before anything was asked
		r.refuse(w, req, http.StatusServiceUnavailable, refusalOf(context.DeadlineExceeded))
		return
	}
	write(w, req, http.StatusOK, response, cacheable(req, op, response))
}

// fits refuses an operation that may not be sent the way it was. A query that is answered alike to everyone may be asked by a
// plain address; any other GET needs a header that forces a preflight.
func fits(req *http.Request, op *graphql.OperationContext) (status int, refusal *model.Error) {
	byAddress := req.Method == http.MethodGet
	switch {
	case op.Operation.Operation == ast.Subscription:
		return http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.subscription")
	case byAddress && op.Operation.Operation != ast.Query:
		return http.StatusMethodNotAllowed, model.Errorf(model.CodeBadUserInput, "request.method")
	case byAddress && !preflighted(req) && maxAge(op) == 0:
		return http.StatusBadRequest, model.Errorf(model.CodeBadUserInput, "request.preflight")
	}
	return 0, nil
}
