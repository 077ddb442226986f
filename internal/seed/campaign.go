package seed

import (
	"fmt"
	"slices"
	"time"

	"vinhdanh/internal/bonus"
	"vinhdanh/model"
)

// season is a campaign being made up with everything that went on in it.
type season struct {
	*history
	*model.Campaign
	issuer *unit
	signer *person
	// nominations in the order of their drafts.
	nominations []*nomination
	// council are the members with a vote, by the numbers of the people.
	council []int
}

// nomination is one with who is nominated and what becomes of it.
type nomination struct {
	*model.Nomination
	recipient recipient
	end       model.NominationStatus
	submitter *unit
}

// ends are what becomes of nominations beside those that are awarded, of a hundred.
var ends = weighted[model.NominationStatus]{{model.NominationStatusNotShortlisted, 45}, {model.NominationStatusIneligible, 20}, {model.NominationStatusWithdrawn, 15},
	{model.NominationStatusNotEndorsed, 12}, {model.NominationStatusRejected, 8}}

// titles are what campaigns are for.
var titles = []string{"Khen thưởng công tác năm %d", "Khen thưởng cải cách hành chính năm %d", "Khen thưởng chuyển đổi số năm %d", "Khen thưởng phong trào thi đua năm %d"}

// campaign makes up a campaign that ended in so many awards, or fewer when nobody else fits.
func (h *history) campaign(issuer *unit, year, n, awards int) (granted int) {
	s := &season{history: h, issuer: issuer, signer: h.person(issuer.first), Campaign: &model.Campaign{Code: fmt.Sprintf("%s-%d-%02d", issuer.Code, year, n),
		Title: fmt.Sprintf(titles[n%len(titles)], year), Year: year, Kind: model.CampaignKindMerit, IssuerID: issuer.ID, StandingUnitID: issuer.ID,
		Phase: model.CampaignPhaseDraft, Adjustment: model.AdjustmentNone, MinimumServiceMonths: 6, BonusRounding: model.BonusRoundingUp10000, Version: 1}}
	decided := date(year+1, 2, 13).AddDays(n % 16)
	taken, types := map[key]bool{}, h.offered(issuer, decided)
	for range awards {
		r, ok := h.choose(issuer, types, year, issuer.last, taken)
		if !ok {
			break
		}
		s.nominations = append(s.nominations, &nomination{recipient: r, end: model.NominationStatusAwarded})
	}
	if granted = len(s.nominations); granted == 0 {
		return 0
	}
	for range max(1, awards*15/100) {
		if r, ok := h.choose(issuer, types, year, issuer.last, taken); ok {
			s.nominations = append(s.nominations, &nomination{recipient: r, end: ends.draw(h.Rand)})
		}
	}
	h.Shuffle(len(s.nominations), func(i, j int) { s.nominations[i], s.nominations[j] = s.nominations[j], s.nominations[i] })
	s.prepare(year)
	s.nominate()
	s.review()
	s.vote()
	s.decide(decided)
	return granted
}

// prepare makes the campaign with its parts and opens it, as the rules ask.
func (s *season) prepare(year int) {
	day := date(year+1, 1, 2)
	s.ID = s.id("campaign", at(day, 8))
	s.SetTieChain([]model.TieBreak{model.TieBreakAdjustedScore, model.TieBreakReference})
	s.fill(day, [][2]model.Date{{day, date(year+1, 1, 20)}, {date(year+1, 1, 21), date(year+1, 2, 5)}, {date(year+1, 2, 6), date(year+1, 2, 12)},
		{date(year+1, 2, 13), date(year+1, 2, 28)}, {date(year+1, 3, 1), ""}})
	s.offer()
	if err := s.Open(model.CampaignPhaseNominating, day); err != nil {
		s.bulk.Fail(fmt.Errorf("open %s: %w", s.Code, err))
	}
	closed := at(date(year+1, 2, 5), 17)
	s.Phase, s.ScoringClosedAt, s.Version = model.CampaignPhasePublished, &closed, 9
	s.keep()
	s.audit(at(day, 8), "createCampaign", s.about(model.RealmCampaign, s.secretary()), s.Campaign)
}

// fill gives a campaign grounds, rubric, council and windows.
func (s *season) fill(day model.Date, windows [][2]model.Date) {
	when := at(day, 8)
	for i, name := range []string{"Hoàn thành nhiệm vụ", "Cải cách hành chính"} {
		s.Grounds = append(s.Grounds, &model.Ground{ID: s.id("ground", when), CampaignID: s.ID, Position: i + 1, Code: []string{"NHIEM_VU", "CCHC"}[i], Name: name})
	}
	half, _ := model.ParseDecimal("0.5")
	for _, kind := range model.AllRecipientKind {
		for i, points := range []int64{60, 40} {
			s.Rubric = append(s.Rubric, &model.Criterion{ID: s.id("criterion", when), CampaignID: s.ID, Position: len(s.Rubric) + 1, RecipientKind: kind,
				Code: []string{"ket-qua", "sang-kien"}[i], Name: []string{"Kết quả công tác", "Sáng kiến, cách làm mới"}[i], MaxPoints: model.DecimalOf(points),
				Step: half, Source: model.CriterionSourceReviewer})
		}
	}
	for i, w := range windows {
		s.Windows = append(s.Windows, &model.PhaseWindow{ID: s.id("window", when), CampaignID: s.ID, Phase: model.AllCampaignPhase[i+1], OpensOn: w[0], ClosesOn: optional(w[1])})
	}
	roles := []model.CouncilRole{model.CouncilRoleChair, model.CouncilRoleViceChair, model.CouncilRoleMember, model.CouncilRoleMember, model.CouncilRoleMember, model.CouncilRoleSecretary}
	for i, role := range roles {
		member := s.issuer.first + i
		s.Seats = append(s.Seats, &model.CouncilMember{ID: s.id("seat", when), CampaignID: s.ID, PersonID: s.person(member).ID, Position: i + 1, Role: role})
		if role != model.CouncilRoleSecretary {
			s.council = append(s.council, member)
		}
	}
}

// offer makes the quotas: as many places as awards came of it, and as long a list as was voted on.
func (s *season) offer() {
	for _, n := range s.nominations {
		r := n.recipient
		q := s.Quota(r.kind, r.awardType.ID)
		if q == nil {
			q = &model.Quota{ID: s.id("quota", s.began()), CampaignID: s.ID, Position: len(s.Quotas) + 1, RecipientKind: r.kind, AwardTypeID: r.awardType.ID, VoteRule: r.awardType.VoteRule}
			s.Quotas = append(s.Quotas, q)
		}
		if n.end == model.NominationStatusAwarded {
			q.Places++
		}
		if n.shortlisted() {
			q.Shortlist++
		}
	}
}

// keep hands the campaign over.
func (s *season) keep() {
	s.put(s.Campaign)
	for _, x := range s.Grounds {
		s.put(x)
	}
	for _, x := range s.Quotas {
		s.put(x)
	}
	for _, x := range s.Rubric {
		s.put(x)
	}
	for _, x := range s.Windows {
		s.put(x)
	}
	for _, x := range s.Seats {
		s.put(x)
	}
}

// opens is when a phase opened.
func (s *season) opens(phase model.CampaignPhase) model.Date { return s.Window(phase).OpensOn }

// began is when nominations opened.
func (s *season) began() time.Time { return at(s.opens(model.CampaignPhaseNominating), 9) }

// secretary and chair are the logins of those who run the campaign and decide.
func (s *season) secretary() string { return accountID(s.issuer.first + councillors - 1) }

func (s *season) chair() string { return accountID(s.issuer.first) }

func (s *season) about(realm model.AuditRealm, account string) about {
	return about{realm: realm, campaign: s.ID, organization: s.issuer.ID, account: account}
}

// shortlisted says whether the council voted on it.
func (n *nomination) shortlisted() bool {
	return n.end == model.NominationStatusAwarded || n.end == model.NominationStatusNotEndorsed || n.end == model.NominationStatusRejected
}

// scored says whether reviewers scored it.
func (n *nomination) scored() bool {
	return n.shortlisted() || n.end == model.NominationStatusNotShortlisted
}

// decide makes up the decision, and an award of every nomination that came so far.
func (s *season) decide(day model.Date) {
	salary := s.law.SalaryOn(day)
	d := &model.Decision{ID: s.decisionID(), Number: s.number(s.issuer, day.Year()), Year: day.Year(), DecidedOn: day, IssuerID: s.issuer.ID,
		CampaignID: &s.ID, Status: model.DecisionStatusPublished, SignerID: &s.signer.ID, SignerName: &s.signer.FullName, SignerPosition: optional("CHỦ TỊCH"),
		SigningMode: optional(model.SigningModeKy), BonusRounding: &s.BonusRounding, BaseSalary: &salary, IssuedAt: optional(at(day, 14)),
		PublishedAt: optional(at(s.opens(model.CampaignPhasePublished), 9)), Version: 4}
	var granted []recipient
	byKey := map[key]*nomination{}
	for _, n := range s.nominations {
		if n.end == model.NominationStatusAwarded {
			granted = append(granted, n.recipient)
			byKey[n.recipient.key()] = n
		}
	}
	awards := s.awards(d, s.Year, granted)
	book := fmt.Sprintf("%s/%d", s.issuer.Code, d.Year)
	for _, a := range awards {
		n := byKey[s.keyOf(a)]
		s.lines[book]++
		coefficient := s.law.Coefficient(a.AwardTypeID, a.RecipientKind, day)
		amount := bonus.Amount(coefficient, salary, s.BonusRounding)
		a.NominationID, a.AchievementCode, a.Achievement = &n.ID, &n.AchievementCode, &n.Achievement
		a.RegisterBook, a.RegisterLine, a.VerificationCode = &book, optional(s.lines[book]), optional(s.code())
		a.Coefficient, a.Bonus, a.Version = &coefficient, &amount, 1
	}
	s.count(d, awards)
	s.put(d)
	for i, text := range s.law.BasesOn(day) {
		s.put(&model.DecisionBasis{DecisionID: d.ID, Position: i + 1, Text: text})
	}
	where := s.about(model.RealmDecision, s.chair())
	s.audit(at(day, 14), "issueDecision", where, d)
	s.audit(*d.PublishedAt, "publishDecision", where, d)
	s.grant(d, awards, "awardRecipient", where)
}

// keyOf tells whom an award went to, as recipients are told apart.
func (s *season) keyOf(a *model.Award) key {
	for _, n := range s.nominations {
		if n.AwardTypeID == a.AwardTypeID && n.RecipientID() == a.RecipientID() {
			return n.recipient.key()
		}
	}
	return key{}
}

// openCampaign makes a campaign that takes nominations for years, to try things on.
func (h *history) openCampaign() {
	province := h.units[0]
	s := &season{history: h, issuer: province, Campaign: &model.Campaign{ID: h.id("campaign", at("2025-07-01", 8)), Code: "MO-2025", Title: "Khen thưởng thường xuyên", Year: 2025,
		Kind: model.CampaignKindMerit, IssuerID: province.ID, StandingUnitID: province.ID, Phase: model.CampaignPhaseDraft, Adjustment: model.AdjustmentLeastSquares,
		BonusRounding: model.BonusRoundingUp10000, Version: 1}}
	s.SetTieChain([]model.TieBreak{model.TieBreakAdjustedScore, model.TieBreakReference})
	s.fill("2025-07-01", [][2]model.Date{{"2025-07-01", "2035-12-31"}, {"2036-01-01", "2036-01-31"}, {"2036-02-01", "2036-02-10"}, {"2036-02-11", "2036-02-28"}, {"2036-03-01", ""}})
	at := slices.IndexFunc(h.law.Types, func(t *model.AwardType) bool { return t.Code == "BK.TINH" })
	for i, kind := range model.AllRecipientKind {
		s.Quotas = append(s.Quotas, &model.Quota{ID: h.id("quota", s.began()), CampaignID: s.ID, Position: i + 1, RecipientKind: kind, AwardTypeID: h.law.Types[at].ID,
			Places: 1000, Shortlist: 1200, VoteRule: h.law.Types[at].VoteRule})
	}
	if err := s.Open(model.CampaignPhaseNominating, "2025-07-01"); err != nil {
		h.bulk.Fail(fmt.Errorf("open %s: %w", s.Code, err))
	}
	s.keep()
	s.audit(s.began(), "createCampaign", s.about(model.RealmCampaign, s.secretary()), s.Campaign)
}
