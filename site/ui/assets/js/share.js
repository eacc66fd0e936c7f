// Printing, sharing, copying. Each button says what happened.
let fading = 0;

export function say(text) {
  let toast = document.querySelector(".toast");
  if (!toast) {
    toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    document.body.append(toast);
  }
  toast.hidden = false;
  toast.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => {
    toast.hidden = true;
  }, 4000);
}

function copyByHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

// With its look: what is pasted elsewhere keeps it. No parsing here, which the page's own policy would strip of styles.
function copyAsHtml(html) {
  const fill = (event) => {
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", html);
    event.preventDefault();
  };
  document.addEventListener("copy", fill, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (refused) {
    return copyByHand(text); // no clipboard without HTTPS, and none in some WebViews
  }
}

const plain = () => (document.querySelector("link[rel=canonical]") || location).href;

async function copied(button) {
  const source = button.dataset.copy && document.querySelector(button.dataset.copy);
  const text = source ? (source.value || source.textContent).trim() : plain();
  const done = button.dataset.copyAs === "html" ? copyAsHtml(text) : await copy(text);
  say(done ? button.dataset.done : button.dataset.failed);
}

async function share(button) {
  if (!navigator.share) return copied(button);
  try {
    await navigator.share({ title: document.title, url: plain() });
  } catch (refused) {
    if (refused.name !== "AbortError") await copied(button);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print], [data-share], [data-copy]");
  if (!button) return;
  if (button.hasAttribute("data-print")) window.print();
  else if (button.hasAttribute("data-share")) share(button);
  else copied(button);
});
