package resolvers_test

import "testing"

func TestAResetTokenIsUsedOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		s.must("admin", `mutation { createAccount(input: {username: "someone"}) { account { id } } }`, nil)
		token := s.must("admin", `mutation { createPasswordReset(input: {username: "someone"}) { token } }`, nil).at("createPasswordReset.token")
		won, codes := race(times(6, func(int) reply {
			return s.as("", `mutation($t: String!) { resetPassword(input: {token: $t, password: "mật khẩu đủ dài"}) { username } }`, map[string]any{"t": token})
		})...)
		if won != 1 || codes["BAD_USER_INPUT"] != 5 {
			t.Errorf("%d used the token, the others got %v", won, codes)
		}
	})
}
