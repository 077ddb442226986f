package config

import (
	"net/url"
	"strings"

	"github.com/urfave/cli/v3"
)

// origins are those of frontends elsewhere that may ask; "*" is every one.
func origins(cmd *cli.Command) ([]string, error) {
	var allowed []string
	for text := range strings.SplitSeq(cmd.String(AllowedOrigins), ",") {
		origin := strings.TrimSpace(text)
		if origin == "" {
			continue
		}
		u, err := url.Parse(origin)
		if origin != "*" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || origin != u.Scheme+"://"+u.Host) {
			return nil, Wrong(AllowedOrigins, "%q is no origin, such as https://thidua.example.vn", origin)
		}
		allowed = append(allowed, origin)
	}
	return allowed, nil
}
