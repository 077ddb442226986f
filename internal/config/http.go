package config

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/urfave/cli/v3"
)

// Origins are the origins of frontends elsewhere that may ask; "*" is every one.
func Origins(cmd *cli.Command) ([]string, error) {
	var origins []string
	for text := range strings.SplitSeq(cmd.String(AllowedOrigins), ",") {
		origin := strings.TrimSpace(text)
		if origin == "" {
			continue
		}
		u, err := url.Parse(origin)
		if origin != "*" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || origin != u.Scheme+"://"+u.Host) {
			return nil, fmt.Errorf("%s: %q is no origin, such as https://thidua.example.vn", AllowedOrigins, origin)
		}
		origins = append(origins, origin)
	}
	return origins, nil
}
