// The console's few behaviours: dialogs, show a number, open details kept over a refresh, one submit only.
"use strict";

function openDialog(button) {
  const dialog = document.getElementById(button.dataset.dialog);
  const form = dialog.querySelector("form");
  if (button.dataset.action) form.action = button.dataset.action;
  const name = dialog.querySelector("[data-name]");
  if (name) name.textContent = button.dataset.for || "";
  for (const attribute of button.attributes) {
    if (!attribute.name.startsWith("data-set-")) continue;
    form.elements[attribute.name.slice("data-set-".length)].value = attribute.value;
  }
  dialog.showModal();
  const first = form.querySelector("input:not([type=hidden]), select, textarea");
  if (first) first.focus();
}

function showNumber(button) {
  const field = document.getElementById(button.dataset.show);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const all = event.target.closest("[data-all]");
  if (all) all.closest("form").querySelectorAll(`input[name="${CSS.escape(all.dataset.all)}"]`).forEach((box) => { box.checked = all.checked; });
  const button = event.target.closest("[data-dialog], [data-close], [data-show]");
  if (button && button.dataset.dialog) openDialog(button);
  else if (button && button.dataset.show) showNumber(button);
  else if (button) button.closest("dialog").close();
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details[data-menu]").forEach((menu) => { menu.open = false; });
});

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || "again" in event.target.dataset || event.target.dataset.sent) {
    if (event.target.dataset.sent) event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

let open = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  open = [...document.querySelectorAll("details[data-keep][open]")].map((each) => each.id);
  if (event.detail.xhr.status === 286) event.detail.shouldSwap = true;
});
document.addEventListener("htmx:afterSettle", () => {
  open.forEach((id) => { const each = document.getElementById(id); if (each) each.open = true; });
});

document.addEventListener("DOMContentLoaded", () => {
  const reopened = document.querySelector("dialog[data-reopened]");
  if (reopened) reopened.showModal();
  const no = document.querySelector("dialog[data-reopened] [aria-invalid]") || document.querySelector("main [aria-invalid]") || document.querySelector("[data-focus]");
  if (no) no.focus();
  const clear = document.querySelector("[data-fade]");
  if (clear) {
    clear.scrollIntoView({ block: "center" });
    setTimeout(() => { clear.textContent = "••••••"; }, 60000);
  }
});

// On a telephone a row stands as a card, each cell behind its column's name (the rest is in app.css).
function nameCells(within) {
  for (const table of within.querySelectorAll("table.table")) {
    const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const cell of table.querySelectorAll("tbody td")) if (cell.colSpan === 1 && names[cell.cellIndex]) cell.dataset.name = names[cell.cellIndex];
  }
}
document.addEventListener("DOMContentLoaded", () => nameCells(document));
document.addEventListener("htmx:afterSettle", (event) => nameCells(event.target));

// Keys that choose among an input method's candidates; 229 is what older engines send.
const composing = (event) => event.isComposing || event.keyCode === 229;

// The box in the top bar: "/" goes there, arrows walk the results, Enter opens the first of what is typed now.
const find = { words: "", opens: null };
document.addEventListener("keydown", (event) => {
  const form = document.querySelector("[data-find]");
  if (!form || composing(event)) return;
  const box = form.querySelector("input[type=search]");
  const typing = event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
    box.select();
  }
  if (!form.contains(event.target)) return;
  const links = [...form.querySelectorAll(".ph-found")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) box.focus();
    else if (links[next]) links[next].focus();
  } else if (event.key === "Enter" && event.target === box) {
    event.preventDefault();
    if (links[0] && find.words === box.value) links[0].click();
    else {
      find.opens = box.value;
      htmx.trigger(box, "find");
    }
  } else if (event.key === "Escape") {
    form.querySelector("#found").replaceChildren();
    box.value = "";
  }
});
document.addEventListener("input", (event) => {
  if (event.target.closest("[data-find]")) find.opens = null;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "found") return;
  const box = event.detail.target.closest("form").querySelector("input[type=search]");
  find.words = event.detail.requestConfig.parameters.words;
  const link = event.detail.target.querySelector(".ph-found");
  if (link && find.opens === find.words && box.value === find.words) link.click();
});
document.addEventListener("click", (event) => {
  const form = document.querySelector("[data-find]");
  if (form && !form.contains(event.target)) form.querySelector("#found").replaceChildren();
});

// A driver's stops: up and down move a line, and every line's number follows its place.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-up], [data-down]");
  if (!button) return;
  const line = button.closest("li");
  const other = "up" in button.dataset ? line.previousElementSibling : line.nextElementSibling;
  if (!other) return;
  if ("up" in button.dataset) other.before(line);
  else other.after(line);
  line.parentElement.querySelectorAll("[name=number]").forEach((box, at) => { box.value = at + 1; });
  button.focus();
});

// "?" lists the keys; "g" and a letter go to a desk. Never while somebody types.
let going = false;
document.addEventListener("keydown", (event) => {
  const keys = document.getElementById("keys");
  const typing = event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (!keys || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const to = going && keys.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  going = event.key === "g";
  if (event.key === "?") keys.showModal();
  else if (to) window.location.assign(to.dataset.to);
});
