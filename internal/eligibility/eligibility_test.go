package eligibility_test

import (
	"encoding/json"
	"errors"
	"testing"

	"vinhdanh/internal/eligibility"
	"vinhdanh/model"
)

// Two sides of every kind of rule. The cases follow domain rules 1, 3, 4, 16, 17, 18 and 21 (Law 06/2022/QH15 and its decrees)
// and, for service and evidence, the policy of the reference campaign.

func day(s model.Date) *model.Date { return &s }

func text(s string) *string { return &s }

// sound is what every rule lets pass: an individual of long service, nominated by a city in 2024.
func sound() eligibility.Facts {
	individual := model.RecipientKindIndividual
	return eligibility.Facts{
		Nomination: &model.Nomination{
			ID: "N1", CampaignID: "C1", AwardTypeID: "GK", RecipientKind: individual, PersonID: text("P1"),
			ReformUnitID: text("U1"), AchievementCode: "CCHC-2024",
		},
		Campaign: &model.Campaign{ID: "C1", Year: 2024, IssuerID: "ISSUER", MinimumServiceMonths: 10, Rubric: []*model.Criterion{
			{RecipientKind: individual, Source: model.CriterionSourceReformResults},
		}},
		AwardType:      &model.AwardType{ID: "GK", Code: "GIAY_KHEN", Individual: true},
		Person:         &model.Person{ID: "P1", HiredOn: day("2010-05-04")},
		IssuerKind:     model.OrganizationKindDistrict,
		Authorities:    []*model.Authority{{ID: "A1", OrganizationKind: model.OrganizationKindDistrict, AwardTypeID: "GK", ValidFrom: "2004-07-01", ValidTo: day("2025-06-30")}},
		EvidenceFiles:  1,
		Index:          &model.ReformIndex{Complete: true},
		Today:          "2024-12-16",
		DecisionDay:    "2025-02-10",
		PersonnelFacts: []*model.PersonnelFact{},
	}
}

func TestEachRuleAnswersBothWays(t *testing.T) {
	t.Parallel()
	const (
		pass  = model.RuleOutcomePassed
		fail  = model.RuleOutcomeFailed
		human = model.RuleOutcomeNeedsHuman
	)
	discipline := func(from model.Date, to *model.Date) func(*eligibility.Facts) {
		return func(f *eligibility.Facts) {
			f.PersonnelFacts = []*model.PersonnelFact{{ID: "F1", Kind: model.PersonnelFactKindDiscipline, ValidFrom: from, ValidTo: to}}
		}
	}
	inspection := func(from model.Date, to *model.Date) func(*eligibility.Facts) {
		return func(f *eligibility.Facts) {
			f.PersonnelFacts = []*model.PersonnelFact{{ID: "F1", Kind: model.PersonnelFactKindInvestigation, ValidFrom: from, ValidTo: to}}
		}
	}
	hired := func(on *model.Date) func(*eligibility.Facts) {
		return func(f *eligibility.Facts) { f.Person = &model.Person{ID: "P1", HiredOn: on} }
	}
	rewarded := func(code string, status model.AwardStatus) func(*eligibility.Facts) {
		return func(f *eligibility.Facts) {
			f.Awards = []*model.Award{{ID: "W1", AchievementCode: &code, Status: status, GrantedOn: "2024-11-01"}}
		}
	}
	rival := func(campaign, awardType, achievement string, status model.NominationStatus) func(*eligibility.Facts) {
		return func(f *eligibility.Facts) {
			f.Rivals = []*model.Nomination{{ID: "N2", CampaignID: campaign, AwardTypeID: awardType, AchievementCode: achievement, Status: status, Reference: "DC-900"}}
		}
	}
	collective := func(f *eligibility.Facts) {
		f.Person, f.Nomination.PersonID, f.Nomination.OrganizationID = nil, nil, text("U1")
		f.Nomination.RecipientKind, f.AwardType.Collective, f.AwardType.Individual = model.RecipientKindCollective, true, false
	}
	for _, c := range []struct {
		kind, name string
		change     func(*eligibility.Facts)
		want       model.RuleOutcome
		record     string
	}{
		{"recipient_kind", "an award for individuals", func(*eligibility.Facts) {}, pass, "GK"},
		{"recipient_kind", "an award for collectives only", func(f *eligibility.Facts) { f.AwardType.Individual, f.AwardType.Collective = false, true }, fail, "N1"},
		{"recipient_kind", "a collective and its award", collective, pass, "GK"},

		{"authority", "on the last day of the row", func(f *eligibility.Facts) { f.DecisionDay = "2025-06-30" }, pass, "A1"},
		{"authority", "a day after the district level ended", func(f *eligibility.Facts) { f.DecisionDay = "2025-07-01" }, fail, "ISSUER"},
		{"authority", "an award the kind of body may not give", func(f *eligibility.Facts) { f.Authorities[0].AwardTypeID = "BK" }, fail, "ISSUER"},
		{"authority", "a kind of body the matrix does not know", func(f *eligibility.Facts) { f.IssuerKind = model.OrganizationKindDepartment }, human, "ISSUER"},

		{"discipline_window", "nothing recorded", func(*eligibility.Facts) {}, pass, ""},
		{"discipline_window", "ended the day before the year", discipline("2023-01-01", day("2023-12-31")), pass, ""},
		{"discipline_window", "ended on the first day of the year", discipline("2023-01-01", day("2024-01-01")), fail, "F1"},
		{"discipline_window", "began on the last day of the year", discipline("2024-12-31", nil), fail, "F1"},
		{"discipline_window", "began after the year", discipline("2025-01-01", nil), pass, ""},
		{"discipline_window", "a case is not a discipline", inspection("2024-01-01", nil), pass, ""},

		{"open_case", "nothing recorded", func(*eligibility.Facts) {}, pass, ""},
		{"open_case", "open today", inspection("2024-12-16", nil), fail, "F1"},
		{"open_case", "closes today", inspection("2024-11-01", day("2024-12-16")), fail, "F1"},
		{"open_case", "closed yesterday", inspection("2024-11-01", day("2024-12-15")), pass, ""},
		{"open_case", "opens tomorrow", inspection("2024-12-17", nil), pass, ""},
		{"open_case", "a discipline is not a case", discipline("2024-12-01", nil), pass, ""},

		{"minimum_service", "exactly enough", hired(day("2024-03-01")), pass, "P1"},
		{"minimum_service", "a day too late", hired(day("2024-03-02")), fail, "P1"},
		{"minimum_service", "hired after the year", hired(day("2025-01-02")), fail, "P1"},
		{"minimum_service", "nobody recorded it", hired(nil), human, "P1"},
		{"minimum_service", "the campaign asks for none", func(f *eligibility.Facts) { f.Campaign.MinimumServiceMonths, f.Person.HiredOn = 0, nil }, pass, ""},
		{"minimum_service", "a collective does not serve", collective, pass, ""},

		{"achievement_used", "another achievement", rewarded("CCHC-2023", model.AwardStatusActive), pass, "N1"},
		{"achievement_used", "rewarded already", rewarded("CCHC-2024", model.AwardStatusActive), fail, "W1"},
		{"achievement_used", "that award was revoked", rewarded("CCHC-2024", model.AwardStatusRevoked), pass, "N1"},
		{"achievement_used", "claimed by a nomination that went on", rival("C2", "GK", "CCHC-2024", model.NominationStatusAccepted), fail, "N2"},
		{"achievement_used", "claimed by one that is only submitted", rival("C2", "GK", "CCHC-2024", model.NominationStatusSubmitted), pass, "N1"},

		{"one_live_nomination", "alone", func(*eligibility.Facts) {}, pass, ""},
		{"one_live_nomination", "twice for one award", rival("C1", "GK", "X", model.NominationStatusSubmitted), fail, "N2"},
		{"one_live_nomination", "for another award", rival("C1", "BK", "X", model.NominationStatusSubmitted), pass, ""},
		{"one_live_nomination", "in another campaign", rival("C2", "GK", "X", model.NominationStatusSubmitted), pass, ""},

		{"evidence_present", "as many as asked", func(*eligibility.Facts) {}, pass, "N1"},
		{"evidence_present", "none", func(f *eligibility.Facts) { f.EvidenceFiles = 0 }, fail, "N1"},

		{"reform_verified", "complete and verified", func(*eligibility.Facts) {}, pass, "U1"},
		{"reform_verified", "one figure provisional", func(f *eligibility.Facts) { f.Index.Provisional = []string{"qd766.transparency"} }, fail, "U1"},
		{"reform_verified", "provisional and incomplete", func(f *eligibility.Facts) { f.Index = &model.ReformIndex{Provisional: []string{"qd766.online"}} }, fail, "U1"},
		{"reform_verified", "a figure nobody recorded", func(f *eligibility.Facts) { f.Index = &model.ReformIndex{Missing: []string{"qd766.online"}} }, human, "U1"},
		{"reform_verified", "no unit linked though the rubric asks", func(f *eligibility.Facts) { f.Index = nil }, human, "N1"},
		{"reform_verified", "no unit linked, and nothing asks", func(f *eligibility.Facts) { f.Index, f.Campaign.Rubric = nil, nil }, pass, ""},
	} {
		t.Run(c.kind+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			facts := sound()
			c.change(&facts)
			rule := &model.EligibilityRule{Code: "R", Kind: c.kind, Severity: model.RuleSeverityBlock, Parameters: json.RawMessage(`{"files": 1}`), Citation: "here"}
			finding := eligibility.Evaluate([]*model.EligibilityRule{rule}, facts).Findings[0]
			if finding.Outcome != c.want || finding.Reason == "" || finding.RuleCode != "R" || finding.Citation != "here" {
				t.Fatalf("%+v, want %s", finding, c.want)
			}
			if c.record != "" && !cites(finding, c.record) {
				t.Errorf("the facts do not lead to record %s", c.record)
			}
		})
	}
}

func cites(finding *model.RuleFinding, record string) bool {
	for _, fact := range finding.Facts {
		if fact.RecordID != nil && *fact.RecordID == record {
			return true
		}
	}
	return false
}

func TestVerdictFollowsTheHeaviestFinding(t *testing.T) {
	t.Parallel()
	rule := func(kind string, severity model.RuleSeverity) *model.EligibilityRule {
		return &model.EligibilityRule{Code: kind, Kind: kind, Severity: severity, Parameters: json.RawMessage(`{"files": 1}`)}
	}
	const (
		block  = model.RuleSeverityBlock
		delay  = model.RuleSeverityDefer
		warn   = model.RuleSeverityWarn
		fileOf = "evidence_present"
	)
	facts := sound()
	facts.EvidenceFiles = 0
	facts.PersonnelFacts = []*model.PersonnelFact{{Kind: model.PersonnelFactKindInvestigation, ValidFrom: "2024-01-01"}}
	facts.Person.HiredOn = nil
	for name, c := range map[string]struct {
		rules []*model.EligibilityRule
		want  model.EligibilityVerdict
		code  model.Code
	}{
		"nothing asked":                     {nil, model.EligibilityVerdictEligible, ""},
		"a rule that passes":                {[]*model.EligibilityRule{rule("one_live_nomination", block)}, model.EligibilityVerdictEligible, ""},
		"a kind of rule nobody programmed":  {[]*model.EligibilityRule{rule("horoscope", block)}, model.EligibilityVerdictNeedsReview, model.CodeNotEligible},
		"a fact nobody recorded":            {[]*model.EligibilityRule{rule("minimum_service", block)}, model.EligibilityVerdictNeedsReview, model.CodeNotEligible},
		"a warning":                         {[]*model.EligibilityRule{rule(fileOf, warn)}, model.EligibilityVerdictNeedsReview, model.CodeNotEligible},
		"a case defers over a warning":      {[]*model.EligibilityRule{rule(fileOf, warn), rule("open_case", delay)}, model.EligibilityVerdictDeferred, model.CodeHeld},
		"a binding rule outweighs the case": {[]*model.EligibilityRule{rule("open_case", delay), rule(fileOf, block)}, model.EligibilityVerdictNotEligible, model.CodeNotEligible},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := eligibility.Evaluate(c.rules, facts)
			if result.Verdict != c.want {
				t.Errorf("%s, want %s", result.Verdict, c.want)
			}
			err := result.MustHold("DC-001")
			if c.code == "" && err == nil {
				return
			}
			if got := model.CodeOf(err); got != c.code {
				t.Errorf("may it go on: %v, want %q", err, c.code)
			}
		})
	}
}

func TestAllReasonsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	facts := sound()
	facts.EvidenceFiles, facts.DecisionDay = 0, "2025-07-01"
	result := eligibility.Evaluate([]*model.EligibilityRule{
		{Code: "AUTHORITY", Kind: "authority", Severity: model.RuleSeverityBlock},
		{Code: "MISSING_EVIDENCE", Kind: "evidence_present", Severity: model.RuleSeverityBlock, Parameters: json.RawMessage(`{"files": 2}`)},
	}, facts)
	refusal, ok := errors.AsType[*model.Error](result.MustHold("DC-001"))
	if !ok || len(refusal.Violations) != 2 || refusal.Violations[0].Rule != "AUTHORITY" || refusal.Violations[1].Rule != "MISSING_EVIDENCE" {
		t.Errorf("%+v", refusal)
	}
}

func TestConfirmedDoubtLetsANominationGoOn(t *testing.T) {
	t.Parallel()
	rules := []*model.EligibilityRule{{Code: "SERVICE_TOO_SHORT", Kind: "minimum_service", Severity: model.RuleSeverityBlock}}
	for confirmed, want := range map[string]model.EligibilityVerdict{
		"SERVICE_TOO_SHORT": model.EligibilityVerdictEligible, "OTHER": model.EligibilityVerdictNeedsReview,
	} {
		facts := sound()
		facts.Person.HiredOn = nil
		facts.Confirmations = map[string]*model.RuleConfirmation{confirmed: {Document: "Quyết định tuyển dụng"}}
		result := eligibility.Evaluate(rules, facts)
		if err := result.MustHold("DC-001"); result.Verdict != want || (err == nil) != (want == model.EligibilityVerdictEligible) {
			t.Errorf("%s confirmed: %s, %v", confirmed, result.Verdict, err)
		}
	}
}

func TestNoConfirmationLiftsABindingRule(t *testing.T) {
	t.Parallel()
	facts := sound()
	facts.EvidenceFiles = 0
	facts.Confirmations = map[string]*model.RuleConfirmation{"MISSING_EVIDENCE": {}}
	rule := &model.EligibilityRule{Code: "MISSING_EVIDENCE", Kind: "evidence_present", Severity: model.RuleSeverityBlock, Parameters: json.RawMessage(`{"files": 1}`)}
	if result := eligibility.Evaluate([]*model.EligibilityRule{rule}, facts); result.Verdict != model.EligibilityVerdictNotEligible {
		t.Error(result.Verdict)
	}
}
