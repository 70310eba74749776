package apptest

import (
	"bytes"
	"testing/fstest"
)

// MentorsPack is the example pack with two lists that somebody watches, which
// two different people must sign: one requirement of li-osservo and li-insieme.
func MentorsPack() fstest.MapFS {
	pack := Pack()
	pack["esempio/it/liste/osservo.md"] = &fstest.MapFile{Data: []byte(`# Lista: osservo
- id: li-osservo
- versione: 1.0
- firma: osservatore

Guardi un mentore e poi racconti.

- **C1 Apertura**: sa dire come si apre una telefonata.
- **C2 Chiusura**: sa dire come si chiude.
`)}
	pack["esempio/it/liste/insieme.md"] = &fstest.MapFile{Data: []byte(`# Lista: insieme
- id: li-insieme
- versione: 1.0
- firma: osservatore

Lo fai con un mentore accanto.

- **C3 Dati**: chiede solo i dati che servono.
- **C4 Ricevuta**: spiega la ricevuta.
`)}
	programme := pack["esempio/it/programma.md"]
	programme.Data = bytes.Replace(programme.Data, []byte("### Prepara la tua postazione\n"), []byte("### Osserva, poi fai insieme\n"+
		"`competenze · lista`\n- contenuti: li-osservo, li-insieme\n- firmatari: 2\n\n### Prepara la tua postazione\n"), 1)
	return pack
}
