package season

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"path"
	"strings"
)

// Sample is the content of an evidence file of a season, of which the data give the name alone: a small real file of the
// type the name says, saying which nomination it belongs to. What names no type that can be evidence is nil.
func Sample(name, reference string) []byte {
	switch strings.ToLower(path.Ext(name)) {
	case ".pdf":
		return samplePDF("Evidence for nomination " + reference)
	case ".png":
		return sampleImage(func(b *bytes.Buffer, i image.Image) error { return png.Encode(b, i) }, reference)
	case ".jpg", ".jpeg":
		return sampleImage(func(b *bytes.Buffer, i image.Image) error { return jpeg.Encode(b, i, nil) }, reference)
	case ".docx":
		return sampleOffice("word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>`+
			ascii(reference)+`</w:t></w:r></w:p></w:body></w:document>`, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")
	case ".xlsx":
		return sampleOffice("xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets><sheet name="`+
			ascii(reference)+`" sheetId="1"/></sheets></workbook>`, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")
	}
	return nil
}

// ascii keeps what is safe in every one of the formats.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`()\<>&"`, r) {
			return '.'
		}
		return r
	}, s)
}

// samplePDF is a page with one line (ISO 32000, 7.5).
func samplePDF(text string) []byte {
	stream := fmt.Sprintf("BT /F1 14 Tf 72 770 Td (%s) Tj ET", ascii(text))
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, object := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

func sampleImage(encode func(*bytes.Buffer, image.Image) error, reference string) []byte {
	picture := image.NewGray(image.Rect(0, 0, 8, 8))
	for i, c := range []byte(reference) {
		picture.SetGray(i%8, i/8%8, color.Gray{Y: c})
	}
	var b bytes.Buffer
	_ = encode(&b, picture) // a buffer takes everything
	return b.Bytes()
}

func sampleOffice(part, content, contentType string) []byte {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, file := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/` + part + `" ContentType="` + contentType + `"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="` + part + `"/></Relationships>`},
		{part, content},
	} {
		w, _ := archive.Create(file[0])
		_, _ = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + file[1]))
	}
	_ = archive.Close()
	return b.Bytes()
}
