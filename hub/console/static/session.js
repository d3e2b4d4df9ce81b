// A form is sent off only while there is a session; when it has ended, one signs in over the page, and nothing is lost.
"use strict";

let waiting = null;
// How long a form counts as being sent when no other page comes of it, in milliseconds.
const SENT = 10000;

async function liveSession() {
  const answer = await fetch("/session", { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

function send({ form, submitter }, live) {
  document.querySelectorAll("input[name=csrf]").forEach((field) => { field.value = live.csrf; });
  form.dataset.live = "yes";
  form.requestSubmit(submitter);
  setTimeout(() => form.removeAttribute("aria-busy"), SENT);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const dialog = document.getElementById("session");
  if (form.method !== "post" || form.dataset.live) {
    delete form.dataset.live;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (waiting || form.hasAttribute("aria-busy")) return;
  waiting = { form, submitter: event.submitter };
  form.setAttribute("aria-busy", "true");
  let live = null;
  try {
    live = await liveSession();
  } catch {
    live = { user: dialog.dataset.user, csrf: form.elements.csrf.value };
  }
  if (live && live.user === dialog.dataset.user) {
    const { form: due, submitter } = waiting;
    waiting = null;
    send({ form: due, submitter }, live);
  } else {
    form.removeAttribute("aria-busy");
    dialog.showModal();
  }
}, true);

for (const over of ["pageshow", "htmx:afterRequest"]) {
  window.addEventListener(over, () => { document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy")); });
}

document.getElementById("session").addEventListener("close", () => { waiting = null; });

document.querySelector("#session form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const dialog = document.getElementById("session");
  const no = dialog.querySelector("[data-no]");
  const answer = await fetch("/sign-in", { method: "POST", body: new URLSearchParams(new FormData(event.target)), redirect: "manual" });
  event.target.elements.password.value = "";
  if (answer.type !== "opaqueredirect") {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    no.textContent = [...page.querySelectorAll(".ph-refusal dd")].slice(1).map((part) => part.textContent.trim()).join(" ");
    no.hidden = false;
    return;
  }
  const live = await liveSession();
  // Somebody else has signed in: what stands here is not theirs.
  if (!live || live.user !== dialog.dataset.user) {
    window.location.assign("/");
    return;
  }
  const due = waiting;
  dialog.close();
  if (due) send(due, live);
});
