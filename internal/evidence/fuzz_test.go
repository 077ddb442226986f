package evidence_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vinhdanh/internal/evidence"
	"vinhdanh/model"
)

// FuzzRead: a file that is taken is of a type that is wanted, by content and by name; its name leads nowhere; and what is kept
// is what came.
func FuzzRead(f *testing.F) {
	const limit = 1 << 16
	endings := map[string][]string{
		"application/pdf": {".pdf"}, "image/png": {".png"}, "image/jpeg": {".jpg", ".jpeg"},
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       {".xlsx"},
	}
	asPNG, asJPEG := pictures(f)
	for name, content := range map[string][]byte{"báo cáo.pdf": pdf, "../a.pdf": pdf, `C:\a.PDF`: pdf, "a.docx": office(f, "word/document.xml"), "a.xlsx": office(f, "xl/workbook.xml"),
		"a.png": asPNG, "a.jpg": asJPEG, ".pdf": pdf, "a.pdf.exe": pdf, "a.html": []byte("<html>"), "b.pdf": []byte("<script>%PDF-1.4"), "": nil, "a.zip": office(f)} {
		f.Add(name, content)
	}
	folder, err := evidence.OpenFolder(filepath.Join(f.TempDir(), "evidence"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = folder.Close() })
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		content, err := evidence.Read(name, bytes.NewReader(data), limit)
		if err != nil {
			if code := model.CodeOf(err); code != model.CodeBadUserInput && code != model.CodePayloadTooLarge {
				t.Fatal(err)
			}
			return
		}
		ends := func(ending string) bool { return strings.HasSuffix(strings.ToLower(content.Name), ending) }
		if !slices.ContainsFunc(endings[content.MediaType], ends) || strings.ContainsAny(content.Name, "/\\\r\n") || len(data) == 0 || len(data) > limit {
			t.Fatalf("%q of %d bytes is taken as %s, %q", name, len(data), content.MediaType, content.Name)
		}
		if sum := sha256.Sum256(data); content.SHA256 != hex.EncodeToString(sum[:]) {
			t.Fatal("another sum")
		}
		if err := folder.Put(content); err != nil {
			t.Fatal(err)
		}
		if kept, err := folder.Open(content.SHA256); err != nil || !bytes.Equal(kept, data) {
			t.Fatalf("%d bytes kept of %d: %v", len(kept), len(data), err)
		}
	})
}
