package logging

import (
	"errors"
	"io/fs"
	"net"
	"regexp"
	"strings"
)

// told is what the log says of an error: the words the program wraps it in, and of what lies beneath only what is known to
// hold no data of people. Drivers and parsers quote the values they stumble over.
func told(err error, describe Describe) string {
	words, known := describe(err)
	if known == nil {
		words, known = ofSystem(err)
	}
	if known == nil {
		return scrubbed(err.Error())
	}
	prefix, _, _ := strings.Cut(err.Error(), known.Error())
	return scrubbed(prefix) + words
}

// ofSystem knows the errors of files and connections.
func ofSystem(err error) (words string, known error) {
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		return file.Op + ": " + file.Err.Error(), file
	}
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return network.Op + " " + network.Net + ": " + network.Err.Error(), network
	}
	return "", nil
}

// What may be a value inside a message: anything between quotation marks, and then words with a digit or a letter that is
// not English, and capitalised words in a row, as names are.
var (
	quoted = regexp.MustCompile("\"(?:\\\\.|[^\"\\\\])*(?:\"|$)|'[^']*'|`[^`]*`")
	naming = regexp.MustCompile(`\S*[^\x00-\x7f\s…]\S*|\S*\d\S*|\b[A-Z][a-z]+(?: [A-Z][a-z]*)+`)
)

// scrubbed is a message without what may be a value.
func scrubbed(text string) string {
	const most = 500
	return naming.ReplaceAllString(quoted.ReplaceAllString(text[:min(len(text), most)], "…"), "…")
}
