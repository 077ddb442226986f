package resolvers

import (
	"bytes"
	"crypto/rand"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strings"

	"vinhdanh/model"
)

//go:embed explorer
var explorerFiles embed.FS

var explorerPage = template.Must(template.ParseFS(explorerFiles, "explorer/index.html"))

// exampleGroup is the examples of one kind of reader: the files of a folder under explorer/examples.
type exampleGroup struct {
	folder   string
	Title    string
	role     model.Role
	Examples []example
	// Account runs them in a demo, "" nobody; nil leaves it to the visitor to sign in.
	Account *string
}

type example struct{ Caption, Vietnamese, Query string }

var exampleGroups = []exampleGroup{
	{folder: "public", Title: "Public · Người dân"},
	{folder: "head", Title: "Department head · Trưởng đơn vị", role: model.RoleDepartmentHead},
	{folder: "reviewer", Title: "Reviewer · Ủy viên Hội đồng", role: model.RoleReviewer},
	{folder: "secretary", Title: "Secretary · Thư ký", role: model.RoleSecretary},
	{folder: "approver", Title: "Approver · Người có thẩm quyền", role: model.RoleApprover},
	{folder: "auditor", Title: "Auditor · Người kiểm tra", role: model.RoleAuditor},
	{folder: "admin", Title: "Administrator · Quản trị", role: model.RoleAdmin},
}

// explorer is a page to try the API on: examples, an editor, the schema. It needs nothing but this server.
func explorer(options Options) http.Handler {
	data := struct {
		Options
		Groups []exampleGroup
		Sends  map[string]string
		Style  template.CSS
		Script template.JS
		Nonce  string
	}{Options: options, Groups: slices.Clone(exampleGroups), Style: template.CSS(explorerText("explorer.css")), Script: template.JS(explorerText("explorer.js")),
		Sends: pageOperations()}
	for i := range data.Groups {
		group := &data.Groups[i]
		group.Examples = readExamples(group.folder)
		if options.Demo {
			group.Account = demoAccount(options.Accounts, group.role)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		answer := data
		answer.Nonce = rand.Text()
		var text bytes.Buffer
		if err := explorerPage.Execute(&text, answer); err != nil {
			slog.ErrorContext(req.Context(), "explorer", "error", err)
			http.Error(w, "page unavailable", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+answer.Nonce+"'; style-src 'nonce-"+answer.Nonce+
			"'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		_, _ = w.Write(text.Bytes())
	})
}

// pageOperations are the operations the page itself sends, by name.
func pageOperations() map[string]string {
	operations := map[string]string{}
	for _, name := range explorerNames("operations") {
		operations[strings.TrimSuffix(path.Base(name), ".graphql")] = explorerText(name)
	}
	return operations
}

// explorerText reads a file that is known to be embedded.
func explorerText(name string) string {
	text, _ := explorerFiles.ReadFile("explorer/" + name)
	return string(text)
}

// explorerNames are the documents in a folder.
func explorerNames(folder string) []string {
	names, _ := fs.Glob(explorerFiles, "explorer/"+folder+"/*.graphql") // the pattern is well formed
	for i, name := range names {
		names[i] = strings.TrimPrefix(name, "explorer/")
	}
	return names
}

// readExamples reads the examples of a folder by file name. The comment in the first line is the caption in both languages.
func readExamples(folder string) []example {
	names := explorerNames("examples/" + folder)
	examples := make([]example, len(names))
	for i, name := range names {
		query := explorerText(name)
		comment, _, _ := strings.Cut(query, "\n")
		caption, vietnamese, _ := strings.Cut(strings.TrimPrefix(comment, "# "), " · ")
		examples[i] = example{Caption: caption, Vietnamese: vietnamese, Query: query}
	}
	return examples
}

// demoAccount is the login that stands for a role in a demo: the first whose main role it is.
func demoAccount(accounts []DemoAccount, role model.Role) *string {
	if role == "" {
		return new(string)
	}
	for _, a := range accounts {
		if strings.HasPrefix(a.Role, string(role)) {
			return &a.Username
		}
	}
	return nil
}
