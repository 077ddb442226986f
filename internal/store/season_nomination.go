package store

import (
	"context"

	"vinhdanh/internal/evidence"
	"vinhdanh/internal/names"
	"vinhdanh/internal/season"
	"vinhdanh/model"
)

func (im *importer) importNominations(ctx context.Context) error {
	const file = season.FileNominations
	if im.campaign == nil {
		return nil
	}
	var recorded, fresh []*model.Nomination
	if err := im.NewSelect().Model(&recorded).Where("campaign_id = ?", im.campaign.ID).Scan(ctx); err != nil {
		return err
	}
	byReference := byID(recorded, func(n *model.Nomination) string { return n.Reference })
	attached, err := im.attached(ctx)
	if err != nil {
		return err
	}
	standing := map[string]string{}
	for _, row := range im.season.Nominations {
		n := im.nomination(row)
		if n == nil {
			continue
		}
		if old := byReference[row.Reference]; old != nil {
			im.known(file, row.Line, row.Reference, sameNomination(old, n) && (old.Version > 1 || attached[old.ID] == value(row.EvidenceFile)))
			continue
		}
		key := n.RecipientID() + n.AwardTypeID
		if earlier := standing[key]; earlier != "" {
			im.fault(file, row.Line, "nominee_code", "eligibility.one_live_nomination.failed", "reference", earlier)
			continue
		}
		standing[key] = row.Reference
		fresh = append(fresh, n)
	}
	if len(im.faults) > 0 {
		return nil
	}
	if err := keep(ctx, im, file, "importSeason", aboutNomination, fresh); err != nil {
		return uniqueOr(err, model.Errorf(model.CodeConflict, "nomination.duplicate"))
	}
	return im.importMovesAndFiles(ctx, fresh)
}

// attached are the names of the files of the campaign's nominations; one each as long as nobody has touched them.
func (im *importer) attached(ctx context.Context) (map[string]string, error) {
	var files []*model.EvidenceFile
	err := im.NewSelect().Model(&files).Where("nomination_id IN (SELECT id FROM nominations WHERE campaign_id = ?)", im.campaign.ID).Scan(ctx)
	attached := map[string]string{}
	for _, f := range files {
		attached[f.NominationID] = f.FileName
	}
	return attached, err
}

// sameNomination says whether a row is what is recorded. One that has been touched since has a life of its own.
func sameNomination(old, row *model.Nomination) bool {
	same := old.RecipientID() == row.RecipientID() && old.AwardTypeID == row.AwardTypeID
	if old.Version > 1 {
		return same
	}
	return same && old.SubmittedByID == row.SubmittedByID && old.GroundID == row.GroundID && equal(old.ReformUnitID, row.ReformUnitID) &&
		old.AchievementCode == row.AchievementCode && old.Achievement == row.Achievement
}

// nomination makes a draft of a row; nil when the row names what is not there.
func (im *importer) nomination(row season.Nomination) *model.Nomination {
	const file = season.FileNominations
	before := im.wrong()
	day := im.campaign.Window(model.CampaignPhaseNominating)
	n := &model.Nomination{ID: newID("nomination"), CampaignID: im.campaign.ID, Reference: row.Reference, RecipientKind: row.NomineeKind,
		AchievementCode: row.AchievementCode, Achievement: row.Achievement, Status: model.NominationStatusDraft, Version: 1, Campaign: im.campaign}
	im.nominate(n, row, day)
	submitter, ground, t := im.units[row.SubmittedBy], im.campaign.Ground(row.GroundCode), im.types[row.AwardCode]
	if submitter == nil {
		im.dangling(file, row.Line, "submitted_by", row.SubmittedBy)
	} else {
		n.SubmittedByID = submitter.ID
		if n.UnitID != "" && !im.under(n.UnitID, submitter, day) {
			im.fault(file, row.Line, "submitted_by", "nomination.not_of_unit", "recipient", row.NomineeCode, "unit", row.SubmittedBy)
		}
	}
	if ground == nil {
		im.dangling(file, row.Line, "ground_code", row.GroundCode)
	} else {
		n.GroundID = ground.ID
	}
	switch {
	case t == nil:
		im.dangling(file, row.Line, "award_code", row.AwardCode)
	case im.campaign.Quota(row.NomineeKind, t.ID) == nil:
		im.fault(file, row.Line, "award_code", "nomination.not_offered", "awardType", t.Code, "kind", row.NomineeKind, "campaign", im.campaign.Code)
	default:
		n.AwardTypeID = t.ID
	}
	if row.ReformResultsOf != nil {
		if unit := im.units[*row.ReformResultsOf]; unit != nil {
			n.ReformUnitID = &unit.ID
		} else {
			im.dangling(file, row.Line, "reform_results_of", *row.ReformResultsOf)
		}
	}
	if im.wrong() > before {
		return nil
	}
	return n
}

// nominate finds the recipient and the unit on the day nominations open.
func (im *importer) nominate(n *model.Nomination, row season.Nomination, window *model.PhaseWindow) {
	if row.NomineeKind == model.RecipientKindCollective {
		unit := im.units[row.NomineeCode]
		if unit == nil {
			im.dangling(season.FileNominations, row.Line, "nominee_code", row.NomineeCode)
			return
		}
		n.OrganizationID, n.UnitID, n.RecipientFolded = &unit.ID, unit.ID, names.Fold(unit.History[len(unit.History)-1].Name)
		return
	}
	person := im.people[row.NomineeCode]
	if person == nil {
		im.dangling(season.FileNominations, row.Line, "nominee_code", row.NomineeCode)
		return
	}
	held := im.positions[person.ID]
	n.PersonID, n.RecipientFolded = &person.ID, names.Fold(person.FullName)
	if len(held) == 0 {
		return
	}
	position := held[len(held)-1]
	if window != nil {
		if then := model.PositionOn(held, window.OpensOn); then != nil {
			position = then
		}
	}
	n.UnitID = position.OrganizationID
}

// under says whether a unit lies in the subtree of another on the day nominations open.
func (im *importer) under(unitID string, above *model.Organization, window *model.PhaseWindow) bool {
	for range im.unitsByID {
		if unitID == above.ID {
			return true
		}
		unit := im.unitsByID[unitID]
		if unit == nil {
			return false
		}
		day := unit.History[0].ValidFrom
		if window != nil {
			day = window.OpensOn
		}
		parent := unit.At(day).ParentID
		if parent == nil {
			return false
		}
		unitID = *parent
	}
	return false
}

// putSample has the content of a file on disk, unless nothing is to be kept.
func (im *importer) putSample(content *evidence.Content) error {
	if im.dryRun {
		return nil
	}
	return im.store.Evidence.Put(content)
}

// importMovesAndFiles gives each new draft its first move and its evidence.
func (im *importer) importMovesAndFiles(ctx context.Context, fresh []*model.Nomination) error {
	var moves []*model.NominationMove
	var files []*model.EvidenceFile
	for _, n := range fresh {
		moves = append(moves, &model.NominationMove{ID: newID("move"), NominationID: n.ID, Act: model.NominationActDraft, ToStatus: n.Status, At: im.now,
			AccountID: optional(im.by.AccountID), OnBehalf: true, Version: 1})
		if content := im.samples[n.Reference]; content != nil {
			if err := im.putSample(content); err != nil {
				return err
			}
			files = append(files, &model.EvidenceFile{ID: newID("evidence"), NominationID: n.ID, FileName: content.Name, MediaType: content.MediaType,
				Size: int64(len(content.Bytes)), SHA256: content.SHA256, AttachedBy: optional(im.by.AccountID), AttachedAt: im.now})
		}
	}
	if err := insertAll(ctx, im.act, moves); err != nil {
		return err
	}
	return insertAll(ctx, im.act, files)
}
