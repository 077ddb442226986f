package season

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"vinhdanh/model"
)

// check tells what the files alone show to be wrong: rows that come twice, days out of order, rows of another campaign.
func (r *reader) check(s *Season) {
	s.Organizations = unique(r, FileOrganizations, s.Organizations, func(o Organization) (int, string) { return o.Line, o.Code })
	s.Successions = unique(r, FileSuccessions, s.Successions, func(x Succession) (int, string) {
		return x.Line, fmt.Sprint(x.PredecessorCode, " ", x.SuccessorCode, " ", x.EffectiveOn)
	})
	s.People = unique(r, FilePeople, s.People, func(p Person) (int, string) { return p.Line, p.Code })
	s.UnitHeads = unique(r, FileUnitHeads, s.UnitHeads, func(h UnitHead) (int, string) { return h.Line, h.OrganizationCode + " " + h.PersonCode })
	s.Council = unique(r, FileCouncil, s.Council, func(c CouncilSeat) (int, string) { return c.Line, c.PersonCode })
	s.Phases = unique(r, FilePhases, s.Phases, func(p Phase) (int, string) { return p.Line, string(p.Phase) })
	s.Quotas = unique(r, FileQuotas, s.Quotas, func(q Quota) (int, string) { return q.Line, string(q.RecipientKind) + " " + q.AwardCode })
	s.Grounds = unique(r, FileGrounds, s.Grounds, func(g Ground) (int, string) { return g.Line, g.Code })
	s.Criteria = unique(r, FileCriteria, s.Criteria, func(c Criterion) (int, string) { return c.Line, string(c.RecipientKind) + " " + c.Code })
	s.Indicators = unique(r, FileIndicators, s.Indicators, func(i Indicator) (int, string) { return i.Line, i.Code })
	s.Results = unique(r, FileResults, s.Results, func(x Result) (int, string) {
		return x.Line, fmt.Sprint(x.OrganizationCode, " ", x.Year, " ", x.IndicatorCode)
	})
	s.Nominations = unique(r, FileNominations, s.Nominations, func(n Nomination) (int, string) { return n.Line, n.Reference })
	s.EarlierAwards = unique(r, FileEarlierAwards, s.EarlierAwards, func(w EarlierAward) (int, string) {
		return w.Line, fmt.Sprint(w.RecipientCode, " ", w.AwardCode, " ", w.DecisionNumber, " ", w.DecidedOn, " ", w.DecidingOrganizationCode)
	})
	s.PersonnelFacts = unique(r, FilePersonnelFacts, s.PersonnelFacts, func(f PersonnelFact) (int, string) {
		return f.Line, fmt.Sprint(f.PersonCode, " ", f.Kind, " ", f.From)
	})
	s.Scores = unique(r, FileScores, s.Scores, func(x Score) (int, string) {
		return x.Line, x.NominationRef + " " + x.ReviewerCode + " " + x.CriterionCode
	})
	s.Ballots = unique(r, FileBallots, s.Ballots, func(b Ballot) (int, string) { return b.Line, b.NominationRef })
	r.checkDays(s)
	r.checkNumbers(s)
	r.checkCampaign(s)
	r.checkReplay(s)
}

// unique tells rows whose key stood in an earlier line, and leaves them out.
func unique[T any](r *reader, file string, rows []T, key func(T) (line int, key string)) []T {
	seen := map[string]int{}
	return slices.DeleteFunc(rows, func(row T) bool {
		line, k := key(row)
		first, twice := seen[k]
		if twice {
			r.fault(file, line, "", "import.duplicate", "key", k, "first", first)
		} else {
			seen[k] = line
		}
		return twice
	})
}

func (r *reader) checkDays(s *Season) {
	order := func(file string, line int, column string, from model.Date, to *model.Date) {
		if to != nil && *to != "" && *to < from {
			r.fault(file, line, column, "date.order", "from", from, "to", *to)
		}
	}
	for _, o := range s.Organizations {
		order(FileOrganizations, o.Line, "valid_to", o.ValidFrom, o.ValidTo)
	}
	for _, p := range s.People {
		if p.BornOn != nil {
			order(FilePeople, p.Line, "hired_on", *p.BornOn, p.HiredOn)
		}
	}
	for _, f := range s.PersonnelFacts {
		order(FilePersonnelFacts, f.Line, "to", f.From, f.To)
	}
	for _, p := range s.Phases {
		order(FilePhases, p.Line, "closes_on", p.OpensOn, p.ClosesOn)
	}
}

// checkNumbers tells numbers that cannot be, whatever else is said.
func (r *reader) checkNumbers(s *Season) {
	for _, i := range s.Indicators {
		if i.MaxPoints.IsNegative() {
			r.fault(FileIndicators, i.Line, "max_points", "import.invalid", "value", i.MaxPoints)
		}
	}
	for _, q := range s.Quotas {
		if q.Places < 0 || q.Shortlist < q.Places {
			r.fault(FileQuotas, q.Line, "shortlist", "campaign.shortlist_below_places", "places", q.Places, "shortlist", q.Shortlist)
		}
	}
}

func (r *reader) checkCampaign(s *Season) {
	if s.Campaign == nil {
		return
	}
	if s.Campaign.Year < 2000 || s.Campaign.Year > 2100 {
		r.fault(FileCampaign, s.Campaign.Line, "year", "import.invalid", "value", s.Campaign.Year)
	}
	if months := s.Campaign.MinimumServiceMonths; months < 0 || months > 600 {
		r.fault(FileCampaign, s.Campaign.Line, "minimum_service_months", "import.invalid", "value", months)
	}
	for _, p := range s.Phases {
		if p.CampaignCode != s.Campaign.Code {
			r.fault(FilePhases, p.Line, "campaign_code", "import.dangling", "key", p.CampaignCode)
		}
		if p.Phase == model.CampaignPhaseDraft || p.Phase == model.CampaignPhaseClosed {
			r.fault(FilePhases, p.Line, "phase", "import.invalid", "value", p.Phase)
		}
	}
	for _, q := range s.Quotas {
		if q.CampaignCode != s.Campaign.Code {
			r.fault(FileQuotas, q.Line, "campaign_code", "import.dangling", "key", q.CampaignCode)
		}
	}
}

// Step is the step in which reviewers of a season give points.
var Step = model.Decimal{Decimal: decimal.New(5, -1)}

// checkReplay tells scores and tallies that name nothing in the season or lie off the rubric.
func (r *reader) checkReplay(s *Season) {
	kinds := map[string]model.RecipientKind{}
	for _, n := range s.Nominations {
		kinds[n.Reference] = n.NomineeKind
	}
	voters := map[string]bool{}
	for _, c := range s.Council {
		if c.Role != model.CouncilRoleSecretary {
			voters[c.PersonCode] = true
		}
	}
	rubric := map[string]Criterion{}
	for _, c := range s.Criteria {
		rubric[string(c.RecipientKind)+" "+c.Code] = c
	}
	for _, x := range s.Scores {
		kind, known := kinds[x.NominationRef]
		criterion, listed := rubric[string(kind)+" "+x.CriterionCode]
		switch {
		case !known:
			r.dangling(FileScores, x.Line, "nomination_ref", x.NominationRef)
		case !listed:
			r.dangling(FileScores, x.Line, "criterion_code", x.CriterionCode)
		case !x.Points.Mod(Step.Decimal).IsZero():
			r.fault(FileScores, x.Line, "points", "score.off_step", "criterion", x.CriterionCode, "value", x.Points, "step", Step)
		case x.Points.IsNegative() || x.Points.GreaterThan(criterion.MaxPoints.Decimal):
			r.fault(FileScores, x.Line, "points", "score.off_scale", "criterion", x.CriterionCode, "value", x.Points, "max", criterion.MaxPoints)
		}
		if !voters[x.ReviewerCode] {
			r.dangling(FileScores, x.Line, "reviewer_code", x.ReviewerCode)
		}
	}
	for _, b := range s.Ballots {
		if _, known := kinds[b.NominationRef]; !known {
			r.dangling(FileBallots, b.Line, "nomination_ref", b.NominationRef)
		}
		if b.Agree < 0 || b.Disagree < 0 || b.Agree+b.Disagree > len(voters) {
			r.fault(FileBallots, b.Line, "agree", "import.tally", "found", b.Agree+b.Disagree, "members", len(voters))
		}
	}
}
