package exchange

import (
	"abilita/internal/foreign"
	"abilita/quiz"
)

func (im *importer) qti([]byte) error { return foreign.ErrNotFormat.With("format", string(QTI)) }

func (x *exporter) qti(quiz.Bank) ([]byte, error) { return nil, nil }
