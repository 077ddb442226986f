package model

import "encoding/json"

// Fraction is an exact share.
type Fraction struct {
	Numerator   int
	Denominator int
}

// Of is the least whole number that is at least this share of n.
func (f Fraction) Of(n int) int { return (f.Numerator*n + f.Denominator - 1) / f.Denominator }

// VoteRule says when a council may vote and when a vote carries.
type VoteRule struct {
	Quorum    Fraction `bun:"embed:quorum_"`
	Threshold Fraction `bun:"embed:threshold_"`
	Base      VoteBase `bun:"vote_base"`
}

// AwardType is an entry of the catalogue: an emulation title or a commendation form.
type AwardType struct {
	ID          string `bun:",pk"`
	Code        string
	Name        string
	EnglishName string
	Category    AwardCategory
	Level       AwardLevel
	Collective  bool
	Individual  bool
	ValidFrom   Date
	ValidTo     *Date
	VoteRule    VoteRule `bun:"embed:"`
	Citation    string
	Confidence  Confidence
}

// RecipientKinds lists who can receive it.
func (t *AwardType) RecipientKinds() []RecipientKind {
	kinds := []RecipientKind{}
	if t.Collective {
		kinds = append(kinds, RecipientKindCollective)
	}
	if t.Individual {
		kinds = append(kinds, RecipientKindIndividual)
	}
	return kinds
}

// Fits says whether a kind of recipient can receive it.
func (t *AwardType) Fits(kind RecipientKind) bool {
	return kind == RecipientKindCollective && t.Collective || kind == RecipientKindIndividual && t.Individual
}

// Authority says that bodies of a kind may award a type for a span of days (Law 06/2022/QH15, articles 74-80).
type Authority struct {
	ID               string `bun:",pk"`
	OrganizationKind OrganizationKind
	AwardTypeID      string
	ValidFrom        Date
	ValidTo          *Date
	Citation         string
	Confidence       Confidence
}

// BonusCoefficient is what an award is worth in base salaries for a span of days.
type BonusCoefficient struct {
	ID            string `bun:",pk"`
	AwardTypeID   string
	RecipientKind RecipientKind
	Coefficient   Decimal
	ValidFrom     Date
	ValidTo       *Date
	Citation      string
	Confidence    Confidence
}

// BaseSalary is the state's base salary (lương cơ sở) per month for a span of days.
type BaseSalary struct {
	ID         string `bun:",pk"`
	Amount     VND
	ValidFrom  Date
	ValidTo    *Date
	Citation   string
	Confidence Confidence
}

// LegalBasis is a text a decision of its days rests on, as it is cited.
type LegalBasis struct {
	ID        string `bun:",pk"`
	Code      string
	Position  int
	Text      string
	ValidFrom Date
	ValidTo   *Date
}

// EligibilityRule is one rule of law or policy: a kind of test with its parameters, for a span of days.
type EligibilityRule struct {
	ID         string `bun:",pk"`
	Code       string
	Kind       string
	Position   int
	Severity   RuleSeverity
	Parameters json.RawMessage `bun:"type:text"`
	ValidFrom  Date
	ValidTo    *Date
	Citation   string
	Confidence Confidence
}
