package resolvers

import (
	"context"
	"net/http"
	"strings"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/scalar"
	"vinhdanh/model"
)

// withActor finds out who asks, once a request. A token that does not work refuses the whole request.
func (r *Resolver) withActor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx, cancel := context.WithTimeout(req.Context(), requestTime)
		actor, err := r.actor(req.WithContext(ctx))
		cancel()
		ctx = req.Context() // what follows may be a stream
		if err != nil {
			refusal := refusalOf(err)
			status, other := map[model.Code]int{model.CodeBadUserInput: http.StatusBadRequest, model.CodeForbidden: http.StatusForbidden, model.CodeTimeout: http.StatusServiceUnavailable,
				model.CodeUnavailable: http.StatusServiceUnavailable, model.CodeInternal: http.StatusInternalServerError}[refusal.Code]
			if !other {
				status = http.StatusUnauthorized
			}
			r.refuse(w, req, status, refusal)
			return
		}
		ctx = withLoaders(auth.WithActor(ctx, actor), newLoaders(r.Store, actor))
		next.ServeHTTP(w, req.WithContext(ctx))
	})
}

// actor looks up what the account behind the token of a request may do today.
func (r *Resolver) actor(req *http.Request) (model.Actor, error) {
	claims, err := r.claims(req)
	if err != nil || claims == nil {
		return model.Actor{}, err
	}
	actingFor, err := scalar.CleanText(req.Header.Get("Acting-For"))
	if err != nil {
		return model.Actor{}, err
	}
	return r.Store.Actor(req.Context(), claims.Subject, claims.SessionID, actingFor)
}

// claims reads the token of a request; nil without one.
func (r *Resolver) claims(req *http.Request) (*auth.Claims, error) {
	header := req.Header.Get("Authorization")
	if header == "" {
		return nil, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return nil, model.Errorf(model.CodeUnauthenticated, "session.ended")
	}
	claims, err := r.Links.Read(strings.TrimSpace(token))
	if err != nil {
		refusal := model.Errorf(model.CodeUnauthenticated, "session.ended")
		refusal.Cause = err
		return nil, refusal
	}
	return claims, nil
}
