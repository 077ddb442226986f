// Package archive is the file a backup is kept in: a ZIP of parts and a manifest that says what they are and how they
// hash. It knows nothing of what is in them.
package archive

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Format is the version of the layout of archives.
const Format = 1

// manifestName is the part that describes the others. It comes last.
const manifestName = "manifest.json"

// Manifest says what an archive holds. It names no person and no content.
type Manifest struct {
	Format int `json:"format"`
	// Database is the kind of database: sqlite or postgres.
	Database string    `json:"database"`
	MadeAt   time.Time `json:"madeAt"`
	// Migrations are those the tables were made by, oldest first.
	Migrations []string `json:"migrations"`
	// Rows counts the rows of each table.
	Rows map[string]int64 `json:"rows"`
	// Missing are contents of evidence that are recorded and could not be read when the archive was made.
	Missing []string `json:"missing,omitempty"`
	Parts   []Part   `json:"parts"`
}

// Part is one file in an archive.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Writer writes an archive under a temporary name until it is whole.
type Writer struct {
	name  string
	file  *os.File
	zip   *zip.Writer
	whole hash.Hash
	parts []Part
}

// Create begins an archive. A file that is there already is left alone.
func Create(name string) (*Writer, error) {
	if _, err := os.Lstat(name); err == nil {
		return nil, fmt.Errorf("%s is there already: choose another name", name)
	}
	file, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".part-*")
	if err != nil {
		return nil, fmt.Errorf("begin the archive: %w", err)
	}
	w := &Writer{name: name, file: file, whole: sha256.New()}
	w.zip = zip.NewWriter(io.MultiWriter(file, w.whole))
	return w, nil
}

// Folder is where the archive is being written, and where there is room for it.
func (w *Writer) Folder() string { return filepath.Dir(w.name) }

// Add writes one part. Contents that are compressed already are stored as they are.
func (w *Writer) Add(name string, compress bool, content func(io.Writer) error) error {
	method := zip.Store
	if compress {
		method = zip.Deflate
	}
	entry, err := w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: time.Now()})
	if err != nil {
		return err
	}
	sum, counter := sha256.New(), new(size)
	if err := content(io.MultiWriter(entry, sum, counter)); err != nil {
		return err
	}
	w.parts = append(w.parts, Part{Name: name, Size: int64(*counter), SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// size counts what is written to it.
type size int64

func (s *size) Write(p []byte) (int, error) {
	*s += size(len(p))
	return len(p), nil
}

// Finish writes the manifest, has the archive on disk and gives it its name. It tells the SHA-256 of the whole file.
func (w *Writer) Finish(m Manifest) (sum string, err error) {
	m.Format, m.Parts = Format, w.parts
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return "", err
	}
	entry, err := w.zip.CreateHeader(&zip.FileHeader{Name: manifestName, Method: zip.Deflate, Modified: time.Now()})
	if err != nil {
		return "", err
	}
	if _, err := entry.Write(text); err != nil {
		return "", err
	}
	if err := errors.Join(w.zip.Close(), w.file.Sync()); err != nil {
		return "", err
	}
	if err := Place(w.file.Name(), w.name); err != nil {
		return "", err
	}
	return hex.EncodeToString(w.whole.Sum(nil)), nil
}

// Close lets go of the archive, and removes what was not finished.
func (w *Writer) Close() error {
	err := w.file.Close()
	if gone := os.Remove(w.file.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// Place gives a file that is whole its name, unless another has it, and has the name on disk.
func Place(temporary, name string) error {
	// A second name and not a new one: the system refuses it when the name is taken.
	if err := os.Link(temporary, name); err != nil {
		return fmt.Errorf("give the file its name: %w", err)
	}
	if err := os.Remove(temporary); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // it does so by itself, and refuses to be asked
	}
	folder, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Reader is an archive that has been found whole.
type Reader struct {
	Manifest Manifest
	zip      *zip.ReadCloser
}

// Open reads an archive and holds every part against the manifest before anything is done with it.
func Open(name string) (*Reader, error) {
	opened, err := zip.OpenReader(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no backup, or is cut off: %w", name, err)
	}
	r := &Reader{zip: opened}
	if err := r.verify(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), r.Close())
	}
	return r, nil
}

func (r *Reader) verify() error {
	file, err := r.zip.Open(manifestName)
	if err != nil {
		return errors.New("this is no backup: it has no manifest")
	}
	defer file.Close()
	if err := json.NewDecoder(file).Decode(&r.Manifest); err != nil {
		return fmt.Errorf("the manifest is damaged: %w", err)
	}
	if r.Manifest.Format != Format {
		return fmt.Errorf("this backup has layout %d, this program reads %d: use the program that made it, or a newer one", r.Manifest.Format, Format)
	}
	listed := map[string]bool{manifestName: true}
	for _, part := range r.Manifest.Parts {
		listed[part.Name] = true
	}
	for _, entry := range r.zip.File {
		if !listed[entry.Name] {
			return fmt.Errorf("the backup was changed: %s is not in its manifest", entry.Name)
		}
	}
	for _, part := range r.Manifest.Parts {
		sum, counter := sha256.New(), new(size)
		if err := r.Read(part.Name, io.MultiWriter(sum, counter)); err != nil {
			return fmt.Errorf("the backup is damaged: %s: %w", part.Name, err)
		}
		if int64(*counter) != part.Size || hex.EncodeToString(sum.Sum(nil)) != part.SHA256 {
			return fmt.Errorf("the backup is damaged: %s is not what was backed up", part.Name)
		}
	}
	return nil
}

// Read writes the content of a part somewhere.
func (r *Reader) Read(part string, to io.Writer) error {
	file, err := r.zip.Open(part)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(to, file)
	return err
}

// Close lets go of the archive.
func (r *Reader) Close() error { return r.zip.Close() }
