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
