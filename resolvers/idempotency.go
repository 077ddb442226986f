package resolvers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"reflect"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/store"
)

// secrets are the fields of inputs that no fingerprint knows, since someone who reads the table could try every value:
// passwords, and choices of a ballot.
var secrets = []string{"Password", "WrittenBallots"}

// once names a mutation to the store by the key its client gave it, so that it is done once.
func once(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	input := reflect.ValueOf(field.Args["input"])
	if field.Object != "Mutation" || !input.IsValid() {
		return next(ctx)
	}
	given := input.FieldByName("IdempotencyKey")
	if !given.IsValid() || given.IsNil() {
		return next(ctx)
	}
	print, err := fingerprint(auth.Actor(ctx).ActingForID, input)
	if err != nil {
		return nil, err
	}
	return next(store.WithRequest(ctx, store.Request{Key: given.Elem().String(), Operation: field.Field.Name, Fingerprint: print}))
}

// fingerprint is the SHA-256 of what a mutation is asked to do and in whose place; files count by their content.
func fingerprint(actingFor string, input reflect.Value) (string, error) {
	asked := map[string]any{"": actingFor}
	for i := range input.NumField() {
		name := input.Type().Field(i).Name
		if name == "IdempotencyKey" || slices.Contains(secrets, name) {
			continue
		}
		asked[name] = input.Field(i).Interface()
		if file, ok := asked[name].(graphql.Upload); ok {
			digest := sha256.New()
			if _, err := io.Copy(digest, file.File); err != nil {
				return "", err
			}
			if _, err := file.File.Seek(0, io.SeekStart); err != nil {
				return "", err
			}
			asked[name] = []any{file.Filename, digest.Sum(nil)}
		}
	}
	text, err := json.Marshal(asked)
	digest := sha256.Sum256(text)
	return hex.EncodeToString(digest[:]), err
}
