package model

import (
	"errors"
	"fmt"
)

// Code is the stable reason a client can act on; the list is closed.
type Code string

// The reasons a request is refused.
const (
	CodeUnauthenticated    Code = "UNAUTHENTICATED"
	CodeForbidden          Code = "FORBIDDEN"
	CodeNotFound           Code = "NOT_FOUND"
	CodeBadUserInput       Code = "BAD_USER_INPUT"
	CodeConflict           Code = "CONFLICT"
	CodePhaseClosed        Code = "PHASE_CLOSED"
	CodeNotEligible        Code = "NOT_ELIGIBLE"
	CodeHeld               Code = "HELD"
	CodeConflictOfInterest Code = "CONFLICT_OF_INTEREST"
	CodeNotComparable      Code = "NOT_COMPARABLE"
	CodeQuorumNotReached   Code = "QUORUM_NOT_REACHED"
	CodeRateLimited        Code = "RATE_LIMITED"
	CodeComplexityLimit    Code = "COMPLEXITY_LIMIT_EXCEEDED"
	CodePayloadTooLarge    Code = "PAYLOAD_TOO_LARGE"
	CodeTimeout            Code = "TIMEOUT"
	CodeUnavailable        Code = "UNAVAILABLE"
	CodeInternal           Code = "INTERNAL_SERVER_ERROR"
)

// What GraphQL servers and clients agree on beyond our own list.
const (
	CodeParseFailed            Code = "GRAPHQL_PARSE_FAILED"
	CodeValidationFailed       Code = "GRAPHQL_VALIDATION_FAILED"
	CodePersistedQueryNotFound Code = "PERSISTED_QUERY_NOT_FOUND"
)

// Args are the values a message names. They are put into words by the presenter, in the reader's language.
type Args map[string]any

// Error is a refusal: a code for the program, a message key and arguments for the person.
// The cause, if any, is for the log alone.
type Error struct {
	Code       Code
	Key        string
	Args       Args
	Violations []Violation
	// RetryAfter is after how many seconds the same request may go through; 0 when waiting is no remedy.
	RetryAfter int
	Cause      error
}

// Violation is one thing wrong with the input: where, by which rule, and why.
type Violation struct {
	// Path leads to the input, such as "input.points.2" or "people.csv:3:full_name".
	Path string
	// Rule names what was broken, such as "range" or an eligibility rule.
	Rule string
	Key  string
	Args Args
}

// Errorf refuses with a message key and its arguments as pairs of name and value.
func Errorf(code Code, key string, pairs ...any) *Error {
	return &Error{Code: code, Key: key, Args: argsOf(pairs)}
}

// BadInput refuses the input at path. The rule is the message key.
func BadInput(path, key string, pairs ...any) *Error {
	violation := Violated(path, key, pairs...)
	return &Error{Code: CodeBadUserInput, Key: key, Args: violation.Args, Violations: []Violation{violation}}
}

// Violated is one violation at path, by the rule named like its message key.
func Violated(path, key string, pairs ...any) Violation {
	return Violation{Path: path, Rule: key, Key: key, Args: argsOf(pairs)}
}

// Refuse turns violations into an error, told all at once; none is no error.
func Refuse(violations []Violation) error {
	if len(violations) == 0 {
		return nil
	}
	first := violations[0]
	return &Error{Code: CodeBadUserInput, Key: first.Key, Args: first.Args, Violations: violations}
}

// NotFound says that there is no such record, or none the reader may know of.
func NotFound(what, key string) *Error {
	return Errorf(CodeNotFound, "not_found", "what", Word(what), "key", key)
}

// Stale says that the record changed since the client read it.
func Stale(expected, found int) *Error {
	return Errorf(CodeConflict, "stale", "expected", expected, "found", found)
}

// Error words the refusal for the log, without arguments, which may be personal.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s %s: %v", e.Code, e.Key, e.Cause)
	}
	return fmt.Sprintf("%s %s", e.Code, e.Key)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// CodeOf is the code of an error, INTERNAL_SERVER_ERROR for one nobody worded.
func CodeOf(err error) Code {
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Code
	}
	return CodeInternal
}

// Word is an argument that is itself looked up in the reader's language.
type Word string

func argsOf(pairs []any) Args {
	args := make(Args, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return args
}
