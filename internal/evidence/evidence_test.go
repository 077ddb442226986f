package evidence_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vinhdanh/internal/evidence"
	"vinhdanh/model"
)

const limit = 1 << 20

var pdf = []byte("%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n")

// office makes the skeleton of an OOXML file, which is a ZIP archive with certain names in it.
func office(t testing.TB, names ...string) []byte {
	t.Helper()
	var data bytes.Buffer
	archive := zip.NewWriter(&data)
	for _, name := range append([]string{"[Content_Types].xml", "_rels/.rels"}, names...) {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("<x/>")); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func pictures(t testing.TB) (asPNG, asJPEG []byte) {
	t.Helper()
	var first, second bytes.Buffer
	dot := image.NewGray(image.Rect(0, 0, 1, 1))
	if err := png.Encode(&first, dot); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&second, dot, nil); err != nil {
		t.Fatal(err)
	}
	return first.Bytes(), second.Bytes()
}

func TestTypeIsToldByContent(t *testing.T) {
	t.Parallel()
	docx, xlsx := office(t, "word/document.xml"), office(t, "xl/workbook.xml")
	asPNG, asJPEG := pictures(t)
	for name, content := range map[string][]byte{
		"báo cáo.pdf": pdf, "Tờ trình.DOCX": docx, "bảng.xlsx": xlsx, "ảnh.png": asPNG, "ảnh.jpg": asJPEG, "ảnh.JPEG": asJPEG,
		strings.Repeat("đ", 196) + ".pdf": pdf, `C:\Users\x\báo cáo.pdf`: pdf, "../../etc/passwd.pdf": pdf,
	} {
		got, err := evidence.Read(name, bytes.NewReader(content), limit)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.ContainsAny(got.Name, `/\`) || len(got.SHA256) != 64 || !bytes.Equal(got.Bytes, content) {
			t.Errorf("%s: %q %s", name, got.Name, got.SHA256)
		}
	}
	for name, content := range map[string][]byte{
		"program.pdf": []byte("MZ\x90\x00\x03"), "page.pdf": []byte("<html><script>alert(1)</script>"), "empty.pdf": {}, "archive.docx": office(t, "virus.exe"),
		"report.docx": pdf, "picture.pdf": asPNG, "report": pdf, "": pdf, ".pdf": pdf, "a\nb.pdf": pdf, strings.Repeat("đ", 197) + ".pdf": pdf, "text.pdf": []byte("plain text"),
	} {
		if _, err := evidence.Read(name, bytes.NewReader(content), limit); model.CodeOf(err) != model.CodeBadUserInput {
			t.Errorf("%.20q: %v", name, err)
		}
	}
}

func TestFileMayBeAsLargeAsTheLimit(t *testing.T) {
	t.Parallel()
	content := append(bytes.Clone(pdf), make([]byte, limit-len(pdf))...)
	if _, err := evidence.Read("a.pdf", bytes.NewReader(content), limit); err != nil {
		t.Error(err)
	}
	if _, err := evidence.Read("a.pdf", bytes.NewReader(append(content, 0)), limit); model.CodeOf(err) != model.CodePayloadTooLarge {
		t.Error(err)
	}
}

func TestFolderKeepsContentOnceAndNoticesDamage(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "evidence")
	folder, err := evidence.OpenFolder(name)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	content, err := evidence.Read("a.pdf", bytes.NewReader(pdf), limit)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := folder.Put(content); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := folder.Open(content.SHA256); err != nil || !bytes.Equal(got, pdf) {
		t.Errorf("%q, %v", got, err)
	}
	files, _ := filepath.Glob(filepath.Join(name, "*", "*"))
	if len(files) != 1 {
		t.Fatalf("kept as %v", files)
	}
	if err := os.WriteFile(files[0], append(pdf, ' '), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Open(content.SHA256); err == nil {
		t.Error("a damaged file is given out")
	}
	for _, sum := range []string{"", "..", "../../etc/passwd", strings.Repeat(".", 64), strings.Repeat("0", 64)} {
		if _, err := folder.Open(sum); err == nil {
			t.Errorf("%q opens something", sum)
		}
	}
}

// What a crash left half-written goes when the folder is opened again, unless another server may still be writing it.
func TestHalfWrittenFilesAreCleared(t *testing.T) {
	t.Parallel()
	name := t.TempDir()
	if err := os.Mkdir(filepath.Join(name, "incoming"), 0o700); err != nil {
		t.Fatal(err)
	}
	left, young := filepath.Join(name, "incoming", "LEFT"), filepath.Join(name, "incoming", "YOUNG")
	for _, file := range []string{left, young} {
		if err := os.WriteFile(file, []byte("%PDF-1.4 and no mo"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(left, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	folder, err := evidence.OpenFolder(name)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if _, err := os.Stat(left); err == nil {
		t.Error("what a crash left is still there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("what another server writes was taken from it")
	}
}
