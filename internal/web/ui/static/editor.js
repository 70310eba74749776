// Abilita: the page where trainers write. Script adds CodeMirror over the text area,
// checks that answer while one types, corrections at one press, pieces at the cursor,
// and the page as its readers will see it. Without script, or where CodeMirror does
// not start, the form does the same at the press of its buttons.
//
// The text area stays the field of the form and holds the text at every moment, with
// the selection. Other scripts put text in by `setRangeText` and an `input` event on
// it; paste and drop of files come to the box around it, `.write`, from either face.
"use strict";

const english = document.documentElement.lang === "en";
const mac = /Mac|iP(hone|ad|od)/.test(navigator.platform);

const phrases = english ? {} : {
  "Find": "Cerca", "Replace": "Sostituisci con", "next": "successivo", "previous": "precedente", "all": "tutti", "match case": "maiuscole e minuscole",
  "regexp": "espressione regolare", "by word": "parole intere", "replace": "sostituisci", "replace all": "sostituisci tutti", "close": "chiudi",
  "current match": "trovato", "on line": "alla riga", "replaced match on line $": "sostituito alla riga $", "replaced $ matches": "sostituiti: $",
  "Go to line": "Vai alla riga", "go": "vai", "Diagnostics": "Problemi", "No diagnostics": "Nessun problema", "Selection deleted": "Selezione cancellata", "Control character": "Carattere di controllo",
};

for (const form of document.querySelectorAll("form[data-editor]")) {
  const box = form.querySelector(".write"), area = box.querySelector("textarea"), say = form.dataset;
  const found = document.getElementById("found"), heading = document.getElementById("h-found"), kept = document.getElementById("kept");
  const live = document.getElementById("live"), columns = form.closest(".cols");
  let problems = [], checked = null, face = null;

  const make = (tag, cls, text) => {
    const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (text) e.textContent = text;
    return e;
  };
  const shape = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", `shape s-${name}`);
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${say.sprite}#s-${name}`);
    svg.append(use);
    return svg;
  };
  const rank = { error: 0, warning: 1, advice: 2 };
  const worstOfLines = () => {
    const worst = new Map();
    for (const p of problems) if (p.line && (!worst.has(p.line) || rank[p.severity] < rank[worst.get(p.line).severity])) worst.set(p.line, p);
    return worst;
  };
  // Places are line and column counted in characters, as the checks give them.
  const place = (text, line, col) => {
    const lines = text.split("\n"), n = Math.min(Math.max(line, 1), lines.length);
    const before = lines.slice(0, n - 1).reduce((sum, l) => sum + l.length + 1, 0);
    return before + [...lines[n - 1]].slice(0, Math.max(col, 1) - 1).join("").length;
  };

  // The plain face: long lines wrap and the numbers follow.
  const plain = () => {
    const gutter = box.querySelector(".gutter"), ruler = make("div", "ruler");
    ruler.setAttribute("aria-hidden", "true");
    document.body.append(ruler);
    box.classList.add("soft-wrap");
    area.wrap = "soft";
    const show = () => {
      const lines = area.value.split("\n"), pad = getComputedStyle(area), width = area.clientWidth - parseFloat(pad.paddingLeft) - parseFloat(pad.paddingRight);
      ruler.style.width = `${width}px`;
      ruler.replaceChildren(...lines.map((l) => make("div", "", l || "\u200b")));
      const worst = worstOfLines();
      const rows = lines.map((_, i) => {
        const li = gutter.children[i] ?? make("li"), p = worst.get(i + 1);
        li.id = `L${i + 1}`;
        li.className = p ? { error: "e", warning: "a", advice: "" }[p.severity] : "";
        li.replaceChildren(...(p && p.severity !== "advice" ? [shape(p.shape)] : []), String(i + 1));
        return li;
      });
      const heights = [...ruler.children].map((d) => d.getBoundingClientRect().height);
      rows.forEach((li, i) => { li.style.height = `${heights[i]}px`; });
      gutter.replaceChildren(...rows);
      area.style.height = `${heights.reduce((a, b) => a + b, 0) + 6 * parseFloat(pad.lineHeight)}px`;
    };
    addEventListener("resize", show);
    area.addEventListener("input", show);
    show();
    return {
      show,
      goTo(line) {
        const from = place(area.value, line, 1);
        area.focus({ preventScroll: true });
        area.setSelectionRange(from, from + (area.value.split("\n")[line - 1] ?? "").length);
        gutter.children[line - 1]?.scrollIntoView({ block: "center" });
      },
      replace(from, to, text) {
        area.focus({ preventScroll: true });
        area.setRangeText(text, from, to, "end");
        area.dispatchEvent(new Event("input", { bubbles: true }));
      },
      leave() { removeEventListener("resize", show); area.removeEventListener("input", show); ruler.remove(); },
    };
  };

  // What stands in a line, for its colours: keys, marks and names are ours, the rest
  // is Markdown.
  const inline = [
    [/`[^`]+`/g, "w-mark"], [/\{[^{}\n]{1,40}\}/g, "w-name"], [/___+/g, "w-name"], [/\*\*[^*\n]+\*\*/g, "w-strong"],
    [/(?:^|[^*\w])\*[^*\s][^*\n]*\*(?!\*)/g, "w-em"], [/\]\([^)\n]*\)/g, "w-to"], [/^\s*(?:[-*+]|\d+[.)])\s+\[[ xX+-]\]/g, "w-mark"], [/\|/g, "w-soft"],
  ];
  const colours = (cm) => {
    const mark = Object.fromEntries([...new Set(inline.map(([, c]) => c)), "w-key", "w-soft"].map((c) => [c, cm.Decoration.mark({ class: c })]));
    const line = { "#": cm.Decoration.line({ class: "w-head" }), ">": cm.Decoration.line({ class: "w-said" }) };
    const draw = (view) => {
      const list = [];
      for (const { from, to } of view.visibleRanges) {
        for (let at = from; at <= to;) {
          const l = view.state.doc.lineAt(at), text = l.text;
          if (/^#{1,6}\s/.test(text)) list.push(line["#"].range(l.from));
          else if (text.startsWith(">")) list.push(line[">"].range(l.from));
          const bullet = /^\s*(?:[-*+]|\d+[.)])\s/.exec(text);
          if (bullet) {
            list.push(mark["w-soft"].range(l.from, l.from + bullet[0].length));
            const key = /^[^:[\]`*«"{}]{1,40}:/.exec(text.slice(bullet[0].length));
            if (key) list.push(mark["w-key"].range(l.from + bullet[0].length, l.from + bullet[0].length + key[0].length));
          }
          for (const [form, name] of inline) {
            if (name === "w-soft" && !text.startsWith("|")) continue;
            for (const m of text.matchAll(form)) list.push(mark[name].range(l.from + m.index, l.from + m.index + m[0].length));
          }
          at = l.to + 1;
        }
      }
      return cm.Decoration.set(list, true);
    };
    return cm.ViewPlugin.fromClass(class {
      constructor(view) { this.decorations = draw(view); }
      update(u) { if (u.docChanged || u.viewportChanged) this.decorations = draw(u.view); }
    }, { decorations: (v) => v.decorations });
  };

  // CodeMirror over the text area. Its style sheets carry the nonce of this page.
  const codeMirror = (cm) => {
    const { EditorState, EditorView } = cm;
    const outside = cm.Annotation.define(), setShapes = cm.StateEffect.define();
    class Shape extends cm.GutterMarker {
      constructor(p) { super(); this.p = p; }
      eq(o) { return o.p.shape === this.p.shape && o.p.text === this.p.text; }
      toDOM() { const s = make("span"); s.title = `${this.p.word}: ${this.p.text}`; s.append(shape(this.p.shape)); return s; }
    }
    const shapes = cm.StateField.define({
      create: () => cm.RangeSet.empty,
      update(set, tr) {
        set = set.map(tr.changes);
        for (const e of tr.effects) if (e.is(setShapes)) set = e.value;
        return set;
      },
    });
    let own = false;
    const view = new EditorView({
      parent: box,
      state: EditorState.create({
        doc: area.value,
        selection: { anchor: Math.min(area.selectionStart, area.value.length) },
        extensions: [
          EditorView.cspNonce.of(say.nonce),
          EditorState.phrases.of(phrases),
          shapes,
          cm.gutter({ class: "w-shapes", markers: (v) => v.state.field(shapes), initialSpacer: () => new Shape({ shape: "none", word: "", text: "" }) }),
          cm.lineNumbers(), cm.highlightActiveLine(), cm.history(), cm.search({ top: true }), EditorView.lineWrapping, colours(cm),
          cm.keymap.of([...cm.searchKeymap, ...cm.historyKeymap, ...cm.lintKeymap, ...cm.standardKeymap]), // no Tab: it leaves the text
          EditorView.contentAttributes.of({
            tabindex: "0", "aria-labelledby": "body-label", "aria-describedby": area.getAttribute("aria-describedby"), lang: area.lang, spellcheck: "true", autocapitalize: "off", autocorrect: "off",
            ...(area.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
          }),
          EditorView.updateListener.of((u) => {
            if (u.docChanged && !u.transactions.some((t) => t.annotation(outside))) {
              own = true;
              area.value = u.state.doc.toString();
              area.dispatchEvent(new Event("input", { bubbles: true }));
              own = false;
            }
            if (u.selectionSet || u.docChanged) {
              const { from, to } = u.state.selection.main;
              area.setSelectionRange(from, to);
            }
          }),
        ],
      }),
    });
    area.addEventListener("input", () => { // somebody else wrote in the text area
      if (own) return;
      const was = view.state.doc.toString(), now = area.value;
      let head = 0, tail = 0;
      while (head < was.length && head < now.length && was[head] === now[head]) head++;
      while (tail < was.length - head && tail < now.length - head && was[was.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
      view.dispatch({
        changes: { from: head, to: was.length - tail, insert: now.slice(head, now.length - tail) },
        selection: { anchor: Math.min(area.selectionEnd, now.length) }, annotations: outside.of(true), scrollIntoView: true,
      });
    });
    document.getElementById("body-label").addEventListener("click", (e) => { e.preventDefault(); view.focus(); });
    box.classList.add("cm");
    const between = (doc, p) => {
      const at = Math.min(p.line, doc.lines), l = doc.line(at), text = doc.toString();
      if (p.mend && (p.mend.line !== p.mend.end_line || p.mend.col !== p.mend.end_col)) {
        const from = place(text, p.mend.line, p.mend.col), to = place(text, p.mend.end_line, p.mend.end_col);
        if (p.mend.line === at && from < to) return [from, Math.min(to, l.to)];
      }
      const from = Math.min(place(text, at, p.col), l.to), end = l.from + l.text.trimEnd().length;
      return from < end ? [from, end] : [l.from, l.to];
    };
    return {
      show() {
        const { doc } = view.state, list = new cm.RangeSetBuilder(), worst = worstOfLines();
        for (const n of [...worst.keys()].sort((a, b) => a - b)) if (n <= doc.lines) list.add(doc.line(n).from, doc.line(n).from, new Shape(worst.get(n)));
        const diagnostics = problems.filter((p) => p.line && p.line <= doc.lines && p.text).map((p) => {
          const [from, to] = between(doc, p);
          return {
            from, to, severity: { error: "error", warning: "warning", advice: "info" }[p.severity], message: `${p.word}: ${p.text}${p.hint ? `. ${p.hint}` : ""}`,
            renderMessage() { // the button is ours: CodeMirror would name its own in English
              const told = make("span", "", this.message);
              if (!p.mend) return told;
              const press = make("button", "cm-diagnosticAction", say.mend);
              press.type = "button";
              press.addEventListener("click", () => mend(p));
              told.append(press);
              return told;
            },
          };
        });
        view.dispatch(cm.setDiagnostics(view.state, diagnostics));
        view.dispatch({ effects: setShapes.of(list.finish()) });
      },
      goTo(line) {
        const l = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
        view.dispatch({ selection: { anchor: l.from, head: l.to }, effects: EditorView.scrollIntoView(l.from, { y: "center" }) });
        view.focus();
        box.scrollIntoView({ block: "nearest" });
      },
      replace(from, to, text) {
        view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, scrollIntoView: true, userEvent: "input" });
        view.focus();
      },
    };
  };

  document.addEventListener("click", (e) => {
    const a = e.target.closest("a[href^='#L']");
    if (!a) return;
    e.preventDefault();
    if (columns.classList.contains("live") && !box.offsetParent) { columns.classList.remove("live"); label(); }
    face.goTo(Number(a.hash.slice(2)));
  });

  // What the checks say.
  const list = (answer, text) => {
    problems = answer.problems;
    checked = text;
    heading.textContent = answer.heading;
    const ul = make("ul", "reasons problems");
    for (const p of problems) {
      const li = make("li"), div = make("div"), b = make("b");
      b.append(make("span", `st-${p.shape}`, p.word), ", ");
      if (p.line) { const a = make("a", "", p.where); a.href = `#L${p.line}`; b.append(a); } else b.append(p.where);
      b.append(`: ${p.text}`);
      div.append(b);
      if (p.hint) div.append(make("span", "small", p.hint));
      if (p.mend) {
        const press = make("button", "btn s", say.mend);
        press.type = "submit";
        press.setAttribute("form", form.id);
        press.name = "do";
        press.value = p.press;
        press.append(make("span", "sr", `: ${p.where}, ${p.text}`));
        div.append(press);
      }
      if (p.steps) {
        const details = make("details", "small"), ol = make("ol", "path tl");
        for (const k of p.steps) {
          const step = make("li"), inner = make("div");
          inner.append(make("h3", "", k.title), make("p", "", k.text));
          step.append(shape(k.shape), inner);
          ol.append(step);
        }
        details.append(make("summary", "", p.shown), ol);
        div.append(details);
      }
      li.append(shape(p.shape), div);
      ul.append(li);
    }
    found.replaceChildren(problems.length ? ul : make("p", "soft", answer.well));
    face.show();
  };
  const send = (to, more) => {
    const data = new FormData(form);
    for (const [k, v] of Object.entries(more ?? {})) data.set(k, v);
    return fetch(to, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" } });
  };
  let checking = 0, saving = 0, drawing = 0, asked = 0, drawn = 0, busy = false, dirty = say.dirty !== undefined, clash = say.hold !== undefined, pressed = null;
  const check = async () => {
    const mine = ++asked, text = area.value;
    try {
      const answer = await send(say.check);
      if (answer.ok && mine === asked) list(await answer.json(), text);
    } catch { /* the next key tries again */ }
  };
  // A correction belongs to the text that was checked; another text is checked first.
  const mend = async (p) => {
    if (area.value !== checked) {
      await check();
      p = problems.find((q) => q.code === p.code && q.text === p.text && q.mend);
      if (!p || area.value !== checked) return;
    }
    const text = area.value, m = p.mend;
    face.replace(place(text, m.line, m.col), place(text, m.end_line, m.end_col), m.text);
    clearTimeout(checking);
    check();
  };
  const save = async () => {
    if (busy || clash || !dirty) return;
    busy = true;
    dirty = false;
    kept.parentElement.hidden = false;
    const text = area.value;
    try {
      const answer = await send(say.keep);
      if (answer.ok) {
        const now = await answer.json();
        form.elements.version.value = now.version;
        form.elements.read.value = text;
        kept.textContent = now.saved;
      } else {
        clash = answer.status === 409;
        dirty = true;
        kept.textContent = clash ? say.clash : say.unsaved;
      }
    } catch {
      dirty = true;
      kept.textContent = say.unsaved;
    }
    busy = false;
    if (pressed) { const b = pressed; pressed = null; form.requestSubmit(b); }
  };

  // The page as its readers will see it: the form's own answer, of which one part is taken.
  const draw = async () => {
    if (!columns.classList.contains("live")) return;
    const mine = ++drawn;
    try {
      const answer = await send(form.action, { do: "preview" });
      if (!answer.ok || mine !== drawn) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      if (page) live.replaceChildren(...document.importNode(page, true).childNodes);
    } catch { /* the next key tries again */ }
  };
  const toggle = form.querySelector("button[value='preview']");
  const label = () => {
    const on = columns.classList.contains("live");
    toggle.setAttribute("aria-expanded", String(on));
    toggle.textContent = on ? say.alone : say.beside;
  };
  if (toggle) {
    toggle.setAttribute("aria-controls", "live");
    label();
  }

  // A piece goes where the cursor is: a block with empty lines around it, a row on a
  // line of its own, words where one writes.
  const put = (piece) => {
    const text = area.value, at = area.selectionEnd;
    if (piece.dataset.mode === "words") { face.replace(area.selectionStart, at, piece.dataset.text); return; }
    const end = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at), line = text.slice(text.lastIndexOf("\n", end - 1) + 1, end);
    const before = text.slice(0, end), after = text.slice(end);
    let lead = line.trim() ? "\n" : "", tail = "";
    if (piece.dataset.mode === "block") {
      if (line.trim()) lead = "\n\n"; else if (before.trim() && !before.endsWith("\n\n")) lead = "\n";
      if (after.trim() && !after.startsWith("\n\n")) tail = "\n";
    }
    face.replace(end, end, lead + piece.dataset.text + tail);
  };

  if (say.hold) {
    kept.parentElement.hidden = false;
    kept.textContent = say.hold;
  }
  area.addEventListener("input", () => {
    dirty = true;
    clearTimeout(checking);
    checking = setTimeout(check, 700);
    clearTimeout(drawing);
    drawing = setTimeout(draw, 1200);
    clearTimeout(saving);
    saving = setTimeout(save, 4000);
  });
  form.addEventListener("submit", (e) => {
    const does = e.submitter?.value ?? "";
    if (does === "insert") {
      const piece = form.elements.piece.selectedOptions[0];
      if (!piece?.dataset.text || form.elements.after.value) return; // the server does it
      e.preventDefault();
      put(piece);
      return;
    }
    if (does.startsWith("mend")) {
      const p = problems.find((q) => q.press === does && q.mend);
      if (!p) return;
      e.preventDefault();
      mend(p);
      return;
    }
    if (does === "preview") {
      e.preventDefault();
      columns.classList.toggle("live");
      label();
      draw();
      toggle.scrollIntoView({ block: "nearest" });
      return;
    }
    clearTimeout(saving);
    if (busy) { e.preventDefault(); pressed = e.submitter; return; } // what saves itself goes first
    dirty = false;
  });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
  for (const li of found.querySelectorAll("li")) { // what the page found already
    const a = li.querySelector("a[href^='#L']"), use = li.querySelector("use");
    const name = use?.getAttribute("href").split("#s-")[1];
    if (a) problems.push({ line: Number(a.hash.slice(2)), col: 1, severity: { stop: "error", warn: "warning" }[name] ?? "advice", shape: name, word: "", text: "" });
  }
  const arrive = () => { if (/^#L\d+$/.test(location.hash)) face.goTo(Number(location.hash.slice(2))); };
  columns.classList.add("scripted");
  face = plain();
  arrive();
  if (say.nonce) {
    import("./codemirror.js").then((cm) => {
      const better = codeMirror(cm);
      face.leave();
      face = better;
      face.show();
      check();
      arrive();
      const hint = document.getElementById("body-hint");
      hint.append(` ${say.keys.replace("Ctrl", mac ? "⌘" : "Ctrl")}`);
    }).catch(() => { /* the text area does the same */ });
  }
}
