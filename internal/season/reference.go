package season

import (
	"embed"

	"vinhdanh/model"
)

//go:embed reference/*.csv
var referenceFiles embed.FS

// The rows of the catalogue, one type a file. The law is data: each row has its days and its citation.
type (
	// AwardType is an entry of the catalogue.
	AwardType struct {
		Line        int
		Code        string              `csv:"code"`
		Name        string              `csv:"name"`
		EnglishName string              `csv:"english_name"`
		Category    model.AwardCategory `csv:"category"`
		Level       model.AwardLevel    `csv:"level"`
		Collective  bool                `csv:"collective"`
		Individual  bool                `csv:"individual"`
		ValidFrom   model.Date          `csv:"valid_from"`
		ValidTo     *model.Date         `csv:"valid_to"`
		Quorum      model.Fraction      `csv:"quorum"`
		Threshold   model.Fraction      `csv:"threshold"`
		VoteBase    model.VoteBase      `csv:"vote_base"`
		Citation    string              `csv:"citation"`
		Confidence  model.Confidence    `csv:"confidence"`
	}
	// Authority is which bodies may award what.
	Authority struct {
		Line             int
		OrganizationKind model.OrganizationKind `csv:"organization_kind"`
		AwardCode        string                 `csv:"award_code"`
		ValidFrom        model.Date             `csv:"valid_from"`
		ValidTo          *model.Date            `csv:"valid_to"`
		Citation         string                 `csv:"citation"`
		Confidence       model.Confidence       `csv:"confidence"`
	}
	// BonusCoefficient is what an award is worth in base salaries.
	BonusCoefficient struct {
		Line          int
		AwardCode     string              `csv:"award_code"`
		RecipientKind model.RecipientKind `csv:"recipient_kind"`
		Coefficient   model.Decimal       `csv:"coefficient"`
		ValidFrom     model.Date          `csv:"valid_from"`
		ValidTo       *model.Date         `csv:"valid_to"`
		Citation      string              `csv:"citation"`
		Confidence    model.Confidence    `csv:"confidence"`
	}
	// BaseSalary is the base salary of a span of days.
	BaseSalary struct {
		Line       int
		Amount     int              `csv:"amount"`
		ValidFrom  model.Date       `csv:"valid_from"`
		ValidTo    *model.Date      `csv:"valid_to"`
		Citation   string           `csv:"citation"`
		Confidence model.Confidence `csv:"confidence"`
	}
	// LegalBasis is a text decisions rest on.
	LegalBasis struct {
		Line      int
		Code      string      `csv:"code"`
		Text      string      `csv:"text"`
		ValidFrom model.Date  `csv:"valid_from"`
		ValidTo   *model.Date `csv:"valid_to"`
	}
	// EligibilityRule is a rule of law or policy.
	EligibilityRule struct {
		Line       int
		Code       string             `csv:"code"`
		Kind       string             `csv:"kind"`
		Severity   model.RuleSeverity `csv:"severity"`
		Parameters string             `csv:"parameters"`
		ValidFrom  model.Date         `csv:"valid_from"`
		ValidTo    *model.Date        `csv:"valid_to"`
		Citation   string             `csv:"citation"`
		Confidence model.Confidence   `csv:"confidence"`
	}
)

// Catalogue is the reference data of the program.
type Catalogue struct {
	AwardTypes        []AwardType
	Authorities       []Authority
	BonusCoefficients []BonusCoefficient
	BaseSalaries      []BaseSalary
	LegalBases        []LegalBasis
	EligibilityRules  []EligibilityRule
}

// ReadCatalogue reads the reference data. Errors are mistakes of the program's authors.
func ReadCatalogue() (*Catalogue, []*model.ImportError) {
	files, _ := fromFolder(referenceFiles, "reference")
	r := &reader{files: files}
	return &Catalogue{
		AwardTypes:        read[AwardType](r, "award_types.csv", true),
		Authorities:       read[Authority](r, "authorities.csv", true),
		BonusCoefficients: read[BonusCoefficient](r, "bonus_coefficients.csv", true),
		BaseSalaries:      read[BaseSalary](r, "base_salaries.csv", true),
		LegalBases:        read[LegalBasis](r, "legal_bases.csv", true),
		EligibilityRules:  read[EligibilityRule](r, "eligibility_rules.csv", true),
	}, r.errors
}
