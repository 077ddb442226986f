package season

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"vinhdanh/internal/scalar"
	"vinhdanh/model"
)

// Files are the CSV files of a season by name.
type Files map[string][]byte

//go:embed di-an-2024/*.csv
var diAn2024 embed.FS

// Reference is the season the demo plays unless told otherwise; its README says what is real in it.
func Reference() Files {
	files, _ := fromFolder(diAn2024, "di-an-2024") // embedded files can always be read
	return files
}

// What an archive may unpack to.
const (
	maxUnpacked = 200 << 20
	maxFiles    = 200
)

// Open opens a folder or a ZIP of CSV files.
func Open(name string) (Files, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("open the season: %w", err)
	}
	if info.IsDir() {
		return fromFolder(os.DirFS(name), ".")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("open the season: %w", err)
	}
	return Unzip(data)
}

func fromFolder(folder fs.FS, name string) (Files, error) {
	names, err := fs.Glob(folder, path.Join(name, "*.csv"))
	if err != nil {
		return nil, err
	}
	files := Files{}
	for _, name := range names {
		if files[path.Base(name)], err = fs.ReadFile(folder, name); err != nil {
			return nil, fmt.Errorf("open the season: %w", err)
		}
	}
	return files, nil
}

// Unzip unpacks a ZIP in memory: its CSV files, in whatever folder. What is no ZIP, holds a name twice, or unpacks to more
// than is reasonable, is refused.
func Unzip(data []byte) (Files, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, model.BadInput("input.file", "import.not_zip")
	}
	if len(archive.File) > maxFiles {
		return nil, model.Errorf(model.CodePayloadTooLarge, "import.too_large", "max", maxUnpacked>>20)
	}
	files := Files{}
	left := int64(maxUnpacked)
	for _, entry := range archive.File {
		if !strings.HasSuffix(entry.Name, ".csv") || strings.HasPrefix(entry.Name, "__MACOSX/") {
			continue
		}
		name, err := scalar.CleanText(path.Base(entry.Name))
		if err != nil {
			return nil, model.BadInput("input.file", "import.file_name")
		}
		content, err := unpack(entry, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(content))
		if files[name] != nil {
			return nil, model.BadInput("input.file", "import.twice_file", "file", name)
		}
		files[name] = content
	}
	return files, nil
}

// unpack reads one entry, whatever size it claims to have.
func unpack(entry *zip.File, left int64) ([]byte, error) {
	content, err := entry.Open()
	if err != nil {
		return nil, model.BadInput("input.file", "import.not_zip")
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, left+1))
	if err != nil {
		return nil, model.BadInput("input.file", "import.not_zip")
	}
	if int64(len(data)) > left {
		return nil, model.Errorf(model.CodePayloadTooLarge, "import.too_large", "max", maxUnpacked>>20)
	}
	return data, nil
}
