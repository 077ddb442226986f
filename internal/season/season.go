// Package season reads a season as CSV files: the format, and the reference data of the program itself. It checks what
// the files alone can tell, and knows no database.
package season

import (
	"maps"
	"slices"

	"vinhdanh/model"
)

// The rows of a season, one type a file. Line is where the row stands.
type (
	// Organization is a unit with its validity.
	Organization struct {
		Line       int
		Code       string                 `csv:"code,max=64"`
		Name       string                 `csv:"name,max=300"`
		Kind       model.OrganizationKind `csv:"kind"`
		ParentCode *string                `csv:"parent_code"`
		ValidFrom  model.Date             `csv:"valid_from"`
		ValidTo    *model.Date            `csv:"valid_to"`
	}
	// Succession is predecessor and successor on a day.
	Succession struct {
		Line            int
		PredecessorCode string     `csv:"predecessor_code"`
		SuccessorCode   string     `csv:"successor_code"`
		EffectiveOn     model.Date `csv:"effective_on"`
	}
	// Person is a person with unit and position.
	Person struct {
		Line             int
		Code             string        `csv:"code,max=64"`
		FullName         string        `csv:"full_name,max=120"`
		Gender           *model.Gender `csv:"gender"`
		BornOn           *model.Date   `csv:"born_on"`
		OrganizationCode string        `csv:"organization_code"`
		Position         string        `csv:"position,max=200"`
		HiredOn          *model.Date   `csv:"hired_on"`
	}
	// UnitHead is who heads a unit.
	UnitHead struct {
		Line             int
		OrganizationCode string `csv:"organization_code"`
		PersonCode       string `csv:"person_code"`
	}
	// CouncilSeat is a seat of the council.
	CouncilSeat struct {
		Line       int
		PersonCode string            `csv:"person_code"`
		Role       model.CouncilRole `csv:"role"`
	}
	// Campaign is the campaign with everything its decision needs.
	Campaign struct {
		Line                 int
		Code                 string              `csv:"code,max=64"`
		Title                string              `csv:"title,max=300"`
		Year                 int                 `csv:"year"`
		Kind                 model.CampaignKind  `csv:"kind"`
		IssuerCode           string              `csv:"issuer_code"`
		StandingUnitCode     string              `csv:"standing_unit_code"`
		Adjustment           model.Adjustment    `csv:"adjustment"`
		MinimumServiceMonths int                 `csv:"minimum_service_months"`
		Quorum               model.Fraction      `csv:"quorum"`
		Threshold            model.Fraction      `csv:"threshold"`
		ThresholdBase        model.VoteBase      `csv:"threshold_base"`
		TieChain             []model.TieBreak    `csv:"tie_chain"`
		BonusRounding        model.BonusRounding `csv:"bonus_rounding"`
		DecisionNumber       string              `csv:"decision_number,max=64"`
		DecisionDate         model.Date          `csv:"decision_date"`
		SignerCode           string              `csv:"signer_code"`
		SignerPosition       string              `csv:"signer_position,max=200"`
		SigningMode          model.SigningMode   `csv:"signing_mode"`
	}
	// Phase is a window of the campaign.
	Phase struct {
		Line         int
		CampaignCode string              `csv:"campaign_code"`
		Phase        model.CampaignPhase `csv:"phase"`
		OpensOn      model.Date          `csv:"opens_on"`
		ClosesOn     *model.Date         `csv:"closes_on"`
	}
	// Quota is places and shortlist of one award for one kind of recipient.
	Quota struct {
		Line          int
		CampaignCode  string              `csv:"campaign_code"`
		RecipientKind model.RecipientKind `csv:"recipient_kind"`
		AwardCode     string              `csv:"award_code"`
		Places        int                 `csv:"places"`
		Shortlist     int                 `csv:"shortlist"`
	}
	// Ground is what may be commended.
	Ground struct {
		Line int
		Code string `csv:"code,max=64"`
		Name string `csv:"name,max=300"`
	}
	// Criterion is a line of the rubric; reviewers give half points.
	Criterion struct {
		Line          int
		RecipientKind model.RecipientKind   `csv:"recipient_kind"`
		Code          string                `csv:"code,max=64"`
		Name          string                `csv:"name,max=300"`
		MaxPoints     model.Decimal         `csv:"max_points"`
		Source        model.CriterionSource `csv:"source"`
	}
	// Indicator is what is measured.
	Indicator struct {
		Line      int
		Code      string                    `csv:"code,max=64"`
		Name      string                    `csv:"name,max=300"`
		Unit      string                    `csv:"unit,max=64"`
		MaxPoints model.Decimal             `csv:"max_points"`
		Kind      model.ReformIndicatorKind `csv:"kind"`
	}
	// Result is a measured figure.
	Result struct {
		Line             int
		OrganizationCode string                   `csv:"organization_code"`
		Year             int                      `csv:"year"`
		IndicatorCode    string                   `csv:"indicator_code"`
		Value            model.Decimal            `csv:"value"`
		Status           model.ReformResultStatus `csv:"status"`
		Source           string                   `csv:"source,max=300"`
	}
	// Nomination is one nomination.
	Nomination struct {
		Line            int
		Reference       string              `csv:"ref,max=64"`
		NomineeKind     model.RecipientKind `csv:"nominee_kind"`
		NomineeCode     string              `csv:"nominee_code"`
		AwardCode       string              `csv:"award_code"`
		SubmittedBy     string              `csv:"submitted_by"`
		GroundCode      string              `csv:"ground_code"`
		ReformResultsOf *string             `csv:"reform_results_of"`
		AchievementCode string              `csv:"achievement_code,max=64"`
		Achievement     string              `csv:"achievement"`
		EvidenceFile    *string             `csv:"evidence_file,max=200"`
	}
	// PersonnelFact is a discipline or an open case.
	PersonnelFact struct {
		Line       int
		PersonCode string                  `csv:"person_code"`
		Kind       model.PersonnelFactKind `csv:"kind"`
		From       model.Date              `csv:"from"`
		To         *model.Date             `csv:"to"`
		Note       *string                 `csv:"note,max=500"`
	}
	// EarlierAward is an award of the time before.
	EarlierAward struct {
		Line                     int
		RecipientCode            string              `csv:"recipient_code"`
		RecipientKind            model.RecipientKind `csv:"recipient_kind"`
		AwardCode                string              `csv:"award_code"`
		Year                     int                 `csv:"year"`
		DecisionNumber           string              `csv:"decision_number,max=64"`
		DecidedOn                model.Date          `csv:"decided_on"`
		DecidingOrganizationCode string              `csv:"deciding_organization_code"`
		AchievementCode          *string             `csv:"achievement_code,max=64"`
		Achievement              *string             `csv:"achievement"`
	}
	// Score is one criterion of one reviewer's sheet.
	Score struct {
		Line          int
		NominationRef string        `csv:"nomination_ref"`
		ReviewerCode  string        `csv:"reviewer_code"`
		CriterionCode string        `csv:"criterion_code"`
		Points        model.Decimal `csv:"points"`
	}
	// Ballot is the tally of one shortlisted nomination.
	Ballot struct {
		Line          int
		NominationRef string `csv:"nomination_ref"`
		Agree         int    `csv:"agree"`
		Disagree      int    `csv:"disagree"`
	}
)

// Season is everything the files say.
type Season struct {
	Organizations  []Organization
	Successions    []Succession
	People         []Person
	UnitHeads      []UnitHead
	Council        []CouncilSeat
	Campaign       *Campaign
	Phases         []Phase
	Quotas         []Quota
	Grounds        []Ground
	Criteria       []Criterion
	Indicators     []Indicator
	Results        []Result
	Nominations    []Nomination
	PersonnelFacts []PersonnelFact
	EarlierAwards  []EarlierAward
	Scores         []Score
	Ballots        []Ballot
	// Partial says that a file could not be read, so that codes may seem to name nothing.
	Partial bool
}

// The files of a season.
const (
	FileOrganizations  = "organizations.csv"
	FileSuccessions    = "successions.csv"
	FilePeople         = "people.csv"
	FileUnitHeads      = "unit_heads.csv"
	FileCouncil        = "council.csv"
	FileCampaign       = "campaign.csv"
	FilePhases         = "phases.csv"
	FileQuotas         = "quotas.csv"
	FileGrounds        = "grounds.csv"
	FileCriteria       = "criteria.csv"
	FileIndicators     = "reform_indicators.csv"
	FileResults        = "reform_results.csv"
	FileNominations    = "nominations.csv"
	FilePersonnelFacts = "personnel_facts.csv"
	FileEarlierAwards  = "award_history.csv"
	FileScores         = "scores.csv"
	FileBallots        = "ballots.csv"
)

// Read reads a season and tells everything that is wrong with it. Scores and ballots are needed for a replay only.
func Read(files Files) (*Season, []*model.ImportError) {
	r := &reader{files: files}
	s := &Season{
		Organizations:  read[Organization](r, FileOrganizations, true),
		Successions:    read[Succession](r, FileSuccessions, true),
		People:         read[Person](r, FilePeople, true),
		UnitHeads:      read[UnitHead](r, FileUnitHeads, true),
		Council:        read[CouncilSeat](r, FileCouncil, true),
		Phases:         read[Phase](r, FilePhases, true),
		Quotas:         read[Quota](r, FileQuotas, true),
		Grounds:        read[Ground](r, FileGrounds, true),
		Criteria:       read[Criterion](r, FileCriteria, true),
		Indicators:     read[Indicator](r, FileIndicators, true),
		Results:        read[Result](r, FileResults, true),
		Nominations:    read[Nomination](r, FileNominations, true),
		PersonnelFacts: read[PersonnelFact](r, FilePersonnelFacts, true),
		EarlierAwards:  read[EarlierAward](r, FileEarlierAwards, true),
		Scores:         read[Score](r, FileScores, false),
		Ballots:        read[Ballot](r, FileBallots, false),
	}
	before := len(r.errors)
	campaigns := read[Campaign](r, FileCampaign, true)
	if len(campaigns) == 1 {
		s.Campaign = &campaigns[0]
	} else if len(r.errors) == before {
		r.fault(FileCampaign, 0, "", "import.one_campaign", "found", len(campaigns))
	}
	r.unknownFiles()
	r.check(s)
	s.Partial = r.unread
	return s, r.errors
}

// unknownFiles tells CSV files that are not part of the format, which are usually misspelt ones.
func (r *reader) unknownFiles() {
	known := []string{FileOrganizations, FileSuccessions, FilePeople, FileUnitHeads, FileCouncil, FileCampaign, FilePhases,
		FileQuotas, FileGrounds, FileCriteria, FileIndicators, FileResults, FileNominations, FilePersonnelFacts, FileEarlierAwards,
		FileScores, FileBallots}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		if !slices.Contains(known, name) {
			r.fault(name, 0, "", "import.unknown_file")
		}
	}
}
