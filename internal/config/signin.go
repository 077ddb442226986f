package config

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"

	"vinhdanh/model"
)

// The names of the settings of signing in.
const (
	SigningKey     = "signing-key"
	TrustedProxies = "trusted-proxies"
	SignInTries    = "sign-in-tries"
	AddressTries   = "sign-in-tries-per-address"
)

// SignIn are the settings of a command at which people sign in.
func SignIn() []cli.Flag {
	return []cli.Flag{
		Flag(SigningKey, "", "signs tokens: 32 bytes in base64, the same on every server; while keys are changed several, separated by commas"),
		Flag(TrustedProxies, "", "networks such as 10.0.0.0/8, separated by commas, whose X-Forwarded-For is believed"),
		Flag(SignInTries, strconv.Itoa(model.DefaultGuessLimits.NameTries), "how many sign-ins may fail by name before waits begin"),
		Flag(AddressTries, strconv.Itoa(model.DefaultGuessLimits.AddressTries), "how many sign-ins may fail from one address before waits begin"),
	}
}

// guessLimits are the limits of a command; the default ones where nobody signs in.
func guessLimits(cmd *cli.Command) (model.GuessLimits, error) {
	limits := model.DefaultGuessLimits
	for name, tries := range map[string]*int{SignInTries: &limits.NameTries, AddressTries: &limits.AddressTries} {
		n, err := strconv.Atoi(cmp.Or(cmd.String(name), strconv.Itoa(*tries)))
		if err != nil || n < 1 || n > 10_000 {
			return limits, Wrong(name, "%q is no number from 1 to 10000", cmd.String(name))
		}
		*tries = n
	}
	return limits, nil
}

// proxies are the networks whose X-Forwarded-For is believed.
func proxies(cmd *cli.Command) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for text := range strings.SplitSeq(cmd.String(TrustedProxies), ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, Wrong(TrustedProxies, "%q is no network such as 10.0.0.0/8", text)
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}
