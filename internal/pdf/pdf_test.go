package pdf_test

import (
	"bytes"
	"testing"
	"time"

	"abilita/internal/pdf"
)

func paper() pdf.Certificate {
	return pdf.Certificate{
		Lang: "it", Title: "Certificato di abilitazione alla linea", Org: "Casa Aperta ODV", Attests: "Si attesta che", Name: "Żaneta Ђорђевић", Number: "n. v0398",
		Passed: "ha superato tutte le prove del programma e può rispondere alla", Enabled: "Linea donazioni, telefono", Level: "Livello supervisionato",
		Facts:   []pdf.Pair{{Term: "Vale", Value: "dal 19 gennaio 2027, 17:30, ora di Roma, alle 24 di mercoledì 19 gennaio 2028"}},
		Signers: []pdf.Pair{{Term: "Nadia Brambati", Value: "ha valutato"}, {Term: "Teresa Mancuso", Value: "ha firmato"}},
		Check:   "Inquadra il quadrato.", Code: "abcde-fghij", Address: "https://abilita.example/verify/abcde-fghij", Square: pdf.Square{Size: 3, Dark: func(x, y int) bool { return x == y }},
		SignedAt: time.Date(2027, 1, 19, 16, 30, 0, 0, time.UTC),
	}
}

func TestTheSamePaperIsTheSameBytes(t *testing.T) {
	t.Parallel()
	var a, b bytes.Buffer
	if err := paper().Write(&a); err != nil {
		t.Fatal(err)
	}
	if err := paper().Write(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(a.Bytes(), []byte("%PDF-")) || a.Len() > 200_000 {
		t.Errorf("%d bytes that begin %q", a.Len(), a.Bytes()[:8])
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two writings differ")
	}
	if n := bytes.Count(a.Bytes(), []byte("/Type /Page\n")); n != 1 {
		t.Errorf("%d pages", n)
	}
}

// A character outside the face is set in the other one, which is then part of
// the file; a plain name does not need it.
func TestANameKeepsItsLetters(t *testing.T) {
	t.Parallel()
	size := func(name string) int {
		p := paper()
		p.Name = name
		var b bytes.Buffer
		if err := p.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Len()
	}
	if plain, other := size("Zaneta"), size("Ђорђевић"); other <= plain {
		t.Errorf("%d bytes with letters of another face, %d without", other, plain)
	}
}
