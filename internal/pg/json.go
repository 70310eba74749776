package pg

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// JSON is a jsonb column holding a T. It travels as text: with
// binary_parameters lib/pq would send []byte as binary jsonb, which the server
// refuses.
type JSON[T any] struct{ V T }

// AsJSON wraps v for an argument.
func AsJSON[T any](v T) JSON[T] { return JSON[T]{v} }

// Value implements driver.Valuer.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan implements sql.Scanner; NULL leaves the zero T.
func (j *JSON[T]) Scan(src any) error {
	switch s := src.(type) {
	case nil:
		var zero T
		j.V = zero
		return nil
	case []byte:
		return json.Unmarshal(s, &j.V)
	case string:
		return json.Unmarshal([]byte(s), &j.V)
	}
	return fmt.Errorf("scan %T into JSON", src)
}
