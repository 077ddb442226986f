package resolvers_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// factsFile is a file nothing refers to, so that whatever is wrong with it is the only thing wrong.
const factsFile = "personnel_facts.csv"

// factsHeader and factsRow are what it says.
const (
	factsHeader = "person_code,kind,from,to,note\n"
	factsRow    = "B2,DISCIPLINE,2024-03-01,2025-03-01,Khiển trách\n"
)

// badFiles are seasons with faults: how the files are changed, and each fault as file, line, column and rule.
var badFiles = []struct {
	name    string
	changes []fileChange
	want    []string
}{
	// What is wrong with a file as a whole.
	{"a file is missing", []fileChange{leaveOut(factsFile)}, []string{factsFile + " import.file_missing"}},
	{"a file is misspelt", []fileChange{leaveOut(factsFile), wholeFile("facts.csv", factsHeader)}, []string{"facts.csv import.unknown_file", factsFile + " import.file_missing"}},
	{"a file is empty", []fileChange{wholeFile(factsFile, "")}, []string{factsFile + ":1 import.no_header"}},
	{"a file is a mark alone", []fileChange{wholeFile(factsFile, "\ufeff")}, []string{factsFile + ":1 import.no_header"}},
	{"an old Windows encoding", []fileChange{wholeFile(factsFile, factsHeader+"B2,DISCIPLINE,2024-03-01,,Khi\xean tr\xe1ch\n")}, []string{factsFile + " import.encoding"}},
	{"UTF-16", []fileChange{wholeFile(factsFile, utf16Of(factsHeader+factsRow))}, []string{factsFile + " import.encoding"}},
	{"a zero byte", []fileChange{swapText(factsFile, "Khiển", "Khi\x00ển")}, []string{factsFile + " import.encoding"}},
	// What is wrong with columns.
	{"a column is missing", []fileChange{wholeFile(factsFile, "person_code,kind,from,to\nB2,DISCIPLINE,2024-03-01,2025-03-01\n")}, []string{factsFile + ":1:note import.missing_column"}},
	{"a column too many", []fileChange{wholeFile(factsFile, "person_code,kind,from,to,note,colour\n"+strings.TrimSpace(factsRow)+",red\n")}, []string{factsFile + ":1:colour import.unknown_column"}},
	{"a column twice", []fileChange{wholeFile(factsFile, "person_code,kind,from,to,note,kind\n"+strings.TrimSpace(factsRow)+",DISCIPLINE\n")}, []string{factsFile + ":1:kind import.twice_column"}},
	{"a column misspelt", []fileChange{swapText(factsFile, "note", "notes")}, []string{factsFile + ":1:note import.missing_column", factsFile + ":1:notes import.unknown_column"}},
	{"semicolons", []fileChange{wholeFile("unit_heads.csv", "organization_code;person_code\nA;C3\n")}, []string{"unit_heads.csv:1:organization_code import.missing_column",
		"unit_heads.csv:1:organization_code;person_code import.unknown_column", "unit_heads.csv:1:person_code import.missing_column"}},
	// What is wrong with a row.
	{"too few fields", []fileChange{wholeFile(factsFile, factsHeader+"B2,DISCIPLINE,2024-03-01\n")}, []string{factsFile + ":2 import.field_count"}},
	{"too many fields", []fileChange{wholeFile(factsFile, factsHeader+strings.TrimSpace(factsRow)+",x,y\n")}, []string{factsFile + ":2 import.field_count"}},
	{"a quote inside a field", []fileChange{wholeFile(factsFile, factsHeader+"B2,DISCI\"PLINE,2024-03-01,,x\n")}, []string{factsFile + ":2 import.broken_line"}},
	{"a quote that never ends", []fileChange{wholeFile(factsFile, factsHeader+"B2,DISCIPLINE,2024-03-01,,\"x\nB1,DISCIPLINE,2024-03-01,,y\n")}, []string{factsFile + ":2 import.broken_line"}},
	{"the same row twice, blank lines counted", []fileChange{wholeFile(factsFile, "\n"+factsHeader+"\n\n"+factsRow+"\n"+factsRow)}, []string{factsFile + ":7 import.duplicate"}},
	// What is wrong with a field.
	{"a control character", []fileChange{swapText(factsFile, "Khiển", "Khi\aển")}, []string{factsFile + ":2:note text.control"}},
	{"a line break", []fileChange{swapText(factsFile, "Khiển trách", "\"Khiển\ntrách\"")}, []string{factsFile + ":2:note text.control"}},
	{"an over-long text", []fileChange{swapText(factsFile, "Khiển trách", strings.Repeat("ể", 501))}, []string{factsFile + ":2:note text.too_long"}},
	{"an empty field", []fileChange{swapText(factsFile, "DISCIPLINE", " ")}, []string{factsFile + ":2:kind import.empty"}},
	{"an unknown word", []fileChange{swapText(factsFile, "DISCIPLINE", "RUMOUR")}, []string{factsFile + ":2:kind import.invalid"}},
	{"a day that is none", []fileChange{swapText(factsFile, "2024-03-01", "2024-02-30")}, []string{factsFile + ":2:from date.invalid"}},
	{"a local date", []fileChange{swapText(factsFile, "2024-03-01", "01/03/2024")}, []string{factsFile + ":2:from date.invalid"}},
	{"days out of order", []fileChange{swapText(factsFile, "2025-03-01", "2024-02-29")}, []string{factsFile + ":2:to date.order"}},
	// Units.
	{"a unit twice", []fileChange{addRows("organizations.csv", "A,Phòng Tài chính,DEPARTMENT,UB,2020-01-01,2025-06-30")}, []string{"organizations.csv:12 import.duplicate"}},
	{"a unit's code is none", []fileChange{addRows("organizations.csv", "A B,Phòng,DEPARTMENT,UB,2020-01-01,")}, []string{"organizations.csv:12:code code.invalid"}},
	{"a unit ends before it begins", []fileChange{swapText("organizations.csv", "1997-01-01,2025-06-30", "1997-01-01,1996-12-31")}, []string{"organizations.csv:2:valid_to date.order"}},
	{"a parent that is not there", []fileChange{addRows("organizations.csv", "N,Phòng,DEPARTMENT,ZZ,2020-01-01,")}, []string{"organizations.csv:12:parent_code import.dangling"}},
	{"units below one another", []fileChange{swapText("organizations.csv", "A,Phòng Tài chính,DEPARTMENT,UB", "A,Phòng Tài chính,DEPARTMENT,B"), swapText("organizations.csv", "B,Phòng Đô thị,DEPARTMENT,UB", "B,Phòng Đô thị,DEPARTMENT,A")},
		[]string{"organizations.csv:5:parent_code organization.below_itself", "organizations.csv:6:parent_code organization.below_itself"}},
	{"successions of units that are not there, or of one by itself", []fileChange{wholeFile("successions.csv", "predecessor_code,successor_code,effective_on\nW,ZZ,2025-07-01\nYY,X,2025-07-01\nV,V,2025-07-01\n")},
		[]string{"successions.csv:2:successor_code import.dangling", "successions.csv:3:predecessor_code import.dangling", "successions.csv:4:successor_code organization.own_successor"}},
	// People.
	{"a person twice", []fileChange{addRows("people.csv", "V1,Tạ Thị Giang,FEMALE,1997-01-02,V,Chủ tịch phường,2015-06-01")}, []string{"people.csv:17 import.duplicate"}},
	{"a person's code is none", []fileChange{addRows("people.csv", "V/2,Tạ Thị Giang,FEMALE,1997-01-02,V,Công chức,2015-06-01")}, []string{"people.csv:17:code code.invalid"}},
	{"in service before birth", []fileChange{addRows("people.csv", "V2,Tạ Thị Giang,FEMALE,1997-01-02,V,Công chức,1996-06-01")}, []string{"people.csv:17:hired_on date.order"}},
	{"an unknown unit and an unknown gender", []fileChange{addRows("people.csv", "V2,Tạ Thị Giang,X,1997-01-02,ZZ,Công chức,2015-06-01")}, []string{"people.csv:17:gender import.invalid", "people.csv:17:organization_code import.dangling"}},
	{"heads and seats of nobody", []fileChange{addRows("unit_heads.csv", "ZZ,YY"), addRows("council.csv", "ZZ,MEMBER", "C2,MEMBER")},
		[]string{"council.csv:8:person_code import.dangling", "council.csv:9 import.duplicate", "unit_heads.csv:6:organization_code import.dangling", "unit_heads.csv:6:person_code import.dangling"}},
	{"a fact about nobody", []fileChange{swapText(factsFile, "B2", "ZZ")}, []string{factsFile + ":2:person_code import.dangling"}},
	// Figures.
	{"more online than received", []fileChange{swapText("reform_results.csv", "dossiers_online,938", "dossiers_online,1001")}, []string{"reform_results.csv:27:value reform.part_above_whole"}},
	{"more on time than received", []fileChange{swapText("reform_results.csv", "dossiers_on_time,499", "dossiers_on_time,501")}, []string{"reform_results.csv:34:value reform.part_above_whole"}},
	{"points above the maximum", []fileChange{swapText("reform_results.csv", "A,2024,qd766.progress,18", "A,2024,qd766.progress,20.5")}, []string{"reform_results.csv:3:value reform.above_maximum"}},
	{"a part of a dossier", []fileChange{swapText("reform_results.csv", "dossiers_on_time,499", "dossiers_on_time,498.5")}, []string{"reform_results.csv:34:value reform.not_whole"}},
	{"a negative count", []fileChange{swapText("reform_results.csv", "dossiers_on_time,499", "dossiers_on_time,-1")}, []string{"reform_results.csv:34:value reform.negative"}},
	{"an absurd count", []fileChange{swapText("reform_results.csv", "dossiers_received,500", "dossiers_received,500000000")}, []string{"reform_results.csv:32:value reform.absurd"}},
	{"a decimal comma", []fileChange{swapText("reform_results.csv", "A,2024,qd766.progress,18", "A,2024,qd766.progress,\"17,5\"")}, []string{"reform_results.csv:3:value decimal.invalid"}},
	{"a figure of another age, unit and indicator", []fileChange{addRows("reform_results.csv", "A,1999,qd766.progress,18,VERIFIED,x", "ZZ,2024,qd766.progress,18,VERIFIED,x", "A,2024,speed,18,VERIFIED,x", "A,2024,qd766.progress,17,VERIFIED,x")},
		[]string{"reform_results.csv:35:year import.invalid", "reform_results.csv:36:organization_code import.dangling", "reform_results.csv:37:indicator_code import.dangling", "reform_results.csv:38 import.duplicate"}},
	// The campaign.
	{"two campaigns", []fileChange{addRows("campaign.csv", "MAU-2025,Hai,2024,THEMATIC,UB,NV,LEAST_SQUARES,10,2/3,80/100,ALL_MEMBERS,ADJUSTED_SCORE,UP_10000,46/QĐ-UBND,2025-03-28,C1,CHỦ TỊCH,KY")}, []string{"campaign.csv import.one_campaign"}},
	{"issuer, standing unit and signer of nowhere", []fileChange{swapText("campaign.csv", "THEMATIC,UB,NV", "THEMATIC,ZZ,YY"), swapText("campaign.csv", ",C1,CHỦ TỊCH", ",XX,CHỦ TỊCH")},
		[]string{"campaign.csv:2:issuer_code import.dangling", "campaign.csv:2:signer_code import.dangling", "campaign.csv:2:standing_unit_code import.dangling"}},
	{"shares, chains, years and numbers that are none", []fileChange{swapText("campaign.csv", "2/3,80/100", "3/2,80%"), swapText("campaign.csv", "ADJUSTED_SCORE|RAW_SCORE", "ADJUSTED_SCORE|AGE"), swapText("campaign.csv", "năm 2024,2024", "năm 2024,1999"), swapText("campaign.csv", "SQUARES,10", "SQUARES,ten")},
		[]string{"campaign.csv:2:minimum_service_months import.invalid", "campaign.csv:2:quorum import.invalid", "campaign.csv:2:threshold import.invalid", "campaign.csv:2:tie_chain import.invalid", "campaign.csv:2:year import.invalid"}},
	{"windows and places of another campaign", []fileChange{addRows("quotas.csv", "ANDERE,INDIVIDUAL,LDTT,1,1"), swapText("phases.csv", "MAU-2024,PUBLISHED", "ANDERE,PUBLISHED")}, []string{"phases.csv:6:campaign_code import.dangling", "quotas.csv:4:campaign_code import.dangling"}},
	{"a window that ends before it begins", []fileChange{swapText("phases.csv", "2025-03-10", "2025-03-02")}, []string{"phases.csv:2:closes_on date.order"}},
	{"awards nobody knows, for whom they are not, and more places than the shortlist", []fileChange{addRows("quotas.csv", "MAU-2024,INDIVIDUAL,ZZ,1,1", "MAU-2024,COLLECTIVE,LDTT,1,1", "MAU-2024,INDIVIDUAL,LDTT,3,2")},
		[]string{"quotas.csv:4:award_code import.dangling", "quotas.csv:5:recipient_kind eligibility.recipient_kind.failed", "quotas.csv:6:shortlist campaign.shortlist_below_places"}},
	// Nominations and awards.
	{"a nomination of things that are not there", []fileChange{addRows("nominations.csv", "CN-5,INDIVIDUAL,ZZ,GK,YY,XX,WW,CN5,Việc,a.pdf")},
		[]string{"nominations.csv:8:award_code import.dangling", "nominations.csv:8:ground_code import.dangling", "nominations.csv:8:nominee_code import.dangling", "nominations.csv:8:reform_results_of import.dangling", "nominations.csv:8:submitted_by import.dangling"}},
	{"a reference twice, a recipient twice, an award that is not offered, a foreign unit, a file of another kind", []fileChange{
		addRows("nominations.csv", "CN-4,INDIVIDUAL,A2,GK.HUYEN,A,CCHC,A,CN5,Việc,a.pdf", "CN-6,INDIVIDUAL,B1,GK.HUYEN,B,CCHC,B,CN6,Việc,a.pdf", "CN-7,INDIVIDUAL,W1,LDTT,W,CCHC,W,CN7,Việc,a.pdf", "CN-8,INDIVIDUAL,V1,GK.HUYEN,W,CCHC,V,CN8,Việc,a.pdf", "CN-9,INDIVIDUAL,C5,GK.HUYEN,UB,CCHC,A,CN9,Việc,a.exe")},
		[]string{"nominations.csv:10:award_code nomination.not_offered", "nominations.csv:11:submitted_by nomination.not_of_unit", "nominations.csv:12:evidence_file import.evidence", "nominations.csv:8 import.duplicate", "nominations.csv:9:nominee_code eligibility.one_live_nomination.failed"}},
	{"earlier awards of nobody, by nobody, of no kind, too early, and of two dates", []fileChange{addRows("award_history.csv", "ZZ,INDIVIDUAL,ABC,2023,1/QĐ,2024-01-16,YY,,", "A1,INDIVIDUAL,LDTT,2025,2/QĐ,2024-01-16,UB,,", "W1,INDIVIDUAL,CSTDCS,2023,13/QĐ-UBND,2024-01-17,UB,,")},
		[]string{"award_history.csv:10:decided_on import.decision_date", "award_history.csv:8:award_code import.dangling", "award_history.csv:8:deciding_organization_code import.dangling", "award_history.csv:8:recipient_code import.dangling", "award_history.csv:9:year import.invalid"}},
	// What a replay needs.
	{"scores and tallies off the season", []fileChange{
		wholeFile("scores.csv", "nomination_ref,reviewer_code,criterion_code,points\nCN-1,C2,conduct,10.25\nCN-1,C2,contribution,50.5\nZZ,C2,conduct,10\nCN-1,S1,conduct,10\nCN-1,C2,initiative,10\n"),
		wholeFile("ballots.csv", "nomination_ref,agree,disagree\nCN-1,4,2\nZZ,1,1\n")},
		[]string{"ballots.csv:2:agree import.tally", "ballots.csv:3:nomination_ref import.dangling", "scores.csv:2:points score.off_step", "scores.csv:3:points score.off_scale", "scores.csv:4:nomination_ref import.dangling", "scores.csv:5:reviewer_code import.dangling", "scores.csv:6:criterion_code import.dangling"}},
	// All at once.
	{"faults of many files", []fileChange{swapText(factsFile, "DISCIPLINE", "RUMOUR"), addRows("people.csv", "V2,Tạ,FEMALE,1997-13-02,V,Công chức,"), addRows("organizations.csv", "N,Phòng,OFFICE,UB,2020-01-01,", "N2,,TEAM,UB,x,"),
		swapText("reform_results.csv", "dossiers_online,938", "dossiers_online,1001"), leaveOut("grounds.csv"), wholeFile("nominations.csv", "ref\n")},
		[]string{"grounds.csv import.file_missing", "nominations.csv:1:achievement import.missing_column", "nominations.csv:1:achievement_code import.missing_column", "nominations.csv:1:award_code import.missing_column",
			"nominations.csv:1:evidence_file import.missing_column", "nominations.csv:1:ground_code import.missing_column", "nominations.csv:1:nominee_code import.missing_column", "nominations.csv:1:nominee_kind import.missing_column",
			"nominations.csv:1:reform_results_of import.missing_column", "nominations.csv:1:submitted_by import.missing_column", "organizations.csv:12:kind import.invalid", "organizations.csv:13:name import.empty", "organizations.csv:13:valid_from date.invalid",
			"people.csv:17:born_on date.invalid", factsFile + ":2:kind import.invalid", "reform_results.csv:27:value reform.part_above_whole"}},
}

func utf16Of(text string) string {
	var b strings.Builder
	for _, unit := range append([]uint16{0xFEFF}, utf16.Encode([]rune(text))...) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

// TestImportTellsEveryFault imports seasons with faults: each is told with its place, and nothing is written.
func TestImportTellsEveryFault(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		files := smallFiles(t)
		s.token("admin")
		before := s.written()
		for _, c := range badFiles {
			t.Run(c.name, func(t *testing.T) {
				r := s.importZIP("admin", files.changed(c.changes...).zip(t), false)
				if r.code() != "BAD_USER_INPUT" {
					t.Errorf("code %q, want BAD_USER_INPUT: %s", r.code(), r.Text)
				}
				if diff := cmp.Diff(slices.Sorted(slices.Values(c.want)), r.faults()); diff != "" {
					t.Errorf("faults (-want +got):\n%s\n%s", diff, r.Text)
				}
			})
		}
		if diff := cmp.Diff(before, s.written()); diff != "" {
			t.Errorf("written all the same (-before +after):\n%s", diff)
		}
		if r := s.importZIP("admin", files.zip(t), false); len(r.Errors) > 0 {
			t.Errorf("the season without faults is refused: %s", r.Text)
		}
	})
}

// TestImportPlacesFaults imports seasons whose parts contradict one another: each fault is told once, in the file that has
// to be corrected.
func TestImportPlacesFaults(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		changes []fileChange
		want    []string // file and rule
	}{
		{"no campaign", []fileChange{func(f seasonFiles) { f["campaign.csv"], _, _ = strings.Cut(f["campaign.csv"], "\n") }}, []string{"campaign.csv import.one_campaign"}},
		{"maxima that do not add up", []fileChange{swapText("criteria.csv", "Sáng kiến,60", "Sáng kiến,59.5")}, []string{"criteria.csv campaign.weights"}},
		{"a criterion without points", []fileChange{addRows("criteria.csv", "COLLECTIVE,x,X,0,REVIEWER")}, []string{"criteria.csv campaign.not_positive"}},
		{"two chairs", []fileChange{swapText("council.csv", "VICE_CHAIR", "CHAIR")}, []string{"council.csv campaign.one_chair"}},
		{"a phase without a window", []fileChange{swapText("phases.csv", "MAU-2024,VOTING,2025-03-21,2025-03-25\n", "")}, []string{"phases.csv campaign.window_missing"}},
		{"windows out of order", []fileChange{swapText("phases.csv", "VOTING,2025-03-21", "VOTING,2025-03-19")}, []string{"phases.csv campaign.window_order"}},
		{"a phase that has no window", []fileChange{addRows("phases.csv", "MAU-2024,CLOSED,2025-06-01,")}, []string{"phases.csv import.invalid"}},
		{"a ground twice", []fileChange{addRows("grounds.csv", "CCHC,Khác")}, []string{"grounds.csv import.duplicate"}},
		{"a unit twice with another name", []fileChange{addRows("organizations.csv", "A,Phòng khác,DEPARTMENT,UB,2020-01-01,2025-06-30")}, []string{"organizations.csv import.duplicate"}},
		{"a file of people that cannot be read, and no complaint about who is in it", []fileChange{swapText("people.csv", "born_on", "birthday")}, []string{"people.csv import.missing_column", "people.csv import.unknown_column"}},
		{"a person who is not born yet", []fileChange{addRows("people.csv", "V2,Tạ Văn Giáp,MALE,2030-01-01,V,Công chức,")}, []string{"people.csv date.future"}},
		{"an indicator below nothing", []fileChange{addRows("reform_indicators.csv", "x,X,point,-1,score")}, []string{"reform_indicators.csv import.invalid"}},
		{"a policy below nothing", []fileChange{swapText("campaign.csv", "SQUARES,10", "SQUARES,-1")}, []string{"campaign.csv import.invalid"}},
		{"an earlier award twice", []fileChange{addRows("award_history.csv", "A1,INDIVIDUAL,LDTT,2022,10/QĐ-UBND,2023-01-12,UB,,")}, []string{"award_history.csv import.duplicate"}},
		{"two heads whose logins would be one", []fileChange{addRows("people.csv", "h2,Bùi Văn Hai,MALE,1979-03-16,B,Phó phòng,2009-07-01"), addRows("unit_heads.csv", "W.MC,h2")}, []string{"unit_heads.csv account.taken"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			archive := smallFiles(t).changed(c.changes...).zip(t)
			onBoth(t, empty, func(t *testing.T, s *server) {
				s.token("admin")
				before := s.written()
				r := s.importZIP("admin", archive, false)
				got := []string{}
				for _, fault := range r.faults() {
					place, rule, _ := strings.Cut(fault, " ")
					file, _, _ := strings.Cut(place, ":")
					got = append(got, file+" "+rule)
				}
				slices.Sort(got)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("faults (-want +got):\n%s\n%s", diff, r.Text)
				}
				if diff := cmp.Diff(before, s.written()); diff != "" {
					t.Errorf("written all the same (-before +after):\n%s", diff)
				}
			})
		})
	}
}
