// What static/editor.js needs of CodeMirror, and nothing else. The text is coloured
// there, line by line: a parser of Markdown would weigh a third more and know
// nothing of keys, marks and names between braces.
export { Annotation, EditorState, RangeSet, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
export { Decoration, EditorView, GutterMarker, ViewPlugin, gutter, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
export { history, historyKeymap, standardKeymap } from "@codemirror/commands";
export { search, searchKeymap } from "@codemirror/search";
export { lintKeymap, linter, setDiagnostics } from "@codemirror/lint";
