// Keeping a page for the day without a network. Nothing is installed before a reader asks for it.
import { say } from "./share.js";

const WORKER = "/sw.js";
const LIST = "kept-pages";

const able = () => "serviceWorker" in navigator && "caches" in window && window.isSecureContext;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(LIST)) || [];
  } catch (refused) {
    return [];
  }
}

function remember(list) {
  try {
    localStorage.setItem(LIST, JSON.stringify(list));
  } catch (refused) {
    // The page is kept all the same; only the list does not know of it.
  }
}

async function ask(message) {
  await navigator.serviceWorker.register(WORKER);
  const worker = (await navigator.serviceWorker.ready).active;
  return new Promise((resolve) => {
    const line = new MessageChannel();
    line.port1.onmessage = ({ data }) => resolve(data.done);
    worker.postMessage(message, [line.port2]);
    setTimeout(() => resolve(false), 20000);
  });
}

// The page and the list, with every file they show.
const parts = () => {
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], main img")];
  return [...new Set(files.map((one) => one.href || one.src))];
};

const here = () => location.pathname;

async function toggle(button) {
  button.disabled = true;
  const mine = kept().filter((one) => one.path !== here());
  const drop = mine.length < kept().length;
  const done = await ask(drop ? { drop: location.href.split("#")[0] } : { keep: [here(), button.dataset.list, ...parts()] });
  if (done) remember(drop ? mine : [...mine, { path: here(), title: button.dataset.title }]);
  say(done ? button.dataset[drop ? "dropped" : "done"] : button.dataset.failed);
  button.disabled = false;
  show(button);
}

function show(button) {
  const is = kept().some((one) => one.path === here());
  button.setAttribute("aria-pressed", String(is));
  button.querySelector("[data-word]").textContent = is ? button.dataset.isKept : button.dataset.toKeep;
}

function list(place) {
  const pages = kept();
  document.querySelector("[data-kept-none]").hidden = pages.length > 0;
  for (const { path, title } of pages) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.className = "list-title";
    link.href = path;
    link.textContent = title;
    line.append(link);
    place.append(line);
  }
}

const button = document.querySelector("[data-keep]");
if (button && able()) {
  button.hidden = false;
  show(button);
  button.addEventListener("click", () => toggle(button));
}
const place = document.querySelector("[data-kept]");
if (place) list(place);
