package resolvers

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/season"
	"vinhdanh/model"
)

// node finds any record by its id, as far as the reader may know of it.
func (r *Resolver) node(ctx context.Context, id string) (model.Node, error) {
	found, err := r.Store.Node(ctx, auth.Actor(ctx), id)
	if err == nil && found == nil {
		err = model.NotFound("node", id)
	}
	return found, err
}

// nodes finds many records; null stands for what the reader may not know of.
func (r *Resolver) nodes(ctx context.Context, ids []string) ([]model.Node, error) {
	found := make([]model.Node, len(ids))
	for i, id := range ids {
		record, err := r.Store.Node(ctx, auth.Actor(ctx), id)
		if err != nil && model.CodeOf(err) != model.CodeNotFound {
			return nil, err
		}
		found[i] = record
	}
	return found, nil
}

// fileURL is a link under which a file can be fetched for a few minutes.
func (r *Resolver) fileURL(id string) string {
	expires, signature := r.Links.SignLink(id)
	return fmt.Sprintf("/files/%s?expires=%s&signature=%s", id, strconv.FormatInt(expires, 10), signature)
}

// importSeason reads the archive and hands it to the store. A dry run tells the faults as data.
func (r *Resolver) importSeason(ctx context.Context, input model.ImportSeasonInput) (*model.ImportSeasonPayload, error) {
	archive, err := io.ReadAll(io.LimitReader(input.File.File, r.Store.MaxUpload+1))
	if err != nil {
		return nil, err
	}
	if int64(len(archive)) > r.Store.MaxUpload {
		return nil, model.Errorf(model.CodePayloadTooLarge, "evidence.too_large", "max", r.Store.MaxUpload>>20)
	}
	files, err := season.Unzip(archive)
	if err != nil {
		return nil, err
	}
	report, err := r.Store.ImportSeason(ctx, auth.Actor(ctx), files, input.DryRun)
	if err != nil {
		return nil, err
	}
	payload := &model.ImportSeasonPayload{Files: report.Files, Errors: report.Faults}
	if !input.DryRun {
		payload.Campaign = report.Campaign
	}
	return payload, nil
}
