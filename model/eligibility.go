package model

import "slices"

// Eligibility is what the rules in force say about one nomination.
type Eligibility struct {
	NominationID string
	Verdict      EligibilityVerdict
	Findings     []*RuleFinding
}

// RuleFinding is what one rule says, and why. The presenter words Message and Remedy from Reason and Args.
type RuleFinding struct {
	RuleCode   string
	Outcome    RuleOutcome
	Severity   RuleSeverity
	Citation   string
	Confidence Confidence
	// Reason names the message: what was found, and what can be done about it.
	Reason string
	Args   Args
	Facts  []*RuleFact
	// Confirmation is a person's judgement on what no record can answer; nil while nobody judged.
	Confirmation *RuleConfirmation
}

// RuleFact is a fact a rule looked at, with the record it comes from.
type RuleFact struct {
	Name     string
	Value    *string
	RecordID *string
}

// Failed lists the rules that are not met, of the given severities.
func (e *Eligibility) Failed(severities ...RuleSeverity) []*RuleFinding {
	return e.with(RuleOutcomeFailed, severities)
}

// Undecided lists the rules a person has yet to judge before the nomination goes on: those no record can answer, and those
// that failed but only warn.
func (e *Eligibility) Undecided() []*RuleFinding {
	all := []RuleSeverity{RuleSeverityBlock, RuleSeverityDefer, RuleSeverityWarn}
	open := append(e.with(RuleOutcomeNeedsHuman, all), e.with(RuleOutcomeFailed, []RuleSeverity{RuleSeverityWarn})...)
	return slices.DeleteFunc(open, func(f *RuleFinding) bool { return f.Confirmation != nil })
}

// Asks says whether a rule is among those that were asked.
func (e *Eligibility) Asks(ruleCode string) bool {
	return slices.ContainsFunc(e.Findings, func(f *RuleFinding) bool { return f.RuleCode == ruleCode })
}

func (e *Eligibility) with(outcome RuleOutcome, severities []RuleSeverity) []*RuleFinding {
	var found []*RuleFinding
	for _, f := range e.Findings {
		for _, s := range severities {
			if f.Outcome == outcome && f.Severity == s {
				found = append(found, f)
			}
		}
	}
	return found
}

// MustHold refuses a nomination to go on: NOT_ELIGIBLE while a binding rule fails, HELD while a case is open, and as long
// as something only a person can judge is not confirmed. Every rule in the way is told.
func (e *Eligibility) MustHold(reference string) error {
	failed := e.Failed(RuleSeverityBlock, RuleSeverityDefer)
	switch {
	case len(e.Failed(RuleSeverityBlock)) > 0:
		return refuseFindings(CodeNotEligible, "eligibility.not_eligible", reference, failed)
	case len(failed) > 0:
		return refuseFindings(CodeHeld, "eligibility.open_case", reference, failed)
	}
	if open := e.Undecided(); len(open) > 0 {
		return refuseFindings(CodeNotEligible, "eligibility.needs_human", reference, open)
	}
	return nil
}

func refuseFindings(code Code, key, reference string, findings []*RuleFinding) error {
	refusal := Errorf(code, key, "reference", reference)
	for _, f := range findings {
		refusal.Violations = append(refusal.Violations, Violation{Path: "input.nominationId", Rule: f.RuleCode, Key: f.Reason, Args: f.Args})
	}
	return refusal
}
