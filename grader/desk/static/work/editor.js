// The SQL editor: CodeMirror with what this store holds for completion, and errors marked at their place.
import {
  EditorView, HighlightStyle, Prec, StandardSQL, basicSetup, completeFromList, keymap, setDiagnostics, sql,
  syntaxHighlighting, tags,
} from "../vendor/editor.js";
import { say } from "./words.js";

const BLANK = /<[A-Z_]+>/;

const LOOKS = HighlightStyle.define([
  { tag: tags.keyword, class: "sql-keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "sql-string" },
  { tag: [tags.number, tags.bool, tags.null], class: "sql-number" },
  { tag: tags.comment, class: "sql-comment" },
  { tag: [tags.name, tags.typeName, tags.standard(tags.name)], class: "sql-name" },
]);

/**
 * Puts the editor in place of what is in `host`.
 * @param {HTMLElement} host
 * @param {{text: string, label: string, run: () => void, leave: () => void, changed: (text: string) => void}} options
 */
export function openEditor(host, { text, label, run, leave, changed }) {
  const known = vocabulary();
  host.replaceChildren();
  const view = new EditorView({
    doc: text,
    parent: host,
    extensions: [
      EditorView.cspNonce.of(document.querySelector('meta[name="csp-nonce"]').content),
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }, { key: "Ctrl-Enter", run: () => (run(), true) }])),
      basicSetup,
      keymap.of([{ key: "Escape", run: () => (leave(), true) }]), // Tab is not bound: it leaves the editor as well
      sql({ dialect: StandardSQL }),
      StandardSQL.language.data.of({ autocomplete: async (context) => (await known).names(context) }),
      StandardSQL.language.data.of({ autocomplete: async (context) => (await known).seen(context) }),
      syntaxHighlighting(LOOKS),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
    ],
  });
  return new Editor(view);
}

class Editor {
  constructor(view) {
    this.view = view;
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Put a query in place of what is there; the first blank to fill in is chosen, so that typing replaces it. */
  show(text) {
    const blank = BLANK.exec(text);
    const selection = blank ? { anchor: blank.index, head: blank.index + blank[0].length } : { anchor: text.length };
    this.clear();
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, selection });
    this.view.focus();
  }

  /** The first blank that nobody filled in, as an error at its place; null where there is none. */
  blank() {
    const found = BLANK.exec(this.text);
    if (!found) return null;
    const line = this.view.state.doc.lineAt(found.index);
    return { sentence: say("blank", { blank: found[0] }), detail: "", line: line.number, column: found.index - line.from + 1 };
  }

  /** Mark an error; lines and columns count from 1. */
  mark(line, column, message) {
    const { doc } = this.view.state;
    const held = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const from = Math.min(held.from + Math.max(column - 1, 0), held.to);
    const word = /^(?:<\w+>|[\w.]+|\S)/.exec(doc.sliceString(from, held.to))?.[0] ?? "";
    const start = word ? from : Math.max(from - 1, held.from);
    this.view.dispatch(setDiagnostics(this.view.state, [{ from: start, to: word ? from + word.length : from, severity: "error", message }]));
    this.place = start;
  }

  /** Go to what was marked last. */
  visit() {
    this.view.dispatch({ selection: { anchor: Math.min(this.place ?? 0, this.view.state.doc.length) }, scrollIntoView: true });
    this.view.focus();
  }

  clear() {
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }
}

/** What can be completed: names outside of texts, and within them the calls and services of this store. */
async function vocabulary() {
  const answer = await fetch("/api/columns").catch(() => null);
  const { columns = {}, functions = {}, calls = [], services = [] } = answer?.ok ? await answer.json() : {};
  const names = completeFromList([
    { label: "EDS_ID", type: "constant", detail: say("store"), boost: 2 },
    ...Object.entries(columns).map(([label, detail]) => ({ label, type: "property", detail, boost: 1 })),
    ...Object.entries(functions).map(([label, detail]) => ({ label, type: "function", detail })),
  ]);
  const texts = [
    ...calls.map((label) => ({ label, type: "text", detail: say("seen") })),
    ...services.map((label) => ({ label, type: "text", detail: say("service") })),
  ];
  return {
    names: (context) => (openText(context) ? null : names(context)),
    seen(context) {
      const open = openText(context);
      return open && { from: open.from + 1, options: texts, validFor: /^[\w.]*$/ };
    },
  };
}

/** The text that the cursor is in, from its opening quote; null outside of texts. */
function openText(context) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  return before.split("'").length % 2 ? null : { from: line.from + before.lastIndexOf("'") };
}
