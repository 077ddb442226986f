package model

import "fmt"

// ImportError is what is wrong with a row of a season.
type ImportError struct {
	File string
	// Line is 1 for the header; 0 when the file as a whole is wrong.
	Line int
	// Column is nil when the row as a whole is wrong.
	Column *string
	Key    string
	Args   Args
}

// RefuseImport turns the faults of an import into one refusal that tells them all, each with file, line and column.
func RefuseImport(faults []*ImportError) error {
	refusal := Errorf(CodeBadUserInput, "import.refused", "count", len(faults))
	for _, f := range faults {
		refusal.Violations = append(refusal.Violations, Violation{Path: f.Path(), Rule: f.Key, Key: f.Key, Args: f.Args})
	}
	return refusal
}

// Path leads to the fault, such as people.csv:3:full_name.
func (e *ImportError) Path() string {
	path := e.File
	if e.Line > 0 {
		path += fmt.Sprintf(":%d", e.Line)
	}
	if e.Column != nil {
		path += ":" + *e.Column
	}
	return path
}
