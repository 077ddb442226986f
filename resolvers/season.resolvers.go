package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/model"
)

// Message is the resolver for the message field.
func (r *importErrorResolver) Message(ctx context.Context, obj *model.ImportError) (string, error) {
	return r.Words.In(ctx).Text(obj.Key, obj.Args), nil
}

// ImportSeason is the resolver for the importSeason field.
func (r *mutationResolver) ImportSeason(ctx context.Context, input model.ImportSeasonInput) (*model.ImportSeasonPayload, error) {
	return r.importSeason(ctx, input)
}

// ImportError returns graph.ImportErrorResolver implementation.
func (r *Resolver) ImportError() graph.ImportErrorResolver { return &importErrorResolver{r} }

type importErrorResolver struct{ *Resolver }
