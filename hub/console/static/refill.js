// After a refusal: what was typed stands in its form again, the fault at its field, and the focus there.
"use strict";

function ownForm(at) {
  const same = (address) => address && new URL(address, location.href).pathname === at;
  const opener = [...document.querySelectorAll("[data-dialog][data-action]")].find((button) => same(button.dataset.action));
  if (opener) return { form: document.querySelector(`#${CSS.escape(opener.dataset.dialog)} form`), opener };
  const forms = [...document.querySelectorAll("main form[method=post]")];
  return { form: forms.find((form) => same(form.getAttribute("action") || location.href) && form.querySelector("input:not([type=hidden]), select, textarea")) };
}

function refill(form, typed) {
  for (const [name, entered] of Object.entries(typed)) {
    const texts = [entered].flat();
    const fields = [...form.elements].filter((field) => field.name === name);
    fields.forEach((field, place) => {
      if (field.type === "radio" || field.type === "checkbox") field.checked = texts.includes(field.value);
      else if (!["hidden", "password", "file", "submit"].includes(field.type)) field.value = texts[place] ?? "";
    });
  }
  for (const box of form.querySelectorAll("input[type=checkbox]")) if (!(box.name in typed)) box.checked = false;
}

function blame(form, wrong, words) {
  const label = (field) => (field.labels && field.labels[0] ? field.labels[0].textContent.trim() : "");
  const field = [...form.elements].find((one) => one.name && one.type !== "hidden" && (wrong.includes(one.name) || wrong.includes(label(one))));
  if (!field || field.matches("[aria-invalid]")) return;
  const note = document.createElement("div");
  note.className = "invalid-feedback";
  note.id = `${field.id || field.name}-wrong`;
  note.textContent = words;
  field.classList.add("is-invalid");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", note.id);
  field.after(note);
}

// Several faults of one form, which the server has filled again itself.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form [data-wrong]").forEach((no) => blame(no.closest("form"), JSON.parse(no.dataset.wrong), no.dataset.words));
  const first = document.querySelector("form:has([data-wrong]) [aria-invalid]");
  if (first) first.focus();
});

document.addEventListener("DOMContentLoaded", () => {
  const kept = document.querySelector("[data-typed]");
  if (!kept || document.querySelector("dialog[data-reopened]")) return;
  const { form, opener } = ownForm(kept.dataset.at);
  if (!form) return;
  if (opener) {
    openDialog(opener);
    const box = document.querySelector("main > .ph-refusal");
    if (box) form.querySelector("h2").after(box);
  }
  refill(form, JSON.parse(kept.dataset.typed));
  if (!form.querySelector("[aria-invalid]")) blame(form, JSON.parse(kept.dataset.wrong), kept.dataset.words);
  const fault = form.querySelector("[aria-invalid]") || (opener && form.querySelector(".ph-refusal"));
  if (fault) fault.focus();
});
