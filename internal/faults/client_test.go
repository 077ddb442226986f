//go:build linux

package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"
)

// client is a user of the office with a program of their own.
type client struct {
	o        *office
	username string
	token    string
	http     *http.Client
}

func (o *office) client(username string) *client {
	return &client{o: o, username: username, http: &http.Client{Timeout: 100 * time.Second, Transport: &http.Transport{}}}
}

// file goes up with an operation, as the field "file" of its input.
type file struct {
	name    string
	content []byte
}

// reply is an answer; Err says that there was none.
type reply struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
	Err error `json:"-"`
}

// code is that of the first error; "" for a success, "NONE" when there was no answer.
func (r reply) code() string {
	switch {
	case r.Err != nil:
		return "NONE"
	case len(r.Errors) > 0:
		return r.Errors[0].Extensions.Code
	}
	return ""
}

// unsure says that the client cannot know whether anything was done.
func (r reply) unsure() bool {
	switch r.code() {
	case "NONE", "UNAVAILABLE", "TIMEOUT":
		return true
	}
	return false
}

// at picks a value by its path.
func (r reply) at(path ...any) any {
	var value any
	_ = json.Unmarshal(r.Data, &value)
	for _, step := range path {
		switch step := step.(type) {
		case string:
			value, _ = value.(map[string]any)[step]
		case int:
			value = value.([]any)[step]
		}
	}
	return value
}

func (r reply) String() string { return fmt.Sprint(string(r.Data), r.Errors, r.Err) }

// ask sends an operation once. Who is not signed in, or no longer, signs in first.
func (c *client) ask(ctx context.Context, query string, variables map[string]any, files ...file) reply {
	for range 2 {
		if c.token == "" {
			r := c.send(ctx, `mutation($u: String!, $p: String!) { signIn(input: {username: $u, password: $p}) { session { accessToken } } }`,
				map[string]any{"u": c.username, "p": password})
			if r.code() != "" {
				return r
			}
			c.token = r.at("signIn", "session", "accessToken").(string)
		}
		r := c.send(ctx, query, variables, files...)
		if r.code() != "UNAUTHENTICATED" {
			return r
		}
		c.token = ""
	}
	return reply{Err: errors.New("signed in and yet not")}
}

// must is ask for what has to succeed.
func (c *client) must(query string, variables map[string]any) reply {
	c.o.t.Helper()
	r := c.ask(c.o.t.Context(), query, variables)
	if r.code() != "" {
		c.o.t.Fatalf("%s as %s: %s", query, c.username, r)
	}
	return r
}

func (c *client) send(ctx context.Context, query string, variables map[string]any, files ...file) reply {
	operation := operation(query, variables)
	body, media := operation, "application/json"
	if len(files) > 0 {
		body, media = form(operation, files[0])
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, *c.o.address.Load()+"/graphql", bytes.NewReader(body))
	if err != nil {
		return reply{Err: err}
	}
	request.Header = http.Header{"Content-Type": {media}, "Graphql-Preflight": {"1"}, "Accept-Language": {"en"}}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return reply{Err: err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	var r reply
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return reply{Err: fmt.Errorf("%w: %d %q", err, response.StatusCode, text)}
	}
	return r
}

// form is an operation with a file as a multipart request.
func form(operation []byte, f file) (body []byte, media string) {
	var buffer bytes.Buffer
	w := multipart.NewWriter(&buffer)
	_ = w.WriteField("operations", string(operation))
	_ = w.WriteField("map", `{"0": ["variables.input.file"]}`)
	part, _ := w.CreateFormFile("0", f.name)
	_, _ = part.Write(f.content)
	_ = w.Close()
	return buffer.Bytes(), w.FormDataContentType()
}

// operation is an operation as JSON.
func operation(query string, variables map[string]any) []byte {
	text, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return text
}
