package store

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"time"
	"unicode"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// about is what an act concerns, which decides who may read of it.
type about struct {
	realm                                  model.AuditRealm
	organizationID, campaignID, nomination string
}

// audit enters one act into the record: what the object was before and is now. Either may be nil, not both.
func (a *act) audit(action string, where about, before, after any) {
	subject := after
	if isNil(subject) {
		subject = before
	}
	entry := &model.AuditEntry{
		ID: newID("audit"), At: a.now, AccountID: optional(a.by.AccountID), ActingForID: optional(a.by.ActingForID),
		Action: action, Realm: where.realm, OrganizationID: optional(where.organizationID),
		CampaignID: optional(where.campaignID), NominationID: optional(where.nomination),
		Before: auditState(before), After: auditState(after),
	}
	entry.ObjectType, entry.ObjectID = identify(subject)
	a.entries = append(a.entries, entry)
}

// auditFrom enters an act of signing in, with the address it came from. Addresses are kept apart from the record and go
// after a while.
func (a *act) auditFrom(ctx context.Context, action string, before, after any) {
	a.audit(action, about{realm: model.RealmAccount}, before, after)
	a.entries[len(a.entries)-1].Address = optional(auth.ClientOf(ctx).String())
}

// AuditOrigin is from where an act of signing in was done.
type AuditOrigin struct {
	EntryID string `bun:",pk"`
	Address string
	At      time.Time
}

// flushAudit writes the entries of the act, and lets other servers know of it.
func (a *act) flushAudit(ctx context.Context) error {
	var origins []*AuditOrigin
	for _, entry := range a.entries {
		if entry.Address != nil {
			origins = append(origins, &AuditOrigin{entry.ID, *entry.Address, realNow()})
		}
	}
	if err := errors.Join(insertAll(ctx, a, a.entries), insertAll(ctx, a, origins)); err != nil {
		return err
	}
	return a.announce(ctx)
}

// identify names a record's type and id. Records without an id of their own go by their first key.
func identify(record any) (noun, id string) {
	v := reflect.Indirect(reflect.ValueOf(record))
	field := v.FieldByName("ID")
	if !field.IsValid() {
		field = v.Field(0)
	}
	return v.Type().Name(), field.String()
}

// snapshot is the state of a record that will change in place.
type snapshot string

func snapshotOf(record any) snapshot { return snapshot(*auditState(record)) }

// auditState is a record as JSON without what is marked audit:"-": names and other personal data, and relations.
func auditState(record any) *string {
	if isNil(record) {
		return nil
	}
	if taken, ok := record.(snapshot); ok {
		return (*string)(&taken)
	}
	state := map[string]any{}
	v := reflect.Indirect(reflect.ValueOf(record))
	for i := range v.NumField() {
		field := v.Type().Field(i)
		relation := strings.Contains(field.Tag.Get("bun"), "rel:")
		if field.Tag.Get("audit") == "-" || relation && field.Type.Kind() != reflect.Slice {
			continue
		}
		if relation {
			state[schemaName(field.Name)] = auditList(v.Field(i))
			continue
		}
		state[schemaName(field.Name)] = v.Field(i).Interface()
	}
	text, err := json.Marshal(state)
	if err != nil {
		return nil
	}
	return optional(string(text))
}

// schemaName is a field as the schema writes it: personId for PersonID.
func schemaName(field string) string {
	name := strings.ReplaceAll(field, "ID", "Id")
	capitals := len(name) - len(strings.TrimLeftFunc(name, unicode.IsUpper))
	if capitals < len(name) && unicode.IsLower(rune(name[capitals])) {
		capitals = max(1, capitals-1)
	}
	return strings.ToLower(name[:capitals]) + name[capitals:]
}

func auditList(list reflect.Value) []json.RawMessage {
	states := []json.RawMessage{}
	for i := range list.Len() {
		states = append(states, json.RawMessage(*auditState(list.Index(i).Interface())))
	}
	return states
}

func isNil(record any) bool {
	v := reflect.ValueOf(record)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// optional is nil for the zero value, for columns that may be empty.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
