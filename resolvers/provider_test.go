package resolvers_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// What the tests' server and the provider agreed on.
const (
	clientID     = "vinhdanh"
	clientSecret = "agreed with the provider"
	redirectURL  = "http://honours.example/auth/oidc/callback"
)

// office is a real OpenID provider on a port of its own: the certified implementation of zitadel with its login page.
// Its signing key can be changed.
type office struct {
	*storage.Storage
	server *httptest.Server
	// down makes it answer nothing.
	down atomic.Bool
	// keysAsked is how often its keys were fetched.
	keysAsked atomic.Int64

	mu   sync.Mutex
	keys []*officeKey
}

// officeKey is a signing key of the provider.
type officeKey struct {
	id      string
	private *rsa.PrivateKey
}

func (k *officeKey) ID() string                                  { return k.id }
func (k *officeKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k *officeKey) Key() any                                    { return k.private }

type officePublicKey struct{ *officeKey }

func (k officePublicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k officePublicKey) Use() string                        { return "sig" }
func (k officePublicKey) Key() any                           { return &k.private.PublicKey }

// people are the users of the provider; all have the password secret.
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User { return p[id] }
func (people) ExampleClientID() string               { return "service" }
func (p people) GetUserByUsername(name string) *storage.User {
	for _, user := range p {
		if user.Username == name {
			return user
		}
	}
	return nil
}

func startOffice(t *testing.T) *office {
	t.Helper()
	users := people{}
	for id, name := range map[string]string{"1001": "h2", "1002": "h3", "1003": "nobody.here"} {
		users[id] = &storage.User{ID: id, Username: name, Password: "secret", Email: name + "@office.example", EmailVerified: name != "h3"}
	}
	o := &office{Storage: storage.NewStorageWithClients(users, map[string]*storage.Client{
		clientID: storage.WebClient(clientID, clientSecret, redirectURL)})}
	o.rotate(t)
	var provider http.Handler
	o.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.down.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/keys") {
			o.keysAsked.Add(1)
		}
		provider.ServeHTTP(w, r)
	}))
	t.Cleanup(o.server.Close)
	provider = exampleop.SetupServer(o.server.URL, o, nil, false)
	return o
}

// rotate makes a new signing key; earlier ones are no longer published.
func (o *office) rotate(t *testing.T) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keys = []*officeKey{{id: rand.Text(), private: private}}
}

func (o *office) key() *officeKey {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.keys[0]
}

// SigningKey is what the provider signs with now.
func (o *office) SigningKey(context.Context) (op.SigningKey, error) { return o.key(), nil }

// SignatureAlgorithms are those of the key.
func (o *office) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// KeySet is what the provider publishes.
func (o *office) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{officePublicKey{o.key()}}, nil
}

// GetClientByClientID lets the client have access tokens that others can read.
func (o *office) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	client, err := o.Storage.GetClientByClientID(ctx, id)
	return readable{client}, err
}

type readable struct{ op.Client }

func (readable) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

// forge signs a token with the provider's key after one thing was spoilt.
func (o *office) forge(t *testing.T, method jwt.SigningMethod, key any, spoil func(claims jwt.MapClaims, header map[string]any)) string {
	t.Helper()
	token := jwt.NewWithClaims(method, jwt.MapClaims{"iss": o.server.URL, "aud": clientID, "sub": "1001",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()})
	token.Header["kid"] = o.key().id
	spoil(token.Claims.(jwt.MapClaims), token.Header)
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
