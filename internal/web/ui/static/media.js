// Abilita: a picture or another file pasted into a text, dropped on it or chosen.
// It fills in the form that is there without script, and puts what shows the file
// into the text area, as whoever writes there would.
"use strict";

for (const form of document.querySelectorAll("form[data-media]")) {
  const box = document.querySelector("[data-drop]"), area = box?.querySelector("textarea");
  const file = form.querySelector('input[type="file"]'), says = form.querySelector("[data-says]"), button = form.querySelector("button");
  if (!area) break;
  const offer = (f) => {
    const chosen = new DataTransfer();
    chosen.items.add(f);
    file.files = chosen.files;
    form.closest("details").open = true;
    form.scrollIntoView({ block: "center" });
    form.elements.words.focus();
  };
  // In the capturing phase, so that an editor around the text does not take it first.
  box.addEventListener("paste", (e) => {
    const f = e.clipboardData?.files[0];
    if (!f || e.clipboardData.types.includes("text/plain")) return; // words with a picture of them are words
    e.preventDefault();
    e.stopPropagation();
    offer(f);
  }, true);
  box.addEventListener("dragover", (e) => { if (e.dataTransfer.types.includes("Files")) e.preventDefault(); }, true);
  box.addEventListener("drop", (e) => {
    const f = e.dataTransfer.files[0];
    if (!f) return;
    e.preventDefault();
    e.stopPropagation();
    offer(f);
  }, true);
  const insert = (text) => {
    const at = area.selectionEnd, before = area.value.slice(0, at), after = area.value.slice(at);
    const gap = (have) => "\n".repeat(Math.max(0, 2 - have));
    const lead = before.trim() === "" ? "" : gap(before.match(/\n*$/)[0].length), tail = after.trim() === "" ? "\n" : gap(after.match(/^\n*/)[0].length);
    area.setRangeText(lead + text + tail, at, at, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  };
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if (file.files[0]?.size > Number(form.dataset.most)) { says.textContent = form.dataset.large; return; }
    button.disabled = true;
    says.textContent = form.dataset.busy;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) {
        insert(told.markdown);
        const key = crypto.getRandomValues(new Uint8Array(16)); // the old one is spent
        form.reset();
        form.elements.form_key.value = Array.from(key, (n) => n.toString(16).padStart(2, "0")).join("");
      }
      says.textContent = told.problem ?? told.told;
    } catch {
      says.textContent = form.dataset.lost;
    }
    button.disabled = false;
  });
}
