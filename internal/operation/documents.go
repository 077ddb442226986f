// Package operation bounds what a client may ask before anything is done for it: which documents run, how large they may be,
// what they cost. It knows neither HTTP nor the resolvers.
package operation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

const (
	// keptDocuments is how many documents are kept parsed; at the largest about 200 MB.
	keptDocuments = 400
	// maxKept is the most bytes of a document that is kept; longer ones no frontend sends often.
	maxKept = 16 << 10
)

// Documents keeps the documents that were found valid, by the hash of their text, and decides which documents run. A client
// may send the hash alone of one that is kept (automatic persisted queries, as Apollo's clients speak them) or listed.
type Documents struct {
	kept *lru.LRU[*ast.QueryDocument]
	list *List
}

// NewDocuments keeps nothing yet. Without a list every document runs that stays within the limits.
func NewDocuments(list *List) *Documents {
	return &Documents{lru.New[*ast.QueryDocument](keptDocuments), list}
}

// Get finds a document that was found valid before.
func (d *Documents) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	return d.kept.Get(ctx, hashOf(text))
}

// Add keeps a valid document, unless it is very long.
func (d *Documents) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	if len(text) <= maxKept {
		d.kept.Add(ctx, hashOf(text), document)
	}
}

// ExtensionName names the extension to gqlgen.
func (d *Documents) ExtensionName() string { return "Documents" }

// Validate accepts every schema.
func (d *Documents) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters finds the document a hash stands for, and refuses what may not run or asks too much before it
// is validated, since validating costs the square of some of it.
func (d *Documents) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	err := d.find(ctx, params)
	if err == nil {
		err = d.mayRun(ctx, params.Query)
	}
	if _, kept := d.Get(ctx, params.Query); err == nil && !kept {
		err = checkDocument(params.Query)
	}
	if err != nil {
		return &gqlerror.Error{Err: err}
	}
	return nil
}

// Persisted says whether a request names its document by a hash.
func Persisted(params *graphql.RawParams) bool { return params.Extensions["persistedQuery"] != nil }

// find puts the document in place whose hash was sent. One that was sent with its text is kept once it is found valid.
func (d *Documents) find(ctx context.Context, params *graphql.RawParams) error {
	if !Persisted(params) {
		return nil
	}
	extension, _ := params.Extensions["persistedQuery"].(map[string]any)
	hash, ok := extension["sha256Hash"].(string)
	if !ok {
		return model.Errorf(model.CodeBadUserInput, "operation.hash_missing")
	}
	listed, isListed := d.list.text(hash)
	switch {
	case params.Query == "" && isListed:
		params.Query = listed
	case params.Query == "":
		document, kept := d.kept.Get(ctx, hash)
		if !kept {
			return model.Errorf(model.CodePersistedQueryNotFound, "operation.not_kept")
		}
		params.Query = document.Operations[0].Position.Src.Input
	case hash != hashOf(params.Query) && listed != params.Query:
		return model.Errorf(model.CodeBadUserInput, "operation.hash_differs")
	}
	return nil
}

// mayRun refuses what is not on the list to whom the list binds.
func (d *Documents) mayRun(ctx context.Context, text string) error {
	if d.list == nil || d.list.has(text) || auth.Actor(ctx).SignedIn() && !d.list.BindsEveryone {
		return nil
	}
	return model.Errorf(model.CodeForbidden, "operation.not_listed")
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
