package resolvers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/identity"
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

// bearer is what a token proves: an account and a session of ours, or an identity of the issuer that the office trusts.
type bearer struct {
	accountID, sessionID string
	identity             *identity.Proof
	expires              time.Time
}

// actor looks up what the account behind the token of a request may do today.
func (r *Resolver) actor(req *http.Request) (model.Actor, error) {
	token, err := r.bearer(req)
	if err != nil || token == nil {
		return model.Actor{}, err
	}
	actingFor, err := scalar.CleanText(req.Header.Get("Acting-For"))
	switch {
	case err != nil:
		return model.Actor{}, err
	case token.identity != nil:
		return r.Store.ActorOf(req.Context(), *token.identity, actingFor)
	}
	return r.Store.Actor(req.Context(), token.accountID, token.sessionID, actingFor)
}

// bearer reads the token of a request; nil without one.
func (r *Resolver) bearer(req *http.Request) (*bearer, error) {
	header := req.Header.Get("Authorization")
	if header == "" {
		return nil, nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return nil, notBelieved(nil)
	}
	token = strings.TrimSpace(token)
	if r.issuer.Claims(token) {
		proof, err := r.issuer.Read(req.Context(), token)
		if err != nil {
			return nil, notBelieved(err)
		}
		return &bearer{identity: &proof, expires: proof.Expires}, nil
	}
	claims, err := r.Links.Read(token)
	if err != nil {
		return nil, notBelieved(err)
	}
	return &bearer{accountID: claims.Subject, sessionID: claims.SessionID, expires: claims.ExpiresAt.Time}, nil
}

// notBelieved is the one answer to every token that cannot be read.
func notBelieved(cause error) error {
	refusal := model.Errorf(model.CodeUnauthenticated, "session.ended")
	refusal.Cause = cause
	return refusal
}
