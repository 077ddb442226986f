package season_test

import (
	"bytes"
	"testing"

	"vinhdanh/internal/evidence"
	"vinhdanh/internal/season"
)

func TestSamplesAreWhatTheirNamesSay(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bao-cao.pdf", "anh.PNG", "anh.jpg", "anh.jpeg", "bao-cao.docx", "so-lieu.xlsx"} {
		content, err := evidence.Read(name, bytes.NewReader(season.Sample(name, "CN-001 (đợt 1)")), 1<<20)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(content.Bytes) > 4<<10 {
			t.Errorf("%s has %d bytes", name, len(content.Bytes))
		}
	}
	if season.Sample("bao-cao.exe", "CN-001") != nil {
		t.Error("a program is no evidence")
	}
}
