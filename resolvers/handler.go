package resolvers

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/playground"
	"github.com/vektah/gqlparser/v2/ast"

	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/internal/identity"
	"vinhdanh/internal/operation"
)

// requestTime is the most time an operation may take; its statements end with it.
const requestTime = 30 * time.Second

// Options are what differs between a demo and an office.
type Options struct {
	// Demo shows the schema to everyone, and the playground.
	Demo bool
	// Accounts are shown on the explorer page of a demo, with their password.
	Accounts []DemoAccount
	// Password of all demo accounts.
	Password string
	// AllowedOrigins are the origins of frontends elsewhere, such as https://thidua.example.vn.
	AllowedOrigins []string
	// Provider is where people can sign in beside here; nil for nowhere.
	Provider *identity.Provider
	// Frontend is the page to which people come back from the provider.
	Frontend string
	// Issuer reads bearer tokens of another issuer; nil when none is trusted.
	Issuer *identity.Issuer
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// LogRequests writes a line for each request, besides those for operations that fail.
	LogRequests bool
	// Operations are the documents that may run; nil leaves it to the limits.
	Operations *operation.List
}

// DemoAccount is a login of a demo.
type DemoAccount struct{ Username, Role, Name string }

// Handler serves everything there is on the public port.
func (r *Resolver) Handler(options Options) http.Handler {
	r.issuer = options.Issuer
	mux := http.NewServeMux()
	mux.Handle("/graphql", crossOrigin(options.AllowedOrigins, r.withActor(r.graphQL(options))))
	mux.HandleFunc("GET /files/{id}", r.serveFile)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", r.serveReady)
	mux.Handle("GET /{$}", explorer(options))
	if options.Provider != nil {
		signIn := &providerSignIn{r, options.Provider, options.Frontend}
		mux.HandleFunc("GET /auth/oidc/start", signIn.start)
		mux.HandleFunc("GET /auth/oidc/callback", signIn.callback)
	}
	if options.Demo {
		mux.HandleFunc("GET /playground", servePlayground)
	}
	return withClient(options.TrustedProxies, withLanguage(withHeaders(compressed(r.observed(options, mux)))))
}

// graphQL is the executor with its transports, limits and guards.
func (r *Resolver) graphQL(options Options) http.Handler {
	r.live = newLive(r)
	config := graph.Config{Resolvers: r, Directives: directives()}
	documents := operation.NewDocuments(options.Operations)
	server := handler.New(operation.Priced{ExecutableSchema: graph.NewExecutableSchema(config)})
	server.AddTransport(webSocket{r.live, options.AllowedOrigins})
	server.AddTransport(upload{r})
	server.AddTransport(post{r})
	server.AddTransport(get{r})
	server.AddTransport(otherMethods{r})
	server.SetQueryCache(documents)
	server.SetErrorPresenter(r.present)
	server.SetRecoverFunc(recovered)
	server.Use(observer{r})
	server.Use(documents)
	server.Use(extension.FixedComplexityLimit(operation.MaxCost))
	server.Use(introspection{open: options.Demo})
	server.Use(r.live)
	server.AroundResponses(operation.ShowCost)
	server.AroundOperations(r.guardMutations)
	server.AroundFields(guard)
	server.AroundFields(once)
	server.AroundFields(expecting)
	server.AroundRootFields(r.freshLoaders)
	return server
}

// freshLoaders gives each mutation of a request loaders of its own, so that none shows what was before an earlier one.
func (r *Resolver) freshLoaders(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation {
		ctx = withLoaders(ctx, newLoaders(r.Store, auth.Actor(ctx)))
	}
	return next(ctx)
}

// servePlayground serves gqlgen's page, which loads its parts from another site.
func servePlayground(w http.ResponseWriter, req *http.Request) {
	w.Header().Del("Content-Security-Policy")
	playground.Handler("Vinh Danh", "/graphql")(w, req)
}
