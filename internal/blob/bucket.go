package blob

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// most is how many bytes of a blob are read at once: no blob of ours is larger.
const most = 32 << 20

// bucket keeps blobs in a store that speaks S3.
type bucket struct {
	client       *minio.Client
	name, prefix string
}

func newBucket(host, key, secret, name, prefix, region string, tls bool) (*bucket, error) {
	client, err := minio.New(host, &minio.Options{Creds: credentials.NewStaticV4(key, secret, ""), Secure: tls, Region: region})
	if err != nil {
		return nil, fmt.Errorf("store of media: %w", err)
	}
	return &bucket{client, name, prefix}, nil
}

func (b *bucket) place(hash string) (string, error) {
	name, err := place(hash)
	return path.Join(b.prefix, name), err
}

// Put sends the bytes, unless they are there.
func (b *bucket) Put(ctx context.Context, hash string, body []byte) error {
	name, err := b.place(hash)
	if err != nil {
		return err
	}
	if info, err := b.client.StatObject(ctx, b.name, name, minio.StatObjectOptions{}); err == nil && info.Size == int64(len(body)) {
		return nil
	}
	_, err = b.client.PutObject(ctx, b.name, name, bytes.NewReader(body), int64(len(body)), minio.PutObjectOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return fmt.Errorf("keep blob %s: %w", hash, err)
	}
	return nil
}

// Open reads the blob whole: readers jump about in sounds and films, and each
// jump would be a question to the store.
func (b *bucket) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	name, err := b.place(hash)
	if err != nil {
		return nil, err
	}
	object, err := b.client.GetObject(ctx, b.name, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, fmt.Errorf("open blob %s: %w", hash, err)
	}
	defer object.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(io.LimitReader(object, most))
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%w: %s", ErrNone, hash)
	}
	if err != nil {
		return nil, fmt.Errorf("read blob %s: %w", hash, err)
	}
	return inMemory{bytes.NewReader(body)}, nil
}

// Delete removes the object; S3 says nothing of one that is not there.
func (b *bucket) Delete(ctx context.Context, hash string) error {
	name, err := b.place(hash)
	if err != nil {
		return err
	}
	if err := b.client.RemoveObject(ctx, b.name, name, minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("delete blob %s: %w", hash, err)
	}
	return nil
}
