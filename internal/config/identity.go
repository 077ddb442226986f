package config

import (
	"context"
	"net/url"
	"strings"

	"github.com/urfave/cli/v3"

	"vinhdanh/internal/identity"
)

// The names of the settings of an office's own identity provider.
const (
	Frontend         = "frontend-url"
	OIDCIssuer       = "oidc-issuer"
	OIDCClientID     = "oidc-client-id"
	OIDCClientSecret = "oidc-client-secret"
	OIDCRedirect     = "oidc-redirect-url"
	OIDCLinkClaim    = "oidc-link-claim"
	JWTIssuer        = "jwt-issuer"
	JWTAudience      = "jwt-audience"
	JWKS             = "jwks-url"
)

// Identity are the settings of an office's own identity provider.
func Identity() []cli.Flag {
	return []cli.Flag{
		Flag(OIDCIssuer, "", "the issuer address of an OpenID Connect provider at which people can sign in, too"),
		Flag(OIDCClientID, "", "what the provider calls this server"),
		Flag(OIDCClientSecret, "", "the secret agreed with the provider; none for a public client"),
		Flag(OIDCRedirect, "", "the address of /auth/oidc/callback of this server, as browsers reach it and the provider knows it"),
		Flag(OIDCLinkClaim, "", "the claim trusted to hold the username of who signs in there for the first time, such as preferred_username"),
		Flag(Frontend, "/", "the page to which people come back from the provider"),
		Flag(JWTIssuer, "", "the issuer whose bearer tokens are accepted"),
		Flag(JWTAudience, "", "the audience these tokens must be for"),
		Flag(JWKS, "", "where the keys of that issuer are; asked of the issuer when left out"),
	}
}

// provider is where people can sign in beside here, and the page they come back to; nil when the settings name none.
func provider(cmd *cli.Command) (at *identity.Provider, frontend string, err error) {
	settings := identity.ProviderSettings{Issuer: cmd.String(OIDCIssuer), ClientID: cmd.String(OIDCClientID), ClientSecret: cmd.String(OIDCClientSecret),
		RedirectURL: cmd.String(OIDCRedirect), LinkClaim: cmd.String(OIDCLinkClaim)}
	if settings.Issuer == "" {
		return nil, "", nil
	}
	if settings.ClientID == "" {
		return nil, "", Wrong(OIDCClientID, "%s is of no use without it", variable(OIDCIssuer))
	}
	frontend = cmd.String(Frontend)
	page := frontend
	if strings.HasPrefix(page, "/") && !strings.HasPrefix(page, "//") {
		page = "https://this.server" + page
	}
	for name, address := range map[string]string{OIDCIssuer: settings.Issuer, OIDCRedirect: settings.RedirectURL, Frontend: page} {
		if err := checkAddress(name, address); err != nil {
			return nil, "", err
		}
	}
	return identity.NewProvider(settings), frontend, nil
}

// issuer is whose bearer tokens are accepted; nil when the settings name none. Its keys are kept fresh until the context ends.
func issuer(ctx context.Context, cmd *cli.Command) (*identity.Issuer, error) {
	settings := identity.IssuerSettings{Issuer: cmd.String(JWTIssuer), Audience: cmd.String(JWTAudience), KeysURL: cmd.String(JWKS)}
	if settings.Issuer == "" {
		return nil, nil
	}
	if settings.Audience == "" {
		return nil, Wrong(JWTAudience, "%s needs it: tokens made for others must not open this server", variable(JWTIssuer))
	}
	if settings.KeysURL == "" {
		if err := checkAddress(JWTIssuer, settings.Issuer); err != nil {
			return nil, err
		}
	} else if err := checkAddress(JWKS, settings.KeysURL); err != nil {
		return nil, err
	}
	return identity.NewIssuer(ctx, settings), nil
}

func checkAddress(name, text string) error {
	address, err := url.Parse(text)
	if err != nil || address.Host == "" || address.Fragment != "" || address.Scheme != "https" && address.Scheme != "http" {
		return Wrong(name, "%q is no address such as https://id.example.vn", text)
	}
	return nil
}
