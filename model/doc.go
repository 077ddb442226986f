// Package model holds the nouns of the field and what may happen to them: types, state machines, permissions.
// It decides and never looks anything up: it knows no database, no GraphQL and no language.
package model
