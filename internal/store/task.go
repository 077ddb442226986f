package store

import (
	"cmp"
	"context"
	"slices"

	"vinhdanh/model"
)

// Tasks lists what waits for the reader, most urgent first.
func (s *Store) Tasks(ctx context.Context, by model.Actor) ([]*model.Task, error) {
	running, err := s.runningCampaigns(ctx, by)
	if err != nil {
		return nil, err
	}
	tasks := []*model.Task{}
	add := func(found []*model.Task, err error) error {
		tasks = append(tasks, found...)
		return err
	}
	for _, c := range running {
		w := waiting{s, by, c}
		for _, find := range []func(context.Context) ([]*model.Task, error){w.forUnits, w.forReviewer, w.forSecretary, w.forApprover} {
			if err := add(find(ctx)); err != nil {
				return nil, err
			}
		}
	}
	if err := add(s.unverified(ctx, by)); err != nil {
		return nil, err
	}
	for _, t := range tasks {
		t.Late = t.DueOn != nil && *t.DueOn < s.today()
	}
	slices.SortStableFunc(tasks, func(a, b *model.Task) int { return cmp.Compare(dueOrNever(a), dueOrNever(b)) })
	return tasks, nil
}

func dueOrNever(t *model.Task) model.Date {
	if t.DueOn == nil {
		return "9999-12-31"
	}
	return *t.DueOn
}

// runningCampaigns are the campaigns that are not over and that the reader may know of.
func (s *Store) runningCampaigns(ctx context.Context, by model.Actor) ([]*model.Campaign, error) {
	found, err := list[model.Campaign](ctx, s, campaigns.with(campaignsKnownTo(by), where("campaign.phase <> 'CLOSED'")), " ORDER BY campaign.id")
	if err != nil {
		return nil, err
	}
	return found, s.fillCampaigns(ctx, found)
}

// waiting finds what waits in one campaign.
type waiting struct {
	*Store
	by model.Actor
	c  *model.Campaign
}

func (w waiting) task(kind model.TaskKind, count int, phase model.CampaignPhase) *model.Task {
	return &model.Task{Kind: kind, CampaignID: &w.c.ID, Count: count, DueOn: w.c.Deadline(phase, nil)}
}

// counted is a task when something waits, and none otherwise.
func (w waiting) counted(ctx context.Context, kind model.TaskKind, phase model.CampaignPhase, l listing) ([]*model.Task, error) {
	n, err := w.count(ctx, l)
	if err != nil || n == 0 {
		return nil, err
	}
	return []*model.Task{w.task(kind, n, phase)}, nil
}

// in are the nominations of the campaign in one status that are not held.
func (w waiting) in(status model.NominationStatus) listing {
	return w.heldOrNot(status).with(where("NOT nomination.held"))
}

func (w waiting) heldOrNot(status model.NominationStatus) listing {
	return nominations.with(where("nomination.campaign_id = ?", w.c.ID), where("nomination.status = ?", status))
}

// forUnits are drafts to hand in and nominations to supplement, of the units the reader heads.
func (w waiting) forUnits(ctx context.Context) ([]*model.Task, error) {
	units := w.by.Units(model.RoleDepartmentHead)
	if len(units) == 0 || w.c.Phase == model.CampaignPhaseDraft {
		return nil, nil
	}
	own := where("nomination.submitted_by_id IN (?)", units)
	tasks, err := w.perUnit(ctx, model.TaskKindSubmitNominations, own)
	if err != nil {
		return nil, err
	}
	returned, deadlines, err := w.ofUnits(ctx, w.heldOrNot(model.NominationStatusReturned).with(own))
	for _, n := range returned {
		tasks = append(tasks, &model.Task{Kind: model.TaskKindSupplementNomination, CampaignID: &w.c.ID, NominationID: &n.ID, OrganizationID: &n.SubmittedByID,
			Count: 1, DueOn: deadlines[n.SubmittedByID]})
	}
	return tasks, err
}

// perUnit counts drafts per unit, as long as the unit has time to hand them in.
func (w waiting) perUnit(ctx context.Context, kind model.TaskKind, whose condition) ([]*model.Task, error) {
	drafts, deadlines, err := w.ofUnits(ctx, w.heldOrNot(model.NominationStatusDraft).with(whose))
	if err != nil {
		return nil, err
	}
	var tasks []*model.Task
	for _, n := range drafts {
		due := deadlines[n.SubmittedByID]
		if w.c.Phase != model.CampaignPhaseNominating && (due == nil || *due < w.today()) {
			continue
		}
		if last := len(tasks) - 1; last >= 0 && *tasks[last].OrganizationID == n.SubmittedByID {
			tasks[last].Count++
			continue
		}
		tasks = append(tasks, &model.Task{Kind: kind, CampaignID: &w.c.ID, OrganizationID: &n.SubmittedByID, Count: 1, DueOn: due})
	}
	return tasks, nil
}

// ofUnits lists nominations by unit, with the last day on which each unit can hand in, extensions included.
func (w waiting) ofUnits(ctx context.Context, l listing) ([]*model.Nomination, map[string]*model.Date, error) {
	found, err := list[model.Nomination](ctx, w.Store, l, " ORDER BY nomination.submitted_by_id, nomination.reference")
	if err != nil || len(found) == 0 {
		return nil, nil, err
	}
	units := make([]string, len(found))
	for i, n := range found {
		units[i] = n.SubmittedByID
	}
	lines, err := lineages(ctx, w.read, units, w.today())
	deadlines := map[string]*model.Date{}
	for _, unit := range units {
		deadlines[unit] = w.c.Deadline(model.CampaignPhaseNominating, lines[unit])
	}
	return found, deadlines, err
}

// forReviewer are sheets to hand in and rounds to vote in.
func (w waiting) forReviewer(ctx context.Context) ([]*model.Task, error) {
	if !w.by.ReviewsIn(w.c.ID) {
		return nil, nil
	}
	var tasks []*model.Task
	if w.c.Phase == model.CampaignPhaseReviewing && w.c.ScoringClosedAt == nil {
		mine, err := assignmentsWhere(ctx, w.read, `campaign_id = ? AND reviewer_id = ? AND nomination_id IN
			(SELECT id FROM nominations WHERE status = 'ACCEPTED' AND NOT held)`, w.c.ID, w.by.PersonID)
		if err != nil {
			return nil, err
		}
		for _, x := range mine {
			if !x.Submitted {
				t := w.task(model.TaskKindScoreNomination, 1, model.CampaignPhaseReviewing)
				t.NominationID = &x.NominationID
				tasks = append(tasks, t)
			}
		}
	}
	votes, err := w.counted(ctx, model.TaskKindVote, model.CampaignPhaseVoting, listing{tables: `ballot_rounds AS round
		JOIN ballot_participants AS seat ON seat.ballot_round_id = round.id`}.with(
		where("round.campaign_id = ? AND round.closed_at IS NULL", w.c.ID), where("seat.person_id = ? AND seat.attendance = 'PRESENT'", w.by.PersonID),
		where(notVoted)))
	return append(tasks, votes...), err
}

// notVoted holds for a seat in a round whose vote is not in, and that may vote on something in it.
const notVoted = `NOT EXISTS (SELECT 1 FROM ballot_casts AS ballot WHERE ballot.ballot_round_id = round.id AND ballot.person_id = seat.person_id)
	AND EXISTS (SELECT 1 FROM ballot_items AS item JOIN nominations AS nomination ON nomination.id = item.nomination_id
		WHERE item.ballot_round_id = round.id AND (nomination.person_id IS NULL OR nomination.person_id <> seat.person_id)
		AND NOT EXISTS (SELECT 1 FROM conflicts AS conflict WHERE conflict.nomination_id = nomination.id AND conflict.person_id = seat.person_id))`

// forSecretary is the office's work, and who is late.
func (w waiting) forSecretary(ctx context.Context) ([]*model.Task, error) {
	if !w.by.SecretaryFor(w.c.IssuerID) {
		return nil, nil
	}
	var tasks []*model.Task
	for _, find := range []func(context.Context) ([]*model.Task, error){w.nominating, w.scoring, w.shortlisting, w.voting, w.deciding, w.nextPhase} {
		found, err := find(ctx)
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, found...)
	}
	return tasks, nil
}

// nominating is what has come in, and which units have drafts left.
func (w waiting) nominating(ctx context.Context) ([]*model.Task, error) {
	if w.c.Phase == model.CampaignPhaseDraft {
		return nil, nil
	}
	units, err := w.perUnit(ctx, model.TaskKindUnitOutstanding, where("1 = 1"))
	if err != nil {
		return nil, err
	}
	submitted, err := w.counted(ctx, model.TaskKindCheckNominations, model.CampaignPhaseReviewing, w.in(model.NominationStatusSubmitted))
	return append(units, submitted...), err
}

// shortlisting waits once scoring is closed.
func (w waiting) shortlisting(ctx context.Context) ([]*model.Task, error) {
	if w.c.ScoringClosedAt == nil {
		return nil, nil
	}
	return w.counted(ctx, model.TaskKindShortlist, model.CampaignPhaseVoting, w.in(model.NominationStatusAccepted))
}

// voting is what is to be voted on, who has not voted, and rounds to close.
func (w waiting) voting(ctx context.Context) ([]*model.Task, error) {
	if w.c.Phase != model.CampaignPhaseVoting {
		return nil, nil
	}
	tasks, err := w.counted(ctx, model.TaskKindOpenBallot, model.CampaignPhaseVoting, w.in(model.NominationStatusShortlisted).with(
		where(`NOT EXISTS (SELECT 1 FROM ballot_items AS item JOIN ballot_rounds AS round ON round.id = item.ballot_round_id
			WHERE item.nomination_id = nomination.id AND round.closed_at IS NULL)`)))
	if err != nil {
		return nil, err
	}
	missing, err := query[struct {
		PersonID string
		Count    int
	}](ctx, w.Store, listing{tables: "ballot_rounds AS round JOIN ballot_participants AS seat ON seat.ballot_round_id = round.id"}.with(
		where("round.campaign_id = ? AND round.closed_at IS NULL", w.c.ID), where("seat.attendance = 'PRESENT'"), where(notVoted)),
		"seat.person_id, count(*) AS count", " GROUP BY seat.person_id ORDER BY seat.person_id")
	if err != nil {
		return nil, err
	}
	for _, m := range missing {
		t := w.task(model.TaskKindMemberOutstanding, m.Count, model.CampaignPhaseVoting)
		t.PersonID = &m.PersonID
		tasks = append(tasks, t)
	}
	rounds, err := w.counted(ctx, model.TaskKindCloseBallot, model.CampaignPhaseVoting,
		listing{tables: "ballot_rounds AS round"}.with(where("round.campaign_id = ? AND round.closed_at IS NULL", w.c.ID)))
	return append(tasks, rounds...), err
}

// deciding is what has been approved and is on no draft.
func (w waiting) deciding(ctx context.Context) ([]*model.Task, error) {
	if w.c.Phase != model.CampaignPhaseDeciding {
		return nil, nil
	}
	return w.counted(ctx, model.TaskKindDraftDecision, model.CampaignPhaseDeciding,
		w.in(model.NominationStatusApproved).with(where("nomination.decision_id IS NULL")))
}

// nextPhase is the phase whose window has begun and that nobody has opened.
func (w waiting) nextPhase(context.Context) ([]*model.Task, error) {
	next := w.c.NextWindow()
	if next == nil || next.OpensOn > w.today() {
		return nil, nil
	}
	return []*model.Task{{Kind: model.TaskKindOpenPhase, CampaignID: &w.c.ID, Count: 1, DueOn: &next.OpensOn}}, nil
}

// scoring is what waits while reviewers score: nominations nobody scores, reviewers who are late, or the closing.
func (w waiting) scoring(ctx context.Context) ([]*model.Task, error) {
	if w.c.Phase != model.CampaignPhaseReviewing || w.c.ScoringClosedAt != nil {
		return nil, nil
	}
	tasks, err := w.counted(ctx, model.TaskKindAssignReviewers, model.CampaignPhaseReviewing, w.in(model.NominationStatusAccepted).with(
		where("NOT EXISTS (SELECT 1 FROM review_assignments AS assignment WHERE assignment.nomination_id = nomination.id AND assignment.ended_at IS NULL)")))
	if err != nil {
		return nil, err
	}
	all, err := assignmentsWhere(ctx, w.read, "campaign_id = ?", w.c.ID)
	if err != nil {
		return nil, err
	}
	outstanding := 0
	for _, p := range progressOf(w.c.Voters(), all) {
		if missing := p.Assigned - p.Submitted; missing > 0 {
			t := w.task(model.TaskKindReviewerOutstanding, missing, model.CampaignPhaseReviewing)
			t.PersonID = &p.ReviewerID
			tasks, outstanding = append(tasks, t), outstanding+missing
		}
	}
	if len(tasks) == 0 && len(all) > 0 && outstanding == 0 {
		tasks = append(tasks, w.task(model.TaskKindCloseScoring, len(all), model.CampaignPhaseReviewing))
	}
	return tasks, nil
}

// forApprover is what waits for the authority.
func (w waiting) forApprover(ctx context.Context) ([]*model.Task, error) {
	if !w.by.ApproverFor(w.c.IssuerID) {
		return nil, nil
	}
	var tasks []*model.Task
	if w.c.Phase == model.CampaignPhaseDeciding {
		endorsed, err := w.counted(ctx, model.TaskKindApproveNominations, model.CampaignPhaseDeciding, w.in(model.NominationStatusEndorsed))
		if err != nil {
			return nil, err
		}
		tasks = endorsed
	}
	standing := func(status model.DecisionStatus) listing {
		return decisions.with(where("decision.campaign_id = ? AND decision.status = ?", w.c.ID, status))
	}
	drafts, err := w.counted(ctx, model.TaskKindIssueDecision, model.CampaignPhaseDeciding, standing(model.DecisionStatusDraft))
	if err != nil {
		return nil, err
	}
	issued, err := w.counted(ctx, model.TaskKindPublishDecision, model.CampaignPhasePublished, standing(model.DecisionStatusIssued))
	return append(append(tasks, drafts...), issued...), err
}

// unverified are figures that wait for a second person.
func (s *Store) unverified(ctx context.Context, by model.Actor) ([]*model.Task, error) {
	units := by.Units(model.RoleSecretary, model.RoleApprover)
	if len(units) == 0 {
		return nil, nil
	}
	n, err := s.count(ctx, listing{tables: "reform_results AS result"}.with(where("result.current AND result.status = 'PROVISIONAL'"),
		where("result.organization_id IN (?)", units), where("(result.recorded_by IS NULL OR result.recorded_by <> ?)", by.AccountID)))
	if err != nil || n == 0 {
		return nil, err
	}
	return []*model.Task{{Kind: model.TaskKindVerifyReformResults, Count: n}}, nil
}
