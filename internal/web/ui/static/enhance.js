// Abilita: what script adds. Nothing here is needed to do the job.
"use strict";

// The list of errors takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();

// A word typed in secret can be looked at.
const words = document.documentElement.lang === "en"
  ? { show: "Show", hide: "Hide", up: "Move up", down: "Move down", stop: "Stop the time", go: "Let the time run", left: (n) => `Silence: ${n} s`, sum: (n, m) => `${n} of ${m} so far` }
  : { show: "Mostra", hide: "Nascondi", up: "Sposta in su", down: "Sposta in giù", stop: "Ferma il tempo", go: "Fai ripartire il tempo", left: (n) => `Silenzio: ${n} s`, sum: (n, m) => `${n} su ${m} finora` };

function button(text, cls) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = cls;
  b.textContent = text;
  return b;
}

for (const box of document.querySelectorAll("[data-secret]")) {
  const input = box.querySelector("input"), b = button(words.show, "btn s");
  b.setAttribute("aria-controls", input.id);
  b.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    b.textContent = hidden ? words.hide : words.show;
  });
  box.append(b);
}

for (const box of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const input = box.querySelector("input, textarea"), b = button(box.dataset.copy, "btn s");
  b.setAttribute("aria-live", "polite");
  b.addEventListener("click", async () => {
    await navigator.clipboard.writeText(input.value);
    b.textContent = box.dataset.copied;
  });
  box.append(b);
}

// On a phone the people come before the filters, unless something is being filtered.
for (const box of document.querySelectorAll("details[data-fold]"))
  if (matchMedia("(max-width: 59.99rem)").matches && location.search.length < 2) box.open = false;

for (const b of document.querySelectorAll("[data-print]")) {
  b.hidden = false;
  b.addEventListener("click", () => window.print());
}

// Answers are printed open, also where the style cannot open them.
const shut = [];
addEventListener("beforeprint", () => {
  for (const d of document.querySelectorAll(".prose details:not([open])")) { d.open = true; shut.push(d); }
});
addEventListener("afterprint", () => { for (const d of shut.splice(0)) d.open = false; });

// Putting in order: the selects remain the answer, buttons move the rows.
for (const list of document.querySelectorAll("[data-order]")) {
  const renumber = () => [...list.children].forEach((row, i, rows) => {
    row.querySelector("select").value = String(i + 1);
    row.querySelector("[data-n]").textContent = String(i + 1);
    const [up, down] = row.querySelectorAll(".sq");
    up.disabled = i === 0;
    down.disabled = i === rows.length - 1;
  });
  [...list.children].sort((a, b) => a.querySelector("select").value - b.querySelector("select").value).forEach((r) => list.append(r));
  for (const row of list.children) {
    const mv = document.createElement("span");
    mv.className = "mv";
    for (const [dir, word] of [["up", words.up], ["down", words.down]]) {
      const b = button("", "sq");
      b.setAttribute("aria-label", `${word}: ${row.querySelector("[data-text]").textContent}`);
      b.innerHTML = `<svg class="i" aria-hidden="true"><use href="${list.dataset.sprite}#i-${dir}"/></svg>`;
      b.addEventListener("click", () => {
        const other = dir === "up" ? row.previousElementSibling : row.nextElementSibling;
        if (!other) return;
        dir === "up" ? other.before(row) : other.after(row);
        renumber();
        (b.disabled ? mv.querySelector(".sq:not([disabled])") : b).focus();
        row.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
      });
      mv.append(b);
    }
    row.append(mv);
  }
  list.classList.add("moving");
  renumber();
}

// Quiz: answers are saved as they are given; the word says when.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const says = document.getElementById(form.dataset.says);
  let timer = 0, busy = false, again = false;
  const save = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/plain" },
      });
      says.textContent = answer.ok ? await answer.text() : form.dataset.unsaved;
      if (answer.ok) form.elements.seen.value = answer.headers.get("Saved-As");
    } catch {
      says.textContent = form.dataset.unsaved;
    }
    busy = false;
    if (again) { again = false; save(); }
  };
  form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(save, 400); });
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 2000); });
}

// Quiz: minutes left, from the instant that the server gave.
for (const clock of document.querySelectorAll("[data-deadline]")) {
  const skew = Date.parse(clock.dataset.now) - Date.now(), end = Date.parse(clock.dataset.deadline);
  const tick = () => {
    const s = Math.max(0, Math.floor((end - Date.now() - skew) / 1000));
    clock.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  };
  tick();
  setInterval(tick, 1000);
}

// Call: the silence runs only if the reader lets it, and presses the same
// button that anybody can press.
for (const box of document.querySelectorAll("[data-silence]")) {
  const press = document.getElementById(box.dataset.press), bar = box.querySelector("progress"), text = box.querySelector("[data-left]");
  const total = Number(box.dataset.silence), b = button(words.stop, "btn s");
  let left = total, running = true;
  try { running = sessionStorage.getItem("silence") !== "off"; } catch { /* no storage: it runs */ }
  const show = () => { text.textContent = words.left(left); bar.value = total - left; b.textContent = running ? words.stop : words.go; };
  b.addEventListener("click", () => {
    running = !running;
    try { sessionStorage.setItem("silence", running ? "on" : "off"); } catch { /* asked again on the next turn */ }
    show();
  });
  setInterval(() => {
    if (!running || document.hidden || left === 0) return;
    left -= 1;
    show();
    if (left === 0) press.click();
  }, 1000);
  box.append(b);
  box.hidden = false;
  show();
}

// Module: where the reader is, told to the server at most every few seconds.
for (const text of document.querySelectorAll("[data-position]")) {
  let last = "", timer = 0;
  const seen = new IntersectionObserver((entries) => {
    for (const e of entries) if (e.isIntersecting && e.target.id) last = e.target.id;
    clearTimeout(timer);
    if (last) timer = setTimeout(() => fetch(text.dataset.position, { method: "POST", body: new URLSearchParams({ section: last }) }).catch(() => {}), 3000);
  }, { rootMargin: "0px 0px -60% 0px" });
  text.querySelectorAll("h2[id]").forEach((h) => seen.observe(h));
}

// Assessment: the points so far.
for (const form of document.querySelectorAll("form[data-rubric]")) {
  const says = form.querySelector("[data-sum]");
  const sum = () => {
    let points = 0, of = 0;
    for (const c of form.querySelectorAll("[data-weight]")) {
      const picked = c.querySelector("input:checked");
      if (!picked || picked.value === "n") continue;
      of += Number(c.dataset.weight);
      points += Number(c.dataset.weight) * Number(picked.value) / Number(c.dataset.best);
    }
    if (of > 0) says.textContent = words.sum(Math.floor(points), of);
  };
  form.addEventListener("change", sum);
  sum();
}

// Writing: long lines wrap and the gutter follows, the checks answer while one types,
// and the text is kept. Without script the buttons below do the same.
for (const form of document.querySelectorAll("form[data-editor]")) {
  const box = form.querySelector(".write"), area = box.querySelector("textarea"), gutter = box.querySelector(".gutter");
  const found = document.getElementById("found"), heading = document.getElementById("h-found"), kept = document.getElementById("kept");
  const ruler = document.createElement("div");
  ruler.className = "ruler";
  ruler.setAttribute("aria-hidden", "true");
  document.body.append(ruler);
  box.classList.add("soft-wrap");
  area.wrap = "soft";
  let problems = [];
  const shape = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", `shape s-${name}`);
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${form.dataset.sprite}#s-${name}`);
    svg.append(use);
    return svg;
  };
  const rank = { error: 0, warning: 1, advice: 2 };
  const number = () => {
    const lines = area.value.split("\n"), pad = getComputedStyle(area), width = area.clientWidth - parseFloat(pad.paddingLeft) - parseFloat(pad.paddingRight);
    ruler.style.width = `${width}px`;
    ruler.replaceChildren(...lines.map((l) => { const d = document.createElement("div"); d.textContent = l || "\u200b"; return d; }));
    const worst = new Map();
    for (const p of problems) if (p.line && (!worst.has(p.line) || rank[p.severity] < rank[worst.get(p.line).severity])) worst.set(p.line, p);
    const rows = lines.map((_, i) => {
      const li = gutter.children[i] ?? document.createElement("li"), p = worst.get(i + 1);
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
  const goTo = (line) => {
    const lines = area.value.split("\n"), at = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
    area.focus({ preventScroll: true });
    area.setSelectionRange(at, at + (lines[line - 1] ?? "").length);
    gutter.children[line - 1]?.scrollIntoView({ block: "center" });
  };
  document.addEventListener("click", (e) => {
    const a = e.target.closest("a[href^='#L']");
    if (!a) return;
    e.preventDefault();
    goTo(Number(a.hash.slice(2)));
  });
  const list = (answer) => {
    problems = answer.problems;
    heading.textContent = answer.heading;
    const ul = document.createElement("ul");
    ul.className = "reasons problems";
    for (const p of problems) {
      const li = document.createElement("li"), div = document.createElement("div"), b = document.createElement("b"), word = document.createElement("span");
      word.className = `st-${p.shape}`;
      word.textContent = p.word;
      b.append(word, ", ");
      if (p.line) { const a = document.createElement("a"); a.href = `#L${p.line}`; a.textContent = p.where; b.append(a); } else b.append(p.where);
      b.append(`: ${p.text}`);
      div.append(b);
      if (p.hint) { const s = document.createElement("span"); s.className = "small"; s.textContent = p.hint; div.append(s); }
      if (p.steps) {
        const details = document.createElement("details"), summary = document.createElement("summary"), ol = document.createElement("ol");
        details.className = "small";
        summary.textContent = p.shown;
        ol.className = "path tl";
        for (const k of p.steps) {
          const step = document.createElement("li"), box = document.createElement("div"), h = document.createElement("h3"), text = document.createElement("p");
          h.textContent = k.title;
          text.textContent = k.text;
          box.append(h, text);
          step.append(shape(k.shape), box);
          ol.append(step);
        }
        details.append(summary, ol);
        div.append(details);
      }
      li.append(shape(p.shape), div);
      ul.append(li);
    }
    const well = document.createElement("p");
    well.className = "soft";
    well.textContent = answer.well;
    found.replaceChildren(problems.length ? ul : well);
    number();
  };
  const send = (to) => fetch(to, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
  let checking = 0, saving = 0, asked = 0, busy = false, dirty = false, clash = false, pressed = null;
  const check = async () => {
    const mine = ++asked;
    try {
      const answer = await send(form.dataset.check);
      if (answer.ok && mine === asked) list(await answer.json());
    } catch { /* the next key tries again */ }
  };
  const save = async () => {
    if (busy || clash || !dirty) return;
    busy = true;
    dirty = false;
    kept.parentElement.hidden = false;
    try {
      const answer = await send(form.dataset.keep);
      if (answer.ok) {
        const now = await answer.json();
        form.elements.version.value = now.version;
        kept.textContent = now.saved;
      } else {
        clash = answer.status === 409;
        dirty = true;
        kept.textContent = clash ? form.dataset.clash : form.dataset.unsaved;
      }
    } catch {
      dirty = true;
      kept.textContent = form.dataset.unsaved;
    }
    busy = false;
    if (pressed) { const b = pressed; pressed = null; form.requestSubmit(b); }
  };
  area.addEventListener("input", () => {
    dirty = true;
    number();
    clearTimeout(checking);
    checking = setTimeout(check, 700);
    clearTimeout(saving);
    saving = setTimeout(save, 4000);
  });
  form.addEventListener("submit", (e) => {
    clearTimeout(saving);
    if (busy) { e.preventDefault(); pressed = e.submitter; return; } // what saves itself goes first
    dirty = false;
  });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
  addEventListener("resize", number);
  for (const li of found.querySelectorAll("li")) { // what the page found already
    const a = li.querySelector("a[href^='#L']"), use = li.querySelector("use");
    const name = use?.getAttribute("href").split("#s-")[1];
    if (a) problems.push({ line: Number(a.hash.slice(2)), severity: { stop: "error", warn: "warning" }[name] ?? "advice", shape: name });
  }
  number();
  if (/^#L\d+$/.test(location.hash)) goTo(Number(location.hash.slice(2)));
}
