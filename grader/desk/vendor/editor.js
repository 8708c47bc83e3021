// The SQL editor's parts, as one module.
export { basicSetup } from "codemirror";
export { EditorState, Compartment, Prec, StateEffect } from "@codemirror/state";
export { EditorView, keymap, placeholder } from "@codemirror/view";
export { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
export { SQLDialect, StandardSQL, sql } from "@codemirror/lang-sql";
export { completeFromList } from "@codemirror/autocomplete";
export { linter, setDiagnostics } from "@codemirror/lint";
export { indentWithTab } from "@codemirror/commands";
export { tags } from "@lezer/highlight";
