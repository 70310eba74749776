// Package ui is the look: pages as structs, their templates, the styles, the
// shapes and the few lines of script.
//
// A page is a pointer to a struct that embeds Base; its template is
// html/page/NAME.html and defines "main". Handlers fill the struct with values
// that are ready to be shown (no page computes, compares or counts) and hand it
// to Renderer.Render, which writes nothing unless the whole page came out well.
// Fixed words are asked of the catalogue by the templates; what depends on the
// case (names, titles, reasons) arrives in the struct.
//
// Shape language: round goes, diamond asks, square rests, octagon stops. A
// state is always a word and a shape, and only then a colour (State, Mark).
// Saffron means "here, now, your turn" and nothing else: one saffron button in
// sight at a time.
//
// Everything works without script; enhance.js only shortens the way. No page
// holds a style attribute, an inline script or an address of another site. The
// page where trainers write loads editor.js too, which brings CodeMirror and its
// style sheets under the nonce of that page; other scripts reach the text
// through the text area, as its first lines say.
package ui
