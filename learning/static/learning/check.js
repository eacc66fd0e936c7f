// The check question: opens when enough was learnt, is marked by the server, waits after a wrong answer.
(function () {
  const lesson = window.lesson;
  if (!lesson) return;
  const root = lesson.root;
  const place = root.querySelector("[data-check-place]");
  const part = (name) => place.querySelector(`[data-check-${name}]`);
  let waiting = 0;

  function opened(told) {
    const line = part("line");
    if (!line || told.check_in === undefined || told.passed) return;
    line.textContent = told.check_line || "";
    line.hidden = !told.check_in;
    part("fields").disabled = told.check_in > 0;
    ready();
  }

  function ready() {
    const send = part("send");
    if (send) send.disabled = waiting > 0 || part("fields").disabled || !place.querySelector("input:checked");
  }

  function wait(seconds) {
    const wrong = part("wrong");
    const words = wrong.querySelector("[data-words]");
    waiting = seconds;
    wrong.hidden = false;
    const tick = () => {
      words.textContent = waiting > 0 ? words.dataset.words.replace("{n}", waiting) : words.dataset.ready;
      ready();
      if (waiting-- > 0) setTimeout(tick, 1000);
    };
    tick();
  }

  function passed(told) {
    place.innerHTML = told.html;
    const next = root.querySelector("[data-next]");
    next.hidden = false;
    for (const link of next.querySelectorAll(".btn")) link.className = "btn btn-primary";
    for (const id of ["line", "hours"]) {
      const shown = document.querySelector(`[data-${id}]`);
      if (shown) shown.textContent = told[id];
    }
    root.dispatchEvent(new CustomEvent("lesson:told", { detail: told }));
    place.scrollIntoView({ block: "nearest" });
  }

  async function answer(form) {
    part("failed").hidden = true;
    part("send").disabled = true;
    try {
      const told = await lesson.send(form.action, new FormData(form));
      if (told.right) return passed(told);
      if (told.wait) return wait(told.wait);
      if (told.why === "changed") return location.reload();
      if (told.why === "early") return opened(told);
      if (told.why) lesson.notice(told.why, true);
    } catch (lost) {
      part("failed").hidden = false;
    }
    ready();
  }

  place.addEventListener("change", ready);
  place.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(event.target);
  });
  root.addEventListener("lesson:told", (event) => opened(event.detail));
  ready();
})();
