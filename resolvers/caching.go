package resolvers

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"vinhdanh/internal/auth"
)

// maxAge is for how many seconds anyone may keep the answer to an operation: the least its root fields allow with
// @public(maxAge:), 0 unless all of them do.
func maxAge(op *graphql.OperationContext) int {
	if op.Operation.Operation != ast.Query {
		return 0
	}
	least := math.MaxInt
	for _, field := range graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"}) {
		if field.Name != "__typename" {
			least = min(least, maxAgeOf(field.Definition))
		}
	}
	if least == math.MaxInt {
		return 0
	}
	return least
}

func maxAgeOf(field *ast.FieldDefinition) int {
	public := field.Directives.ForName("public")
	if public == nil || public.Arguments.ForName("maxAge") == nil {
		return 0
	}
	seconds, _ := strconv.Atoi(public.Arguments.ForName("maxAge").Value.Raw) // the schema says it is a number
	return seconds
}

// writeCached answers a query that everyone may keep. A client that has this answer already is told so.
func writeCached(w http.ResponseWriter, req *http.Request, seconds int, body []byte) {
	h := w.Header()
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", seconds))
	sum := sha256.Sum256(append([]byte(h.Get("Content-Type")), body...))
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	h.Set("ETag", tag)
	if hasTag(req, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(body)
}

// hasTag says whether a client has this answer; it may have it compressed.
func hasTag(req *http.Request, tag string) bool {
	for sent := range strings.SplitSeq(strings.Join(req.Header.Values("If-None-Match"), ","), ",") {
		sent = strings.Replace(strings.TrimPrefix(strings.TrimSpace(sent), "W/"), compressedTag+`"`, `"`, 1)
		if sent == tag || sent == "*" {
			return true
		}
	}
	return false
}

// cacheable is for how long everyone may keep an answer: only one without errors to a GET in nobody's name.
func cacheable(req *http.Request, op *graphql.OperationContext, response *graphql.Response) int {
	if req.Method != http.MethodGet || req.Header.Get("Authorization") != "" || auth.Actor(req.Context()).SignedIn() || len(response.Errors) > 0 {
		return 0
	}
	return maxAge(op)
}
