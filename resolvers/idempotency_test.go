package resolvers

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vinhdanh/graph"
	"vinhdanh/model"
)

// keyless are the mutations without an idempotency key, and why.
var keyless = map[string]string{
	"SignIn":              "its tokens must not be kept",
	"ExchangeSignInCode":  "its tokens must not be kept",
	"RefreshSession":      "its tokens must not be kept",
	"SignOut":             "a session ends once",
	"EndSession":          "a session ends once",
	"EndOtherSessions":    "a session ends once",
	"CreatePasswordReset": "its token must not be kept",
	"ResetPassword":       "a token works once",
	"ChangePassword":      "the password before works once",
	"CastBallot":          "nothing that follows from choices is kept; a member votes once",
	"RecordWrittenBallot": "nothing of a ballot is kept; a written vote comes in once",
	"SetBusinessTime":     "the clock of a demo is in no database",
}

// mutations are the methods of the resolver with their inputs and payloads.
func mutations() map[string]reflect.Type {
	found := map[string]reflect.Type{}
	all := reflect.TypeFor[graph.MutationResolver]()
	for i := range all.NumMethod() {
		found[all.Method(i).Name] = all.Method(i).Type
	}
	return found
}

func TestIdempotencyKeyOnEveryMutation(t *testing.T) {
	t.Parallel()
	for name, method := range mutations() {
		takesKey := false
		if method.NumIn() > 1 {
			_, takesKey = method.In(1).FieldByName("IdempotencyKey")
		}
		if takesKey == (keyless[name] != "") {
			t.Errorf("%s: give its input an idempotencyKey, as the others have, and make its store method one call of once; or say among keyless why not", name)
		}
	}
}

// unkept are the fields a mutation's payload goes without when it is kept: nothing of the API shows them.
var unkept = []string{"Nomination.Campaign", "Nomination.Lineage", "Nomination.Recused"}

// TestIdempotencyKeepsAnswers sends every payload through JSON and back.
func TestIdempotencyKeepsAnswers(t *testing.T) {
	t.Parallel()
	same := cmp.Options{
		cmp.Comparer(func(a, b model.Decimal) bool { return a.Equal(b.Decimal) }),
		cmpopts.IgnoreFields(model.Nomination{}, "Campaign", "Lineage", "Recused"),
		cmpopts.IgnoreFields(model.Account{}, "PasswordHash"),
	}
	for name, method := range mutations() {
		if keyless[name] != "" {
			continue
		}
		payload := reflect.New(method.Out(0).Elem())
		fill(payload.Elem())
		checkKept(t, payload.Type())
		text, err := json.Marshal(payload.Interface())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		back := reflect.New(method.Out(0).Elem())
		if err := json.Unmarshal(text, back.Interface()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(payload.Interface(), back.Interface(), same); diff != "" {
			t.Errorf("%s (-given +kept):\n%s", name, diff)
		}
	}
}

// checkKept refuses fields that JSON leaves out.
func checkKept(t *testing.T, of reflect.Type) {
	t.Helper()
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice:
		checkKept(t, of.Elem())
	case reflect.Struct:
		for i := range of.NumField() {
			field := of.Field(i)
			if of.PkgPath() != reflect.TypeFor[model.Account]().PkgPath() {
				return
			}
			if name := of.Name() + "." + field.Name; field.Tag.Get("json") == "-" && !slices.Contains(unkept, name) {
				t.Errorf("%s is left out of kept answers", name)
			} else if field.Tag.Get("json") != "-" {
				checkKept(t, field.Type)
			}
		}
	}
}

func TestIdempotencyKeepsNoPassword(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(&model.CreateAccountPayload{Account: &model.Account{PasswordHash: "$argon2id$secret"}})
	var back model.CreateAccountPayload
	if err != nil || strings.Contains(string(text), "secret") || json.Unmarshal(text, &back) != nil || back.Account.Locked() {
		t.Errorf("%s %v: an account is kept without its password, and with the knowledge that there is one", text, err)
	}
}

// secretNames are what secrets are called.
var secretNames = regexp.MustCompile(`Password|Token|Secret|Ballots|Choice`)

// TestIdempotencyFingerprint changes each field of each input: every change must show, but of the key itself and of secrets.
func TestIdempotencyFingerprint(t *testing.T) {
	t.Parallel()
	of := func(actingFor string, input reflect.Value) string {
		print, err := fingerprint(actingFor, input)
		if err != nil {
			t.Fatal(err)
		}
		return print
	}
	for name, method := range mutations() {
		if keyless[name] != "" {
			continue
		}
		input := reflect.New(method.In(1)).Elem()
		for i := range input.NumField() {
			if _, file := input.Field(i).Interface().(graphql.Upload); file {
				input.Field(i).Set(reflect.ValueOf(graphql.Upload{File: strings.NewReader("one")}))
			}
		}
		if of("", input) == of("someone", input) {
			t.Errorf("%s: in whose place one acts must show", name)
		}
		for i := range input.NumField() {
			changed := reflect.New(method.In(1)).Elem()
			changed.Set(input)
			fill(changed.Field(i))
			field := method.In(1).Field(i).Name
			hidden := field == "IdempotencyKey" || secretNames.MatchString(field)
			if same := of("", changed) == of("", input); same != hidden {
				t.Errorf("%s: a change of %s shows: %t", name, field, !same)
			}
		}
	}
}

// fill gives every field a value.
func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2025, 3, 4, 5, 6, 7, 891_011_000, time.UTC)))
		return
	case model.Decimal:
		v.Set(reflect.ValueOf(model.RoundedDecimal(12.345678)))
		return
	case graphql.Upload:
		v.Set(reflect.ValueOf(graphql.Upload{File: strings.NewReader("other")}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("chữ")
	case reflect.Int, reflect.Int64:
		v.SetInt(1 << 40)
	case reflect.Uint8:
		v.SetUint(200)
	case reflect.Float64:
		v.SetFloat(0.1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}
