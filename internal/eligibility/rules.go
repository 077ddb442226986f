package eligibility

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"vinhdanh/model"
)

// recipientKind asks whether the award is for this kind of recipient (Law 06/2022/QH15, articles 2, 19, 20).
func recipientKind(_ json.RawMessage, f Facts) answer {
	facts := []*model.RuleFact{fact("recipientKind", string(f.Nomination.RecipientKind), f.Nomination.ID), fact("awardType", f.AwardType.Code, f.AwardType.ID)}
	if f.AwardType.Fits(f.Nomination.RecipientKind) {
		return passed("eligibility.recipient_kind.passed", facts...)
	}
	return failed("eligibility.recipient_kind.failed", model.Args{"awardType": f.AwardType.Name, "kind": f.Nomination.RecipientKind}, facts...)
}

// authority asks whether bodies of the issuer's kind may award this on the decision day (Law 06/2022/QH15, articles 74
// to 80). A kind of body the matrix does not know at all needs a human.
func authority(_ json.RawMessage, f Facts) answer {
	facts := []*model.RuleFact{fact("issuerKind", string(f.IssuerKind), f.Campaign.IssuerID), fact("decisionDay", string(f.DecisionDay), "")}
	known := false
	for _, row := range f.Authorities {
		if row.OrganizationKind != f.IssuerKind {
			continue
		}
		known = true
		if row.AwardTypeID == f.AwardType.ID && f.DecisionDay.Within(row.ValidFrom, row.ValidTo) {
			return passed("eligibility.authority.passed", append(facts, fact("authority", row.Citation, row.ID))...)
		}
	}
	if !known {
		return unknown("eligibility.authority.unknown", facts...)
	}
	return failed("eligibility.authority.failed", model.Args{"kind": f.IssuerKind, "awardType": f.AwardType.Name, "on": f.DecisionDay}, facts...)
}

// disciplineWindow asks whether a discipline ran in the campaign's year; achievements of that time do not count (domain
// rule 17).
func disciplineWindow(_ json.RawMessage, f Facts) answer {
	if !f.individual() {
		return passed("eligibility.not_applicable")
	}
	end := model.YearEnd(f.Campaign.Year)
	for _, p := range f.PersonnelFacts {
		if p.Kind == model.PersonnelFactKindDiscipline && model.Overlap(p.ValidFrom, p.ValidTo, model.YearStart(f.Campaign.Year), &end) {
			return failed("eligibility.discipline_window.failed", model.Args{"from": p.ValidFrom, "to": open(p.ValidTo), "year": f.Campaign.Year},
				fact("disciplineFrom", string(p.ValidFrom), p.ID), fact("disciplineTo", open(p.ValidTo), p.ID))
		}
	}
	return passed("eligibility.discipline_window.passed", fact("year", strconv.Itoa(f.Campaign.Year), ""))
}

// openCase asks whether an inspection, or the verification of a complaint, is open today; the law defers such a person
// (domain rule 16).
func openCase(_ json.RawMessage, f Facts) answer {
	if !f.individual() {
		return passed("eligibility.not_applicable")
	}
	for _, p := range f.PersonnelFacts {
		if p.Kind == model.PersonnelFactKindInvestigation && f.Today.Within(p.ValidFrom, p.ValidTo) {
			return failed("eligibility.open_case.failed", model.Args{"from": p.ValidFrom}, fact("caseFrom", string(p.ValidFrom), p.ID))
		}
	}
	return passed("eligibility.open_case.passed", fact("today", string(f.Today), ""))
}

// minimumService asks for the campaign's least number of whole months in service up to the end of its year. It is the
// campaign's policy, not law.
func minimumService(_ json.RawMessage, f Facts) answer {
	wanted := f.Campaign.MinimumServiceMonths
	switch {
	case !f.individual() || wanted == 0:
		return passed("eligibility.not_applicable")
	case f.Person.HiredOn == nil:
		return unknown("eligibility.minimum_service.unknown", fact("hiredOn", "", f.Person.ID))
	}
	months := f.Person.HiredOn.MonthsUntil(model.YearEnd(f.Campaign.Year))
	facts := []*model.RuleFact{fact("hiredOn", string(*f.Person.HiredOn), f.Person.ID), fact("months", strconv.Itoa(months), ""), fact("minimum", strconv.Itoa(wanted), f.Campaign.ID)}
	if months >= wanted {
		return passed("eligibility.minimum_service.passed", facts...)
	}
	return failed("eligibility.minimum_service.failed", model.Args{"months": months, "minimum": wanted, "year": f.Campaign.Year}, facts...)
}

// achievementUsed asks whether the achievement was rewarded already, or is claimed by another nomination that went on
// (Law 06/2022/QH15, article 5; domain rule 18).
func achievementUsed(_ json.RawMessage, f Facts) answer {
	code := f.Nomination.AchievementCode
	for _, award := range f.Awards {
		if award.AchievementCode != nil && *award.AchievementCode == code && award.Status == model.AwardStatusActive {
			return failed("eligibility.achievement_used.failed", model.Args{"code": code, "on": award.GrantedOn},
				fact("achievementCode", code, f.Nomination.ID), fact("rewardedOn", string(award.GrantedOn), award.ID))
		}
	}
	went := []model.NominationStatus{model.NominationStatusAccepted, model.NominationStatusShortlisted, model.NominationStatusEndorsed, model.NominationStatusApproved}
	for _, rival := range f.Rivals {
		if rival.AchievementCode == code && slices.Contains(went, rival.Status) {
			return failed("eligibility.achievement_used.claimed", model.Args{"code": code, "reference": rival.Reference},
				fact("achievementCode", code, f.Nomination.ID), fact("claimedBy", rival.Reference, rival.ID))
		}
	}
	return passed("eligibility.achievement_used.passed", fact("achievementCode", code, f.Nomination.ID))
}

// oneLiveNomination asks whether the recipient stands twice for the same award in the campaign.
func oneLiveNomination(_ json.RawMessage, f Facts) answer {
	for _, rival := range f.Rivals {
		if rival.CampaignID == f.Nomination.CampaignID && rival.AwardTypeID == f.Nomination.AwardTypeID {
			return failed("eligibility.one_live_nomination.failed", model.Args{"reference": rival.Reference}, fact("rival", rival.Reference, rival.ID))
		}
	}
	return passed("eligibility.one_live_nomination.passed")
}

// evidencePresent asks for files (Law 06/2022/QH15, article 84). Parameter files: how many.
func evidencePresent(parameters json.RawMessage, f Facts) answer {
	var wanted struct{ Files int }
	if err := json.Unmarshal(parameters, &wanted); err != nil {
		return unknown("eligibility.unknown_rule")
	}
	found := fact("evidenceFiles", strconv.Itoa(f.EvidenceFiles), f.Nomination.ID)
	if f.EvidenceFiles >= wanted.Files {
		return passed("eligibility.evidence_present.passed", found)
	}
	return failed("eligibility.evidence_present.failed", model.Args{"found": f.EvidenceFiles, "wanted": wanted.Files}, found)
}

// reformVerified asks whether the reform index that supports the nomination is verified. A provisional figure fails; a
// figure nobody recorded needs a human.
func reformVerified(_ json.RawMessage, f Facts) answer {
	bound := slices.ContainsFunc(f.Campaign.Criteria(&f.Nomination.RecipientKind), func(c *model.Criterion) bool {
		return c.Source == model.CriterionSourceReformResults
	})
	switch {
	case f.Index == nil && !bound:
		return passed("eligibility.not_applicable")
	case f.Index == nil:
		return unknown("eligibility.reform_verified.not_linked", fact("reformUnit", "", f.Nomination.ID))
	case len(f.Index.Provisional) > 0:
		codes := strings.Join(f.Index.Provisional, ", ")
		return failed("eligibility.reform_verified.failed", model.Args{"codes": codes}, fact("provisional", codes, *f.Nomination.ReformUnitID))
	case !f.Index.Complete:
		return unknown("eligibility.reform_verified.unknown", fact("missing", strings.Join(f.Index.Missing, ", "), *f.Nomination.ReformUnitID))
	}
	return passed("eligibility.reform_verified.passed", fact("index", fmt.Sprint(f.Index.Points), *f.Nomination.ReformUnitID))
}

func open(day *model.Date) string {
	if day == nil {
		return ""
	}
	return string(*day)
}
