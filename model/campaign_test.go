package model_test

import (
	"errors"
	"slices"
	"testing"

	"vinhdanh/model"
)

func decimal(t *testing.T, s string) model.Decimal {
	t.Helper()
	d, err := model.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// whole is a campaign that may be opened.
func whole(t *testing.T) *model.Campaign {
	t.Helper()
	c, _ := campaignIn(model.CampaignPhaseDraft)
	c.SetTieChain([]model.TieBreak{model.TieBreakAdjustedScore, model.TieBreakReference})
	c.Grounds = []*model.Ground{{Code: "1"}, {Code: "2"}}
	c.Quotas = []*model.Quota{{RecipientKind: model.RecipientKindIndividual, AwardTypeID: "GK", Places: 3, Shortlist: 5}}
	c.SetVoteRule(model.VoteRule{Quorum: model.Fraction{Numerator: 2, Denominator: 3}, Threshold: model.Fraction{Numerator: 4, Denominator: 5}})
	for code, points := range map[string]string{"a": "60", "b": "39.5", "c": "0.5"} {
		c.Rubric = append(c.Rubric, &model.Criterion{RecipientKind: model.RecipientKindIndividual, Code: code,
			MaxPoints: decimal(t, points), Step: decimal(t, "0.5"), Source: model.CriterionSourceReviewer})
	}
	c.Seats = []*model.CouncilMember{{PersonID: "1", Role: model.CouncilRoleChair}, {PersonID: "2", Role: model.CouncilRoleMember}}
	return c
}

func TestCampaignOpensOnlyWhenItsPartsFit(t *testing.T) {
	t.Parallel()
	early := model.Date("2024-11-30")
	for key, spoil := range map[string]func(*model.Campaign){
		"campaign.weights":                func(c *model.Campaign) { c.Rubric = c.Rubric[1:] },
		"campaign.duplicate":              func(c *model.Campaign) { c.Grounds[1].Code = "1" },
		"campaign.not_positive":           func(c *model.Campaign) { c.Rubric[0].Step = model.DecimalOf(0) },
		"campaign.window_missing":         func(c *model.Campaign) { c.Windows = c.Windows[1:] },
		"campaign.window_open":            func(c *model.Campaign) { c.Windows[0].ClosesOn = nil },
		"date.order":                      func(c *model.Campaign) { c.Windows[1].ClosesOn = &early },
		"campaign.window_order":           func(c *model.Campaign) { c.Windows[1].OpensOn = early },
		"campaign.one_chair":              func(c *model.Campaign) { c.Seats[0].Role = model.CouncilRoleMember },
		"campaign.shortlist_below_places": func(c *model.Campaign) { c.Quotas[0].Shortlist = 2 },
		"campaign.fraction":               func(c *model.Campaign) { c.Quotas[0].VoteRule.Threshold.Numerator = 6 },
		"campaign.lot_seed":               func(c *model.Campaign) { c.SetTieChain([]model.TieBreak{model.TieBreakLot}) },
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			c := whole(t)
			spoil(c)
			refusal, ok := errors.AsType[*model.Error](c.Open(model.CampaignPhaseNominating, "2024-12-01"))
			if !ok || !slices.ContainsFunc(refusal.Violations, func(v model.Violation) bool { return v.Key == key }) {
				t.Errorf("%+v", refusal)
			}
			if c.Frozen() || c.Version != 0 {
				t.Error("a refused opening changed the campaign")
			}
		})
	}
	if c := whole(t); c.Open(model.CampaignPhaseNominating, "2024-12-01") != nil || !c.Frozen() || c.FrozenDigest == nil {
		t.Errorf("%+v", c)
	}
}

func TestPhasesOpenInOrderAndNotBeforeTheirWindow(t *testing.T) {
	t.Parallel()
	c := whole(t)
	if err := c.Open(model.CampaignPhaseReviewing, "2024-12-02"); codeOf(err) != model.CodeConflict {
		t.Errorf("a phase was skipped: %v", err)
	}
	if err := c.Open(model.CampaignPhaseNominating, "2024-11-30"); codeOf(err) != model.CodePhaseClosed {
		t.Errorf("opened before its window: %v", err)
	}
	for i, phase := range model.AllCampaignPhase[1:] {
		if err := c.Open(phase, model.Date("2024-12-01").AddDays(i)); err != nil {
			t.Fatal(phase, err)
		}
	}
	if err := c.Open(model.CampaignPhaseClosed, "2025-01-01"); codeOf(err) != model.CodeConflict {
		t.Errorf("closed twice: %v", err)
	}
}

func TestFrozenDigestFollowsEveryRule(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*model.Campaign){
		"threshold": func(c *model.Campaign) { c.Quotas[0].VoteRule.Threshold.Numerator = 3 },
		"vote base": func(c *model.Campaign) { c.Quotas[0].VoteRule.Base = model.VoteBaseValidVotes },
		"places":    func(c *model.Campaign) { c.Quotas[0].Places-- },
		"maximum":   func(c *model.Campaign) { c.Rubric[0].MaxPoints = decimal(t, "1") },
		"source":    func(c *model.Campaign) { c.Rubric[0].Source = model.CriterionSourceReformResults },
		"tie chain": func(c *model.Campaign) { c.SetTieChain([]model.TieBreak{model.TieBreakReference}) },
		"method":    func(c *model.Campaign) { c.Adjustment = model.AdjustmentNone },
		"rounding":  func(c *model.Campaign) { c.BonusRounding = model.BonusRoundingNone },
		"service":   func(c *model.Campaign) { c.MinimumServiceMonths++ },
		"ground":    func(c *model.Campaign) { c.Grounds[0].Name = "khác" },
	} {
		before := whole(t)
		after := *before
		after.Quotas = []*model.Quota{new(*before.Quotas[0])}
		after.Rubric = slices.Clone(before.Rubric)
		after.Rubric[0] = new(*before.Rubric[0])
		after.Grounds = []*model.Ground{new(*before.Grounds[0]), before.Grounds[1]}
		if !before.SameRules(&after) {
			t.Fatal("a copy has another digest")
		}
		change(&after)
		if before.SameRules(&after) {
			t.Errorf("%s may change without the digest telling", name)
		}
	}
}

func TestExtensionReopensAPhaseForWhomItIsMeant(t *testing.T) {
	t.Parallel()
	unit, other := "UNIT", []string{"OTHER", "ISSUER"}
	lineage := []string{"TEAM", unit, issuerID}
	c, _ := campaignIn(model.CampaignPhaseReviewing) // nominating was on 1 December, reviewing is on the 2nd
	if err := c.MustBe("2024-12-02", lineage, model.CampaignPhaseNominating); codeOf(err) != model.CodePhaseClosed {
		t.Fatalf("late: %v", err)
	}
	extension := &model.PhaseExtension{Phase: model.CampaignPhaseNominating, OrganizationID: &unit, ClosesOn: "2024-12-02"}
	if err := c.Extend(extension, lineage[1:]); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		today   model.Date
		lineage []string
		want    model.Code
	}{
		{"2024-12-02", lineage, ""},
		{"2024-12-03", lineage, model.CodePhaseClosed},
		{"2024-12-02", other, model.CodePhaseClosed},
	} {
		if got := codeOf(c.MustBe(x.today, x.lineage, model.CampaignPhaseNominating)); got != x.want {
			t.Errorf("%s for %v: %q, want %q", x.today, x.lineage, got, x.want)
		}
	}
	if err := c.Extend(&model.PhaseExtension{Phase: model.CampaignPhaseNominating, ClosesOn: "2024-12-04"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := c.MustBe("2024-12-04", other, model.CampaignPhaseNominating); err != nil {
		t.Errorf("an extension for all does not reach everybody: %v", err)
	}
	shorter := &model.PhaseExtension{Phase: model.CampaignPhaseNominating, OrganizationID: &unit, ClosesOn: "2024-12-04"}
	if err := c.Extend(shorter, lineage[1:]); codeOf(err) != model.CodeBadUserInput {
		t.Errorf("an extension that gives no more time: %v", err)
	}
}

func TestShortlistTakesTheBestAndRefusesToCutATie(t *testing.T) {
	t.Parallel()
	ranked := func(ranks ...int) []*model.RankingEntry {
		var list []*model.RankingEntry
		for _, r := range ranks {
			list = append(list, &model.RankingEntry{Rank: r, Adjusted: model.DecimalOf(int64(100 - r))})
		}
		return list
	}
	count := func(n int) *int { return &n }
	score := func(n int64) *model.Decimal { return new(model.DecimalOf(n)) }
	quota := &model.Quota{Places: 2, Shortlist: 3}
	for name, c := range map[string]struct {
		ranked []*model.RankingEntry
		quota  *model.Quota
		listed int
		count  *int
		score  *model.Decimal
		taken  int
		want   model.Code
	}{
		"as many as the quota":                {ranked(1, 2, 3, 4), quota, 0, nil, nil, 3, ""},
		"fewer than there are places":         {ranked(1, 2), quota, 0, nil, nil, 2, ""},
		"what is left of the quota":           {ranked(1, 2, 3), quota, 2, nil, nil, 1, ""},
		"the quota is used up":                {ranked(1, 2), quota, 3, nil, nil, 0, ""},
		"nothing is offered to the kind":      {ranked(1, 2), nil, 0, nil, nil, 0, ""},
		"a count below the quota":             {ranked(1, 2, 3), quota, 0, count(2), nil, 2, ""},
		"a count above the quota":             {ranked(1, 2, 3, 4), quota, 0, count(4), nil, 0, model.CodeBadUserInput},
		"a minimum score, reached exactly":    {ranked(1, 2, 3), quota, 0, nil, score(98), 2, ""},
		"a minimum nobody reaches":            {ranked(1, 2, 3), quota, 0, nil, score(100), 0, ""},
		"a tie across the cut":                {ranked(1, 2, 3, 3), quota, 0, nil, nil, 0, model.CodeConflict},
		"a tie that fits":                     {ranked(1, 2, 2, 4), quota, 0, nil, nil, 3, ""},
		"a tie below the minimum cuts nobody": {ranked(1, 2, 3, 3), quota, 0, nil, score(98), 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			taken, err := model.Shortlist(c.ranked, c.quota, c.listed, model.ShortlistNominationsInput{Count: c.count, MinimumScore: c.score})
			if codeOf(err) != c.want || len(taken) != c.taken {
				t.Errorf("%d taken, %v", len(taken), err)
			}
		})
	}
}
