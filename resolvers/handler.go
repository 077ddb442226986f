package resolvers

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/playground"
	"github.com/vektah/gqlparser/v2/ast"

	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/internal/message"
	"vinhdanh/model"
)

// Limits of one operation.
const (
	maxTokens       = 4000
	maxComplexity   = 20_000
	cachedDocuments = 1000
	requestTime     = time.Minute
)

// Options are what differs between a demo and an office.
type Options struct {
	// Demo shows the schema to everyone, and the playground.
	Demo bool
	// Accounts are shown on the explorer page of a demo, with their password.
	Accounts []DemoAccount
	// Password of all demo accounts.
	Password string
}

// DemoAccount is a login of a demo.
type DemoAccount struct{ Username, Role, Name string }

// Handler serves everything there is on the public port.
func (r *Resolver) Handler(options Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", r.withActor(r.graphQL(options)))
	mux.HandleFunc("GET /files/{id}", r.serveFile)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", r.serveReady)
	mux.Handle("GET /{$}", explorer(options))
	if options.Demo {
		mux.Handle("GET /playground", playground.Handler("Vinh Danh", "/graphql"))
	}
	return withLanguage(withHeaders(mux))
}

// graphQL is the executor with its transports, limits and guards.
func (r *Resolver) graphQL(options Options) http.Handler {
	config := graph.Config{Resolvers: r, Directives: directives()}
	server := handler.New(priced{graph.NewExecutableSchema(config)})
	server.AddTransport(upload{r})
	server.AddTransport(post{r})
	server.AddTransport(get{r})
	server.SetQueryCache(lru.New[*ast.QueryDocument](cachedDocuments))
	server.SetParserTokenLimit(maxTokens)
	server.SetDisableSuggestion(!options.Demo)
	server.SetErrorPresenter(r.present)
	server.SetRecoverFunc(recovered)
	server.Use(extension.FixedComplexityLimit(maxComplexity))
	server.Use(introspection{open: options.Demo})
	server.AroundOperations(r.guardMutations)
	server.AroundFields(guard)
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

// priced counts a page as often as it has records.
type priced struct{ graphql.ExecutableSchema }

// Complexity is what a field costs: itself and, as many times as its page is long, what is below it.
func (p priced) Complexity(ctx context.Context, typeName, field string, child int, args map[string]any) (int, bool) {
	size := 1
	if _, paged := args["first"]; paged {
		size = model.DefaultPageSize
		for _, name := range []string{"first", "last"} {
			if n, ok := asInt(args[name]); ok {
				size = max(1, min(n, model.MaxPageSize))
			}
		}
	}
	return 1 + size*child, true
}

func asInt(v any) (int, bool) {
	switch v := v.(type) {
	case int64:
		return int(v), true
	case int:
		return v, true
	case interface{ Int64() (int64, error) }:
		n, err := v.Int64()
		return int(n), err == nil
	}
	return 0, false
}

// withActor finds out who asks, once a request. A token that does not work refuses the whole request.
func (r *Resolver) withActor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx, cancel := context.WithTimeout(req.Context(), requestTime)
		defer cancel()
		actor, err := r.actor(req.WithContext(ctx))
		if err != nil {
			status := http.StatusUnauthorized
			if model.CodeOf(err) == model.CodeForbidden {
				status = http.StatusForbidden
			}
			r.refuse(w, req, status, r.refusalOf(ctx, err))
			return
		}
		ctx = withLoaders(auth.WithActor(ctx, actor), newLoaders(r.Store, actor))
		next.ServeHTTP(w, req.WithContext(ctx))
	})
}

// actor reads the token of a request and looks up what its account may do today.
func (r *Resolver) actor(req *http.Request) (model.Actor, error) {
	header := req.Header.Get("Authorization")
	if header == "" {
		return model.Actor{}, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return model.Actor{}, model.Errorf(model.CodeUnauthenticated, "session.ended")
	}
	claims, err := r.Links.Read(strings.TrimSpace(token))
	if err != nil {
		refusal := model.Errorf(model.CodeUnauthenticated, "session.ended")
		refusal.Cause = err
		return model.Actor{}, refusal
	}
	return r.Store.Actor(req.Context(), claims.Subject, claims.SessionID, req.Header.Get("Acting-For"))
}

func withLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		next.ServeHTTP(w, req.WithContext(message.WithLanguage(req.Context(), req.Header.Get("Accept-Language"))))
	})
}

// withHeaders keeps browsers from guessing types, framing pages and storing answers.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, req)
	})
}

// serveReady says whether the server can answer from its records.
func (r *Resolver) serveReady(w http.ResponseWriter, req *http.Request) {
	if err := r.Store.Ping(req.Context()); err != nil {
		slog.ErrorContext(req.Context(), "not ready", "error", err)
		http.Error(w, "records unavailable", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// serveFile gives out a file to whoever holds a link signed for a reader of its nomination.
func (r *Resolver) serveFile(w http.ResponseWriter, req *http.Request) {
	id, query := req.PathValue("id"), req.URL.Query()
	expires, err := strconv.ParseInt(query.Get("expires"), 10, 64)
	if err != nil || !r.Links.CheckLink(id, expires, query.Get("signature")) {
		http.Error(w, "link expired or not valid", http.StatusForbidden)
		return
	}
	file, content, err := r.Store.EvidenceContent(req.Context(), id)
	switch {
	case model.CodeOf(err) == model.CodeNotFound:
		http.NotFound(w, req)
		return
	case err != nil:
		slog.ErrorContext(req.Context(), "file", "id", id, "error", err)
		http.Error(w, "file unavailable", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", file.MediaType)
	w.Header().Set("Content-Disposition", contentDisposition(file.FileName))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content)
}
