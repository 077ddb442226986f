// Package eligibility answers whether a nomination may go on, rule by rule, and explains each answer. It is pure: rules
// are rows of data, facts are given, and each kind of rule is one function of this package.
package eligibility

import (
	"encoding/json"

	"vinhdanh/model"
)

// Facts is everything the rules look at for one nomination.
type Facts struct {
	Nomination *model.Nomination
	Campaign   *model.Campaign
	AwardType  *model.AwardType
	// Person is nil for collectives.
	Person         *model.Person
	PersonnelFacts []*model.PersonnelFact
	// IssuerKind is what kind of body the issuer is on the decision day.
	IssuerKind model.OrganizationKind
	// Authorities are all rows of the authority matrix.
	Authorities []*model.Authority
	// Awards are standing awards of the recipient for the same achievement.
	Awards []*model.Award
	// Rivals are other live nominations of the recipient.
	Rivals        []*model.Nomination
	EvidenceFiles int
	// Index is the reform index of the linked unit in the campaign's year; nil when no unit is linked.
	Index *model.ReformIndex
	// Confirmations are what persons judged, by rule.
	Confirmations map[string]*model.RuleConfirmation
	// Today is the day of the question, DecisionDay the date the decision bears or will bear.
	Today, DecisionDay model.Date
}

// individual says whether rules about a person apply.
func (f Facts) individual() bool { return f.Person != nil }

// kinds are the kinds of rules the program knows.
var kinds = map[string]func(json.RawMessage, Facts) answer{
	"recipient_kind":      recipientKind,
	"authority":           authority,
	"discipline_window":   disciplineWindow,
	"open_case":           openCase,
	"minimum_service":     minimumService,
	"achievement_used":    achievementUsed,
	"one_live_nomination": oneLiveNomination,
	"evidence_present":    evidencePresent,
	"reform_verified":     reformVerified,
}

// answer is what a rule found, before it is dressed with the rule's own words.
type answer struct {
	outcome model.RuleOutcome
	reason  string
	args    model.Args
	facts   []*model.RuleFact
}

// Evaluate asks every rule. rules are those in force, in order.
func Evaluate(rules []*model.EligibilityRule, f Facts) *model.Eligibility {
	result := &model.Eligibility{NominationID: f.Nomination.ID, Findings: []*model.RuleFinding{}}
	for _, rule := range rules {
		ask, known := kinds[rule.Kind]
		if !known {
			ask = func(json.RawMessage, Facts) answer { return unknown("eligibility.unknown_rule") }
		}
		a := ask(rule.Parameters, f)
		result.Findings = append(result.Findings, &model.RuleFinding{
			RuleCode: rule.Code, Outcome: a.outcome, Severity: rule.Severity, Citation: rule.Citation, Confidence: rule.Confidence,
			Reason: a.reason, Args: a.args, Facts: a.facts, Confirmation: f.Confirmations[rule.Code],
		})
	}
	result.Verdict = verdict(result)
	return result
}

func verdict(e *model.Eligibility) model.EligibilityVerdict {
	switch {
	case len(e.Failed(model.RuleSeverityBlock)) > 0:
		return model.EligibilityVerdictNotEligible
	case len(e.Failed(model.RuleSeverityDefer)) > 0:
		return model.EligibilityVerdictDeferred
	case len(e.Undecided()) > 0:
		return model.EligibilityVerdictNeedsReview
	}
	return model.EligibilityVerdictEligible
}

func passed(reason string, facts ...*model.RuleFact) answer {
	return answer{outcome: model.RuleOutcomePassed, reason: reason, facts: orNone(facts)}
}

func failed(reason string, args model.Args, facts ...*model.RuleFact) answer {
	return answer{outcome: model.RuleOutcomeFailed, reason: reason, args: args, facts: orNone(facts)}
}

func unknown(reason string, facts ...*model.RuleFact) answer {
	return answer{outcome: model.RuleOutcomeNeedsHuman, reason: reason, facts: orNone(facts)}
}

func orNone(facts []*model.RuleFact) []*model.RuleFact {
	if facts == nil {
		return []*model.RuleFact{}
	}
	return facts
}

// fact is one thing a rule looked at; value and record may be "" when nothing is recorded.
func fact(name, value, recordID string) *model.RuleFact {
	f := &model.RuleFact{Name: name}
	if value != "" {
		f.Value = &value
	}
	if recordID != "" {
		f.RecordID = &recordID
	}
	return f
}
