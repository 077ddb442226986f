package resolvers_test

import (
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"vinhdanh/internal/season"
	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// holds looks at everything that must be true of the records, whatever was done to them.
func (s *server) holds() {
	s.t.Helper()
	for claim, found := range s.broken() {
		s.t.Errorf("not so: %s: %v", claim, found.Examples)
	}
}

// broken are the invariants that do not hold, by what they claim.
func (s *server) broken() map[string]*store.Finding {
	s.t.Helper()
	broken := map[string]*store.Finding{}
	err := s.store.Check(s.t.Context(), func(f *store.Finding) {
		if f.Count > 0 {
			broken[f.Claim] = f
		}
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return broken
}

// damage is what somebody who writes around the program can do to the played season, by the claim that it breaks.
var damage = map[string][]string{
	"every reference leads to a record":                                            {`UPDATE positions SET organization_id = 'gone' WHERE id = (SELECT max(id) FROM positions)`},
	"every unit has a name and a kind on its days":                                 {`INSERT INTO organizations (id, code, version) VALUES ('bare', 'BARE', 1)`},
	"a unit has one name and one place on any day":                                 {`INSERT INTO organization_versions (id, organization_id, name, folded, kind, parent_id, valid_from, valid_to) SELECT 'twin', organization_id, name, folded, kind, parent_id, '2024-02-02', '2030-01-01' FROM organization_versions WHERE id = (SELECT max(id) FROM organization_versions)`},
	"no unit lies below itself on any day":                                         {`UPDATE organization_versions SET parent_id = (SELECT max(organization_id) FROM organization_versions WHERE parent_id IS NOT NULL) WHERE parent_id IS NULL`},
	"units are found by the name they have":                                        {`UPDATE organization_versions SET folded = 'x' WHERE id = (SELECT min(id) FROM organization_versions)`},
	"a person holds one position on any day":                                       {`INSERT INTO positions (id, person_id, organization_id, title, valid_from, valid_to) SELECT 'second', person_id, organization_id, title, '2024-02-02', '2030-01-01' FROM positions WHERE id = (SELECT min(id) FROM positions)`},
	"people are found and sorted by the name they have":                            {`UPDATE people SET full_name = 'Ai Đó' WHERE id = (SELECT min(id) FROM people)`},
	"logins are written in lower case":                                             {`UPDATE accounts SET username = 'CB0021' WHERE username = 'cb0021'`},
	"nobody administers who also scores, votes or decides":                         {`INSERT INTO role_grants (id, account_id, role, valid_from) SELECT 'power', account_id, 'ADMIN', valid_from FROM role_grants WHERE role = 'APPROVER'`},
	"no delegation lasts more than a year and a day":                               {`INSERT INTO delegations (id, from_account_id, to_account_id, role, valid_from, valid_to, reason) SELECT 'long', min(id), max(id), 'SECRETARY', '2024-01-01', '2026-01-01', '' FROM accounts`},
	"one base salary holds on any day":                                             {`UPDATE base_salaries SET valid_to = NULL`},
	"one coefficient holds for an award on any day":                                {`UPDATE bonus_coefficients SET valid_to = NULL`},
	"figures are revised one by one, and the last revision counts":                 {`UPDATE reform_results SET revision = 3 WHERE id = (SELECT min(id) FROM reform_results)`},
	"verified figures say when, and were verified by a second person":              {`UPDATE reform_results SET verified_at = NULL WHERE id = (SELECT min(id) FROM reform_results WHERE status = 'VERIFIED')`},
	"figures lie on the scale of their indicator":                                  {`UPDATE reform_results SET value = value + 1 WHERE indicator_id IN (SELECT id FROM reform_indicators WHERE kind = 'COUNT')`},
	"no part of the dossiers is larger than the whole":                             {`UPDATE reform_results SET value = 0 WHERE indicator_id IN (SELECT id FROM reform_indicators WHERE code = 'dossiers_received')`},
	"a campaign judges by what it froze when it opened":                            {`UPDATE criteria SET name = 'khác' WHERE id = (SELECT min(id) FROM criteria)`},
	"nobody nominates in a campaign that has not opened":                           {`UPDATE campaigns SET phase = 'DRAFT', frozen_digest = NULL WHERE code = 'CCHC-2024'`},
	"a campaign has a ranking when its scoring is closed, and none before":         {`UPDATE campaigns SET scoring_closed_at = NULL WHERE code = 'CCHC-2024'`},
	"no more nominations are approved than there are places":                       {`UPDATE quotas SET places = 1`},
	"every nomination stands where its last move put it":                           {`UPDATE nominations SET status = 'REJECTED' WHERE id = (SELECT min(id) FROM nominations WHERE status = 'AWARDED')`},
	"the moves of a nomination are numbered without gaps":                          {`DELETE FROM nomination_moves WHERE version = 2 AND nomination_id = (SELECT max(id) FROM nominations WHERE status = 'AWARDED')`},
	"every move begins where the one before ended":                                 {`UPDATE nomination_moves SET from_status = 'ACCEPTED' WHERE version = 4 AND nomination_id = (SELECT max(id) FROM nominations WHERE status = 'AWARDED')`},
	"every move is one the rules know":                                             {`UPDATE nomination_moves SET act = 'EDIT' WHERE act = 'APPROVE'`},
	"a nomination is held as long as a case is open":                               {`UPDATE nominations SET held = TRUE WHERE id = (SELECT min(id) FROM nominations WHERE status = 'AWARDED')`},
	"what was handed in belongs to a request of its unit":                          {`UPDATE nominations SET dossier_id = NULL WHERE id = (SELECT min(id) FROM nominations WHERE status = 'AWARDED')`},
	"every nomination is for what its campaign offers":                             {`DELETE FROM quotas WHERE id = (SELECT min(id) FROM quotas)`},
	"only approved nominations are on a decision, and it is there":                 {`UPDATE nominations SET decision_id = 'gone' WHERE id = (SELECT min(id) FROM nominations WHERE status = 'AWARDED')`},
	"nominations are found in the searched form":                                   {`UPDATE nominations SET recipient_folded = 'Đặng'`},
	"only who was given a nomination scored it":                                    {`DELETE FROM review_assignments WHERE id = (SELECT min(id) FROM review_assignments)`},
	"nobody scores the own nomination or one with a declared conflict":             {`INSERT INTO conflicts (id, nomination_id, person_id, reason, declared_at) SELECT 'known', nomination_id, reviewer_id, '', '2020-01-01 00:00:00+00:00' FROM score_sheets WHERE id = (SELECT max(id) FROM score_sheets)`},
	"points lie on the scale and the step of their criterion":                      {`UPDATE criterion_points SET points = 1 WHERE score_sheet_id = (SELECT min(id) FROM score_sheets)`},
	"a sheet that was handed in has points for every criterion":                    {`DELETE FROM criterion_points WHERE score_sheet_id = (SELECT max(id) FROM score_sheets)`},
	"sheets are revised one by one, and only the last may count":                   {`UPDATE score_sheets SET revision = 2 WHERE id = (SELECT max(id) FROM score_sheets)`},
	"assignments and sheets lie in the campaign of their nomination":               {`UPDATE score_sheets SET campaign_id = 'other' WHERE id = (SELECT min(id) FROM score_sheets)`},
	"a ranking has places without gaps":                                            {`DELETE FROM ranking_entries WHERE position = 1`},
	"a ranking counts the sheets that were handed in":                              {`UPDATE ranking_entries SET raw_score = raw_score + 1000000`},
	"nothing beside a vote tells whose it is":                                      {`ALTER TABLE ballot_votes ADD COLUMN person_id TEXT`},
	"a round counts its members and those present":                                 {`UPDATE ballot_rounds SET present = present - 1`},
	"only members of a round voted in it":                                          {`INSERT INTO ballot_casts (ballot_round_id, person_id) SELECT min(id), 'stranger' FROM ballot_rounds`},
	"a nomination has as many votes as members who voted on it":                    {`DELETE FROM ballot_votes WHERE key = (SELECT min(key) FROM ballot_votes)`},
	"the votes of a closed round are those that were counted":                      {`UPDATE ballot_votes SET choice = 'ABSTAIN' WHERE ballot_round_id IN (SELECT id FROM ballot_rounds WHERE recipient_kind = 'INDIVIDUAL')`},
	"no count is known before its round is closed":                                 {`UPDATE ballot_rounds SET closed_at = NULL WHERE recipient_kind = 'COLLECTIVE'`},
	"every vote is on a nomination of its round":                                   {`INSERT INTO ballot_votes (key, ballot_round_id, nomination_id, choice) SELECT 'stray', min(id), 'gone', 'FOR' FROM ballot_rounds`},
	"every verdict follows from its count":                                         {`UPDATE ballot_items SET needed = 0`},
	"what was endorsed carried a vote":                                             {`UPDATE ballot_items SET carried = FALSE`},
	"a round is over nominations of its campaign and kind":                         {`UPDATE nominations SET campaign_id = 'other' WHERE id = (SELECT max(nomination_id) FROM ballot_items)`},
	"a decision counts the awards it grants":                                       {`UPDATE decisions SET individuals = individuals + 1`},
	"a draft of a decision counts the nominations on its list, and grants nothing": {`UPDATE decisions SET status = 'DRAFT' WHERE id = (SELECT max(decision_id) FROM awards)`},
	"an issued decision is signed, numbered and dated in its year":                 {`UPDATE decisions SET year = 1999 WHERE id = (SELECT min(id) FROM decisions)`},
	"no two decisions of an issuer and year bear one number":                       {`DROP INDEX decisions_number`, `UPDATE decisions SET number = '1/QĐ', year = 2020`},
	"a decision is of the issuer of its campaign":                                  {`UPDATE decisions SET issuer_id = (SELECT max(id) FROM organizations) WHERE campaign_id IS NOT NULL`},
	"every nomination that was awarded has its award":                              {`UPDATE awards SET nomination_id = NULL WHERE list_position IN (3, 4)`},
	"every award states what its nomination asked for":                             {`UPDATE awards SET award_type_id = 'other' WHERE id = (SELECT max(id) FROM awards)`},
	"every award states recipient, unit and day":                                   {`UPDATE awards SET unit_name = '' WHERE id = (SELECT max(id) FROM awards)`},
	"an award can be seen when its decision is published":                          {`UPDATE awards SET published = FALSE WHERE id = (SELECT max(id) FROM awards)`},
	"every award of a campaign has a line in the register and a code to verify it": {`UPDATE awards SET verification_code = NULL WHERE id = (SELECT max(id) FROM awards)`},
	"the register of an issuer and year has no gaps":                               {`UPDATE awards SET register_line = register_line + 100 WHERE id = (SELECT max(id) FROM awards)`},
	"every award stands in the register of its issuer and year":                    {`UPDATE awards SET register_book = 'other' WHERE register_book IS NOT NULL`},
	"the awards of a decision are listed without gaps":                             {`UPDATE awards SET list_position = 7 WHERE list_position = 1`},
	"an award is revoked exactly where a revocation is recorded":                   {`UPDATE awards SET status = 'REVOKED' WHERE id = (SELECT max(id) FROM awards)`},
	"every bonus is the coefficient times the base salary of its decision":         {`UPDATE awards SET bonus = bonus + 1 WHERE id = (SELECT min(id) FROM awards WHERE bonus IS NOT NULL)`},
	"coefficient and base salary are those the law had on the day":                 {`UPDATE base_salaries SET amount = amount + 1`},
	"every award was in the catalogue on its day":                                  {`UPDATE award_types SET valid_to = '2010-01-01'`},
	"awards are found and sorted by the name they state":                           {`UPDATE awards SET recipient_name = 'Ai Đó' WHERE id = (SELECT min(id) FROM awards)`},
	"every file of evidence is on disk, whole and unchanged":                       {`UPDATE evidence_files SET size = 1 WHERE id = (SELECT min(id) FROM evidence_files)`},
	"every record is in the audit":                                                 {`DELETE FROM audit_entries WHERE object_type = 'Campaign'`},
	"every move of a nomination is in the audit":                                   {`DELETE FROM audit_entries WHERE id = (SELECT min(id) FROM audit_entries WHERE object_type = 'Nomination')`},
	"every vote cast is in the audit, and no other":                                {`DELETE FROM audit_entries WHERE id = (SELECT min(id) FROM audit_entries WHERE object_type = 'BallotCast')`},
	"an audit entry says what was or what is":                                      {`UPDATE audit_entries SET after_state = NULL, before_state = NULL WHERE id = (SELECT max(id) FROM audit_entries)`},
}

// guarded are claims that cannot be broken in a database that works: it refuses before.
var guarded = []string{"the database is sound", "no code verifies two awards"}

// TestCheckFindsEveryKindOfDamage damages the records in every way and asks that each is told, with an example.
func TestCheckFindsEveryKindOfDamage(t *testing.T) {
	t.Parallel()
	onBoth(t, played, func(t *testing.T, s *server) {
		s.holds()
		raw := s.unguarded(t)
		orphan := filepath.Join(s.settings.EvidenceFolder, "ab", strings.Repeat("ab", 32))
		if err := os.MkdirAll(filepath.Dir(orphan), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(orphan, []byte("left over"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(orphan, time.Time{}, time.Now().AddDate(0, 0, -2)); err != nil {
			t.Fatal(err)
		}
		for _, claim := range slices.Sorted(maps.Keys(damage)) {
			for _, statement := range damage[claim] {
				if _, err := raw.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
		}
		broken := s.broken()
		err := s.store.Check(t.Context(), func(f *store.Finding) {
			if f.Count == 0 && !slices.Contains(guarded, f.Claim) {
				t.Errorf("no damage shows that %s", f.Claim)
			}
			if f.Count > 0 && (len(f.Examples) == 0 || f.Advice == "") {
				t.Errorf("%s: no example or no advice", f.Claim)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for claim := range damage {
			if broken[claim] == nil {
				t.Errorf("the damage to %q is not found, or nothing claims it", claim)
			}
		}
	})
}

// unguarded is a connection on which the database refuses as little as it can.
func (s *server) unguarded(t *testing.T) *sql.DB {
	t.Helper()
	driver, address := "sqlite", s.settings.Database+"?_pragma=foreign_keys(0)&_pragma=ignore_check_constraints(1)&_pragma=busy_timeout(5000)"
	if strings.HasPrefix(s.settings.Database, "postgres://") {
		driver, address = "pgx", s.settings.Database
	}
	raw, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	raw.SetMaxOpenConns(1)
	if driver == "pgx" {
		if _, err := raw.ExecContext(t.Context(), "SET session_replication_role = replica"); err != nil {
			t.Fatal(err)
		}
	}
	return raw
}

// Earlier awards that come in two imports stand in one decision, which counts them all.
func TestImportingMoreAwardsOfADecisionKeepsItsCount(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		files, err := season.Open("testdata/small")
		if err != nil {
			t.Fatal(err)
		}
		files[season.FileEarlierAwards] = append(slices.Clone(files[season.FileEarlierAwards]), "W1,INDIVIDUAL,LDTT,2022,10/QĐ-UBND,2023-01-12,UB,,\n"...)
		if _, err := s.store.ImportSeason(t.Context(), model.Actor{System: true}, files, false); err != nil {
			t.Fatal(err)
		}
		s.holds()
	})
}
