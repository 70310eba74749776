package pg

import (
	"context"
	"database/sql"
	"sync"

	"github.com/jmoiron/sqlx"
)

// prepared is the pool for reading, with each statement prepared at its first
// use: planning a statement anew costs more than running it. The texts of
// statements are constants of the program, so their number is bounded. The pool
// must reach the server directly: a transaction pooler breaks prepared
// statements.
type prepared struct {
	pool *sqlx.DB
	mu   sync.RWMutex
	all  map[string]*sqlx.Stmt
}

func (p *prepared) stmt(ctx context.Context, query string) (*sqlx.Stmt, error) {
	p.mu.RLock()
	s, ok := p.all[query]
	p.mu.RUnlock()
	if ok {
		return s, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.all[query]; ok {
		return s, nil
	}
	s, err := p.pool.PreparexContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.all[query] = s
	return s, nil
}

// ExecContext implements Q; outside a transaction it can write nothing.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.pool.ExecContext(ctx, query, args...)
}

// GetContext implements Q.
func (p *prepared) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return err
	}
	return s.GetContext(ctx, dest, args...)
}

// SelectContext implements Q.
func (p *prepared) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return err
	}
	return s.SelectContext(ctx, dest, args...)
}

// QueryxContext implements Q.
func (p *prepared) QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryxContext(ctx, args...)
}

// QueryRowxContext implements Q.
func (p *prepared) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	s, err := p.stmt(ctx, query)
	if err != nil {
		return p.pool.QueryRowxContext(ctx, query, args...) // says the same error when scanned
	}
	return s.QueryRowxContext(ctx, args...)
}
