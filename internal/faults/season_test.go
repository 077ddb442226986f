//go:build linux

package faults_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/season"
	"vinhdanh/internal/seed"
	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// password is that of every login.
const password = "mật khẩu đủ dài"

// How large the season is: units, people of each who can be nominated, and nominations of each under review.
const (
	unitCount   = 4
	poolSize    = 150
	underReview = 5
	reviewers   = 5
)

// The two campaigns: one open for nominations, one in review.
const (
	nominating = "DOT-1"
	reviewing  = "DOT-2"
)

// history is how many awards of twenty years lie in the records before.
const history = 1000

// fill makes up the history, imports both campaigns and brings the second into review, by the use cases users have.
func (o *office) fill() {
	o.t.Helper()
	ctx := o.t.Context()
	s, err := store.Open(ctx, store.Settings{Database: o.database, EvidenceFolder: o.evidence, SigningKey: o.key, MaxUpload: 20 << 20,
		Passwords: auth.Passwords{MemoryKiB: 8, Passes: 1}})
	if err != nil {
		o.t.Fatal(err)
	}
	defer s.Close()
	if _, err := seed.Write(ctx, s, seed.Options{Awards: history, Seed: 1}, func(int, int64) {}); err != nil {
		o.t.Fatal(err)
	}
	f := &filler{ctx: ctx, s: s, today: model.DateOf(time.Now())}
	for _, code := range []string{nominating, reviewing} {
		report, err := s.ImportSeason(ctx, model.Actor{System: true}, f.season(code), false)
		if err != nil {
			o.t.Fatal(err, report)
		}
	}
	f.logins()
	f.open(nominating, model.CampaignPhaseNominating)
	f.review()
	if f.err != nil {
		o.t.Fatal(f.err)
	}
}

// filler stops at the first error.
type filler struct {
	ctx   context.Context
	s     *store.Store
	today model.Date
	err   error
}

func (f *filler) must(err error) {
	if f.err == nil && err != nil {
		f.err = fmt.Errorf("fill: %w", err)
	}
}

// season is a campaign as CSV files. Both share units and people.
func (f *filler) season(code string) season.Files {
	files := season.Files{}
	put := func(name string, lines ...string) { files[name] = []byte(strings.Join(lines, "\n") + "\n") }
	later := f.today.AddDays(60)
	turn := later // when nominating ends and review begins
	if code == reviewing {
		turn = f.today
	}
	organizations := []string{"code,name,kind,parent_code,valid_from,valid_to", "UB,Ủy ban nhân dân phường Mẫu,WARD,,2020-01-01,", "NV,Văn phòng,DEPARTMENT,UB,2020-01-01,"}
	people := []string{"code,full_name,gender,born_on,organization_code,position,hired_on", "S1,Ngô Bảo An,MALE,1990-01-14,NV,Chuyên viên,2015-05-05"}
	heads := []string{"organization_code,person_code"}
	council := []string{"person_code,role", "S1,SECRETARY"}
	nominations := []string{"ref,nominee_kind,nominee_code,award_code,submitted_by,ground_code,reform_results_of,achievement_code,achievement,evidence_file"}
	for r := range reviewers {
		people = append(people, fmt.Sprintf("C%d,Trần Thị Ánh,FEMALE,1970-02-03,UB,Ủy viên,2010-01-04", r+1))
		council = append(council, fmt.Sprintf("C%d,%s", r+1, map[bool]string{true: "CHAIR", false: "MEMBER"}[r == 0]))
	}
	for u := range unitCount {
		organizations = append(organizations, fmt.Sprintf("D%d,Phòng số %d,DEPARTMENT,UB,2020-01-01,", u+1, u+1))
		people = append(people, fmt.Sprintf("H%d,Hồ Thị Cúc,FEMALE,1981-05-18,D%d,Trưởng phòng,2010-10-11", u+1, u+1))
		heads = append(heads, fmt.Sprintf("D%d,H%d", u+1, u+1))
		for p := range poolSize {
			people = append(people, fmt.Sprintf("P%d-%d,Nguyễn Đức Anh,MALE,1991-07-20,D%d,Chuyên viên,2016-01-15", u+1, p, u+1))
		}
		for n := range underReview {
			people = append(people, fmt.Sprintf("R%d-%d,Đỗ Thị Dung,FEMALE,1992-09-24,D%d,Chuyên viên,2018-03-12", u+1, n, u+1))
			if code == reviewing {
				nominations = append(nominations, fmt.Sprintf("CN-%d-%d,INDIVIDUAL,R%d-%d,GK.XA,D%d,CCHC,,R%d-%d,Sáng kiến,bao-cao.pdf", u+1, n, u+1, n, u+1, u+1, n))
			}
		}
	}
	put(season.FileOrganizations, organizations...)
	put(season.FilePeople, people...)
	put(season.FileUnitHeads, heads...)
	put(season.FileCouncil, council...)
	put(season.FileNominations, nominations...)
	put(season.FileCampaign, "code,title,year,kind,issuer_code,standing_unit_code,adjustment,minimum_service_months,quorum,threshold,threshold_base,tie_chain,bonus_rounding,decision_number,decision_date,signer_code,signer_position,signing_mode",
		fmt.Sprintf("%s,Khen thưởng,2026,THEMATIC,UB,NV,LEAST_SQUARES,0,2/3,80/100,ALL_MEMBERS,ADJUSTED_SCORE,UP_10000,1/QĐ-UBND,%s,C1,CHỦ TỊCH,KY", code, later))
	put(season.FilePhases, "campaign_code,phase,opens_on,closes_on", fmt.Sprintf("%s,NOMINATING,2026-01-01,%s", code, turn), fmt.Sprintf("%s,REVIEWING,%s,%s", code, turn, later),
		fmt.Sprintf("%s,VOTING,%s,%s", code, later, later), fmt.Sprintf("%s,DECIDING,%s,%s", code, later, later), fmt.Sprintf("%s,PUBLISHED,%s,", code, later))
	put(season.FileQuotas, "campaign_code,recipient_kind,award_code,places,shortlist", code+",INDIVIDUAL,GK.XA,10,20")
	put(season.FileGrounds, "code,name", "CCHC,Thành tích trong cải cách hành chính")
	put(season.FileCriteria, "recipient_kind,code,name,max_points,source", "INDIVIDUAL,contribution,Đóng góp,100,REVIEWER")
	put(season.FileIndicators, "code,name,unit,max_points,kind", "dossiers_received,Số hồ sơ tiếp nhận,dossier,0,count")
	put(season.FileResults, "organization_code,year,indicator_code,value,status,source")
	put(season.FileSuccessions, "predecessor_code,successor_code,effective_on")
	put(season.FilePersonnelFacts, "person_code,kind,from,to,note")
	put(season.FileEarlierAwards, "recipient_code,recipient_kind,award_code,year,decision_number,decided_on,deciding_organization_code,achievement_code,achievement")
	return files
}

// logins gives everybody the password, and makes an auditor.
func (f *filler) logins() {
	system, secret, unit := model.Actor{System: true}, password, "UB"
	_, err := f.s.CreateAccount(f.ctx, system, model.CreateAccountInput{Username: "inspector", Password: &secret})
	f.must(err)
	_, err = f.s.GrantRole(f.ctx, system, model.GrantRoleInput{Username: "inspector", Role: model.RoleAuditor, OrganizationCode: &unit})
	f.must(err)
	names := []string{"s1"}
	for u := range unitCount {
		names = append(names, fmt.Sprintf("h%d", u+1))
	}
	for r := range reviewers {
		names = append(names, fmt.Sprintf("c%d", r+1))
	}
	for _, name := range names {
		_, err := f.s.UpdateAccount(f.ctx, system, model.UpdateAccountInput{Username: name, ExpectedVersion: 1, Password: &secret})
		f.must(err)
	}
}

func (f *filler) as(username string) model.Actor {
	actor, err := f.s.ActorNamed(f.ctx, username)
	f.must(err)
	return actor
}

func (f *filler) open(code string, phase model.CampaignPhase) {
	c, err := f.s.Campaign(f.ctx, f.as("s1"), code)
	if f.must(err); f.err != nil {
		return
	}
	_, err = f.s.OpenPhase(f.ctx, f.as("s1"), model.OpenPhaseInput{CampaignCode: code, ExpectedVersion: c.Version, Phase: phase})
	f.must(err)
}

// review hands in the second campaign's nominations, accepts them and gives each three reviewers.
func (f *filler) review() {
	f.open(reviewing, model.CampaignPhaseNominating)
	code := reviewing
	for u := range unitCount {
		unit := fmt.Sprintf("D%d", u+1)
		_, err := f.s.SubmitNomination(f.ctx, f.as(fmt.Sprintf("h%d", u+1)), model.SubmitNominationInput{CampaignCode: &code, OrganizationCode: &unit,
			RequestNumber: "01/TTr", RequestedOn: f.today})
		f.must(err)
	}
	f.open(reviewing, model.CampaignPhaseReviewing)
	found, err := f.s.Nominations(f.ctx, f.as("s1"), &model.NominationFilter{CampaignCode: &code}, model.Page{})
	if f.must(err); f.err != nil {
		return
	}
	for _, n := range found.Nodes {
		_, err := f.s.AcceptNomination(f.ctx, f.as("s1"), model.AcceptNominationInput{NominationID: n.ID, ExpectedVersion: n.Version})
		f.must(err)
	}
	_, err = f.s.AssignReviewers(f.ctx, f.as("s1"), model.AssignReviewersInput{CampaignCode: code, ReviewersPerNomination: 3})
	f.must(err)
}
