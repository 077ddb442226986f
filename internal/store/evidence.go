package store

import (
	"context"
	"io"

	"vinhdanh/internal/evidence"
	"vinhdanh/model"
)

// AttachEvidence attaches a file to a draft or returned nomination. The content is on disk before the record is; one
// without a record is harmless, since contents are kept by their hash.
func (s *Store) AttachEvidence(ctx context.Context, by model.Actor, nominationID string, expected int, name string, content io.Reader) (*model.AttachEvidencePayload, error) {
	checked, err := evidence.Read(name, content, s.MaxUpload)
	if err != nil {
		return nil, err
	}
	// Refuse strangers before anything is written to disk.
	if known, err := s.NominationsByID(ctx, by, []string{nominationID}); err != nil {
		return nil, err
	} else if known[nominationID] == nil {
		return nil, model.NotFound("nomination", nominationID)
	}
	if err := s.Evidence.Put(checked); err != nil {
		return nil, err
	}
	return once(ctx, s, by, func(a *act) (*model.AttachEvidencePayload, error) {
		file := &model.EvidenceFile{ID: newID("evidence"), NominationID: nominationID, FileName: checked.Name, MediaType: checked.MediaType,
			Size: int64(len(checked.Bytes)), SHA256: checked.SHA256, AttachedBy: optional(by.AccountID), AttachedAt: a.now}
		n, err := a.moveNomination(ctx, "attachEvidence", nominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
			move, err := n.Move(a.move(model.NominationActEdit, expected, ""))
			if err != nil {
				return nil, err
			}
			a.audit("attachEvidence", aboutNomination(n), nil, file)
			return move, insert(ctx, a, file)
		})
		return &model.AttachEvidencePayload{Evidence: file, Nomination: n}, err
	})
}

// RemoveEvidence takes a file off a draft or returned nomination. Record and content stay.
func (s *Store) RemoveEvidence(ctx context.Context, by model.Actor, input model.RemoveEvidenceInput) (*model.Nomination, error) {
	return once(ctx, s, by, func(a *act) (*model.Nomination, error) {
		file, err := one(ctx, a.NewSelect().Where("id = ?", input.EvidenceID).Where("removed_at IS NULL"), new(model.EvidenceFile), "evidence", input.EvidenceID)
		if err != nil {
			return nil, err
		}
		n, err := a.moveNomination(ctx, "removeEvidence", file.NominationID, func(a *act, n *model.Nomination) (*model.NominationMove, error) {
			move, err := n.Move(a.move(model.NominationActEdit, input.ExpectedVersion, ""))
			if err != nil {
				return nil, err
			}
			before := *file
			file.RemovedAt = &a.now
			a.audit("removeEvidence", aboutNomination(n), &before, file)
			return move, save(ctx, a, file)
		})
		if model.CodeOf(err) == model.CodeNotFound {
			err = model.NotFound("evidence", input.EvidenceID)
		}
		return n, err
	})
}

// EvidenceFile is the record of a file whose nomination the reader may know of.
func (s *Store) EvidenceFile(ctx context.Context, by model.Actor, id string) (*model.EvidenceFile, error) {
	file, err := one(ctx, s.read.NewSelect().Where("id = ?", id).Where("removed_at IS NULL"), new(model.EvidenceFile), "evidence", id)
	if err != nil {
		return nil, err
	}
	known, err := s.NominationsByID(ctx, by, []string{file.NominationID})
	if err == nil && known[file.NominationID] == nil {
		err = model.NotFound("evidence", id)
	}
	return file, err
}

// EvidenceContent is a file and its content, for whoever holds a link that was signed for a reader of the nomination.
func (s *Store) EvidenceContent(ctx context.Context, id string) (*model.EvidenceFile, []byte, error) {
	file, err := one(ctx, s.read.NewSelect().Where("id = ?", id).Where("removed_at IS NULL"), new(model.EvidenceFile), "evidence", id)
	if err != nil {
		return nil, nil, err
	}
	content, err := s.Evidence.Open(file.SHA256)
	return file, content, err
}
