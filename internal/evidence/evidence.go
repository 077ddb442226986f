// Package evidence keeps the content of files outside the database, in a folder, each under the SHA-256 of its content.
// It tells what a content is, and knows nothing of whose it is.
package evidence

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"vinhdanh/model"
)

// extensions are the file types that can support a nomination, with the endings their names may have.
var extensions = map[string][]string{
	"application/pdf": {".pdf"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       {".xlsx"},
	"image/jpeg": {".jpg", ".jpeg"},
	"image/png":  {".png"},
}

// maxName is the most characters of a file's name.
const maxName = 200

// Content is a checked file in memory.
type Content struct {
	Name      string
	MediaType string
	SHA256    string
	Bytes     []byte
}

// Read takes a file, tells its type by its content, and refuses other types, other names and more than limit bytes.
func Read(name string, r io.Reader, limit int64) (*Content, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the upload: %w", err)
	}
	name = path.Base(strings.ReplaceAll(strings.TrimSpace(name), `\`, "/"))
	switch {
	case int64(len(data)) > limit:
		return nil, model.Errorf(model.CodePayloadTooLarge, "evidence.too_large", "max", limit>>20)
	case len(data) == 0:
		return nil, model.BadInput("input.file", "evidence.empty")
	case strings.TrimSuffix(name, path.Ext(name)) == "" || name == "/" || utf8.RuneCountInString(name) > maxName || strings.ContainsAny(name, "\r\n\t"):
		return nil, model.BadInput("input.file", "evidence.name")
	}
	detected := mimetype.Detect(data)
	for mediaType, endings := range extensions {
		if !detected.Is(mediaType) {
			continue
		}
		for _, ending := range endings {
			if strings.HasSuffix(strings.ToLower(name), ending) {
				sum := sha256.Sum256(data)
				return &Content{Name: name, MediaType: mediaType, SHA256: hex.EncodeToString(sum[:]), Bytes: data}, nil
			}
		}
		return nil, model.BadInput("input.file", "evidence.ending", "name", name, "endings", strings.Join(endings, ", "))
	}
	return nil, model.BadInput("input.file", "evidence.type", "found", detected.String())
}

// Folder is where contents lie. Nothing outside it can be reached through it.
type Folder struct{ root *os.Root }

// OpenFolder opens the folder, making it when it is not there.
func OpenFolder(name string) (*Folder, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("make the evidence folder: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open the evidence folder: %w", err)
	}
	f := &Folder{root}
	return f, f.clear()
}

// incoming is where contents lie while they are written, abandoned for how long one may have been left by a crash: other
// servers write there, too.
const (
	incoming  = "incoming"
	abandoned = time.Hour
)

// clear removes what a server that died left half-written.
func (f *Folder) clear() error {
	left, err := fs.ReadDir(f.root.FS(), incoming)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the evidence folder: %w", err)
	}
	for _, entry := range left {
		info, err := entry.Info()
		if err != nil || time.Since(info.ModTime()) < abandoned {
			continue // another server is at it
		}
		if err := f.root.Remove(path.Join(incoming, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clear the evidence folder: %w", err)
		}
	}
	return nil
}

// Put keeps a content and has it on disk when it returns. The same content is kept once; one that was damaged is kept anew.
func (f *Folder) Put(c *Content) error {
	if _, err := f.Open(c.SHA256); err == nil {
		return nil
	}
	for _, folder := range []string{incoming, path.Dir(place(c.SHA256))} {
		if err := f.root.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("make room for evidence: %w", err)
		}
	}
	temporary := path.Join(incoming, rand.Text())
	if err := f.writeSynced(temporary, c.Bytes); err != nil {
		return errors.Join(fmt.Errorf("write evidence: %w", err), f.root.Remove(temporary))
	}
	if err := f.root.Rename(temporary, place(c.SHA256)); err != nil {
		return errors.Join(fmt.Errorf("keep evidence: %w", err), f.root.Remove(temporary))
	}
	return errors.Join(f.sync(path.Dir(place(c.SHA256))), f.sync("."))
}

// sync puts the names in a folder on disk; without it a power cut can take a file away whose content is there.
func (f *Folder) sync(name string) error {
	if runtime.GOOS == "windows" {
		return nil // it does so by itself, and refuses to be asked
	}
	folder, err := f.root.Open(name)
	if err != nil {
		return fmt.Errorf("keep evidence: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (f *Folder) writeSynced(name string, data []byte) error {
	file, err := f.root.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, bytes.NewReader(data))
	return errors.Join(err, file.Sync(), file.Close())
}

// Open reads a content and checks it against its SHA-256 before giving out a byte.
func (f *Folder) Open(sum string) ([]byte, error) {
	if !named(sum) {
		return nil, fs.ErrNotExist
	}
	data, err := f.root.ReadFile(place(sum))
	if err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	if found := sha256.Sum256(data); hex.EncodeToString(found[:]) != sum {
		return nil, fmt.Errorf("evidence %s is damaged", sum)
	}
	return data, nil
}

// Files lists what lies in the folder, in order: the name of each file, and when it was written.
func (f *Folder) Files(file func(name string, written time.Time) error) error {
	return fs.WalkDir(f.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a temporary file that has got its name meanwhile
		}
		if err != nil {
			return err
		}
		return file(path.Base(name), info.ModTime())
	})
}

// named says whether a text can be the name of a content.
func named(sum string) bool {
	_, err := hex.DecodeString(sum)
	return err == nil && len(sum) == 2*sha256.Size && strings.ToLower(sum) == sum
}

// TryWriting says whether files can be made in the folder.
func (f *Folder) TryWriting() error {
	name := "try." + rand.Text()
	if err := f.writeSynced(name, nil); err != nil {
		return err
	}
	return f.root.Remove(name)
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

func place(sum string) string { return path.Join(sum[:2], sum) }
