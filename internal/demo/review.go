package demo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"vinhdanh/model"
)

// sheet is one reviewer's sheet of the season.
type sheet struct {
	reference, reviewer string
	points              []*model.CriterionPointsInput
}

// sheets gathers the season's scores into sheets, in the order of the file.
func (p *play) sheets() []*sheet {
	var all []*sheet
	known := map[[2]string]*sheet{}
	for _, x := range p.season.Scores {
		if !p.accepted(x.NominationRef) {
			continue
		}
		key := [2]string{x.NominationRef, x.ReviewerCode}
		if known[key] == nil {
			known[key] = &sheet{reference: x.NominationRef, reviewer: x.ReviewerCode}
			all = append(all, known[key])
		}
		known[key].points = append(known[key].points, &model.CriterionPointsInput{CriterionCode: x.CriterionCode, Points: x.Points})
	}
	return all
}

// assign gives every nomination to the reviewers who scored it.
func (p *play) assign(ctx context.Context) error {
	for _, x := range p.sheets() {
		by, err := p.secretary(ctx, p.nominee(x.reference))
		if err != nil {
			return err
		}
		_, err = p.AssignReviewer(ctx, by, model.AssignReviewerInput{NominationID: p.nominations[x.reference].ID, ReviewerCode: x.reviewer})
		if err != nil {
			return fmt.Errorf("%s to %s: %w", x.reference, x.reviewer, err)
		}
	}
	return nil
}

// score lets every reviewer hand in the sheets, over the days of the phase, and closes scoring on its last day.
func (p *play) score(ctx context.Context) error {
	all := p.sheets()
	reviewers := map[string]model.Actor{}
	for i, x := range all {
		p.spread(model.CampaignPhaseReviewing, i, len(all))
		by, known := reviewers[x.reviewer]
		if !known {
			var err error
			if by, err = p.as(ctx, x.reviewer); err != nil {
				return err
			}
			reviewers[x.reviewer] = by
		}
		if _, err := p.SubmitScoreSheet(ctx, by, model.SubmitScoreSheetInput{NominationID: p.nominations[x.reference].ID, Points: x.points}); err != nil {
			return fmt.Errorf("%s by %s: %w", x.reference, x.reviewer, err)
		}
	}
	p.say("%d reviewers handed in %d sheets", len(reviewers), len(all))
	c, by, err := p.campaign(ctx)
	if err != nil {
		return err
	}
	input := model.CloseScoringInput{CampaignCode: c.Code, ExpectedVersion: c.Version}
	_, err = p.CloseScoring(ctx, by, input)
	if model.CodeOf(err) == model.CodeConflict {
		reason := "Mùa mẫu không có đủ phiếu chấm"
		input.MissingReason = &reason
		_, err = p.CloseScoring(ctx, by, input)
	}
	return err
}

// kinds are the kinds of recipients the season commends.
func (p *play) kinds() []model.RecipientKind {
	kinds := []model.RecipientKind{}
	for _, kind := range model.AllRecipientKind {
		for _, q := range p.season.Quotas {
			if q.RecipientKind == kind {
				kinds = append(kinds, kind)
				break
			}
		}
	}
	return kinds
}

// shortlist puts the best of each kind on the shortlist.
func (p *play) shortlist(ctx context.Context) error {
	for _, kind := range p.kinds() {
		c, by, err := p.campaign(ctx)
		if err != nil {
			return err
		}
		list, err := p.ShortlistNominations(ctx, by, model.ShortlistNominationsInput{CampaignCode: c.Code, ExpectedVersion: c.Version, RecipientKind: kind})
		if err != nil {
			return err
		}
		ranking, err := p.Ranking(ctx, by, c, kind)
		if err != nil {
			return err
		}
		for i, e := range ranking[:min(3, len(ranking))] {
			p.result.Best = append(p.result.Best, fmt.Sprintf("%s %d. %s %.6f", kind, e.Rank, list.Shortlisted[i].Reference, e.Adjusted.Float()))
		}
		p.say("%s: %d ranked, %d shortlisted", kind, len(ranking), len(list.Shortlisted))
	}
	return p.read(ctx)
}

// vote lets the whole council vote in secret, one round per kind. The season has tallies only: who is against is drawn.
func (p *play) vote(ctx context.Context) error {
	c, by, err := p.open(ctx, model.CampaignPhaseVoting)
	if err != nil {
		return err
	}
	for _, kind := range p.kinds() {
		round, err := p.OpenBallotRound(ctx, by, model.OpenBallotRoundInput{CampaignCode: c.Code, RecipientKind: kind})
		if err != nil {
			return err
		}
		if err := p.cast(ctx, round); err != nil {
			return err
		}
		if _, err := p.CloseBallotRound(ctx, by, model.CloseBallotRoundInput{BallotRoundID: round.ID, ExpectedVersion: round.Version}); err != nil {
			return err
		}
	}
	if err := p.read(ctx); err != nil {
		return err
	}
	endorsed := 0
	for _, n := range p.nominations {
		if n.Status == model.NominationStatusEndorsed {
			endorsed++
		}
	}
	p.say("the council endorsed %d nominations", endorsed)
	return nil
}

// cast fills in and casts the paper of every member.
func (p *play) cast(ctx context.Context, round *model.BallotRound) error {
	var voters []string
	for _, seat := range p.season.Council {
		if seat.Role != model.CouncilRoleSecretary {
			voters = append(voters, seat.PersonCode)
		}
	}
	papers := make([][]*model.BallotChoiceInput, len(voters))
	for _, b := range p.season.Ballots {
		n := p.nominations[b.NominationRef]
		if n == nil || n.RecipientKind != round.RecipientKind || n.Status != model.NominationStatusShortlisted || n.Held {
			continue
		}
		cast := 0
		for _, voter := range rand.Perm(len(voters)) {
			if p.nominee(b.NominationRef) == voters[voter] {
				continue // nobody votes on the own nomination
			}
			choice := model.BallotChoiceAbstain
			switch {
			case cast < b.Disagree:
				choice = model.BallotChoiceAgainst
			case cast < b.Disagree+b.Agree:
				choice = model.BallotChoiceFor
			}
			cast++
			papers[voter] = append(papers[voter], &model.BallotChoiceInput{NominationID: n.ID, Choice: choice})
		}
	}
	for i, code := range voters {
		by, err := p.as(ctx, code)
		if err != nil {
			return err
		}
		if _, err := p.CastBallot(ctx, by, model.CastBallotInput{BallotRoundID: round.ID, Choices: papers[i]}); err != nil {
			return fmt.Errorf("%s: %w", code, err)
		}
	}
	return nil
}

// nominee is the person a nomination of the season is for; "" for a collective.
func (p *play) nominee(reference string) string {
	for _, row := range p.season.Nominations {
		if row.Reference == reference && row.NomineeKind == model.RecipientKindIndividual {
			return row.NomineeCode
		}
	}
	return ""
}
