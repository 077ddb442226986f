package resolvers

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"os"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/model"
)

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

// refuse answers a request that never became an operation.
func (r *Resolver) refuse(w http.ResponseWriter, req *http.Request, status int, refusal *model.Error) {
	faults := gqlerror.List{r.present(req.Context(), refusal)}
	r.unbegun(req.Context(), faults)
	write(w, req, status, &graphql.Response{Errors: faults}, 0)
}

// refuseBody answers a body that was too large, too slow or broken off.
func (r *Resolver) refuseBody(w http.ResponseWriter, req *http.Request, err error, limit int64) {
	refusal := model.Errorf(model.CodeBadUserInput, "request.cut_off")
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		refusal = model.Errorf(model.CodePayloadTooLarge, "request.too_large", "max", limit>>20)
	} else if errors.Is(err, os.ErrDeadlineExceeded) {
		refusal = model.Errorf(model.CodeTimeout, "request.too_slow")
	}
	r.refuse(w, req, statusOf(refusal), refusal)
}

// statusOf is the status of a refusal of what a client sent.
func statusOf(refusal *model.Error) int {
	switch refusal.Code {
	case model.CodePayloadTooLarge:
		return http.StatusRequestEntityTooLarge
	case model.CodeTimeout:
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

// answer is a response whose data entry is there only when something was executed.
type answer struct {
	Errors     gqlerror.List   `json:"errors,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
	Extensions map[string]any  `json:"extensions,omitempty"`
}

// write sends an answer, which everyone may keep for some seconds.
func write(w http.ResponseWriter, req *http.Request, status int, response *graphql.Response, seconds int) {
	h := w.Header()
	h.Set("Content-Type", cmp.Or(mediaOf(req), mediaJSON)+"; charset=utf-8")
	text, err := json.Marshal(answer{response.Errors, response.Data, response.Extensions})
	switch {
	case err != nil:
		status, text = http.StatusInternalServerError, []byte(`{"errors":[{"message":"internal","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`)
	case seconds > 0:
		writeCached(w, req, seconds, text)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
