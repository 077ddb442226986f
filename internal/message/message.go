// Package message puts keys and arguments into words, in Vietnamese or English. The words are in vi.json and en.json.
package message

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"vinhdanh/model"
)

//go:embed vi.json en.json
var files embed.FS

// Catalogue holds the words of all languages.
type Catalogue struct{ bundle *i18n.Bundle }

// Load reads the words. An error is a mistake of the program's authors.
func Load() (*Catalogue, error) {
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, name := range []string{"vi.json", "en.json"} {
		if _, err := bundle.LoadMessageFileFS(files, name); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	return &Catalogue{bundle}, nil
}

type languageKey struct{}

// WithLanguage carries what a reader's Accept-Language header asks for.
func WithLanguage(ctx context.Context, accept string) context.Context {
	return context.WithValue(ctx, languageKey{}, accept)
}

// In gives the words of the reader's language; Vietnamese when none of ours is asked for.
func (c *Catalogue) In(ctx context.Context) Words {
	accept, _ := ctx.Value(languageKey{}).(string)
	return c.Language(accept)
}

// Language gives the words of a language such as vi or en-GB.
func (c *Catalogue) Language(accept string) Words {
	return Words{i18n.NewLocalizer(c.bundle, accept)}
}

// Words words messages in one language.
type Words struct{ localizer *i18n.Localizer }

// Text words a message. A key without words is shown as it is, which a test makes sure never happens.
func (w Words) Text(key string, args model.Args) string {
	worded := make(map[string]any, len(args))
	for name, arg := range args {
		worded[name] = w.value(arg)
	}
	text, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: worded})
	if err != nil {
		return key
	}
	return text
}

// value words an argument: days as they are written in Vietnam, enum values and nouns in the reader's language.
func (w Words) value(arg any) string {
	switch arg := arg.(type) {
	case model.Date:
		return arg.Time().Format("02/01/2006")
	case *model.Date:
		if arg == nil {
			return "…"
		}
		return w.value(*arg)
	case time.Time:
		return arg.In(model.Saigon).Format("15:04 02/01/2006")
	case model.Word:
		return w.lookUp("noun."+string(arg), string(arg))
	case []string:
		return strings.Join(arg, ", ")
	}
	if v := reflect.ValueOf(arg); v.Kind() == reflect.String && v.Type() != reflect.TypeFor[string]() {
		return w.lookUp(v.Type().Name()+"."+v.String(), v.String())
	}
	return fmt.Sprint(arg)
}

func (w Words) lookUp(key, otherwise string) string {
	text, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key})
	if err != nil {
		return otherwise
	}
	return text
}
