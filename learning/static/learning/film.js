// A film: plays on demand, never ahead of what counts, as fast as is permitted, with or without its picture.
(function () {
  const lesson = window.lesson;
  const film = document.getElementById("film");
  if (!lesson || !film) return;
  const root = lesson.root;
  const SPEED = Number(root.dataset.speed) || 1;
  const failed = root.querySelector("[data-film-failed]");
  const play = root.querySelector("[data-play]");
  let seen = Number(root.dataset.position) || 0; // how far it counts
  let reached = seen; // how far it was played here
  let free = Boolean(root.dataset.passed);

  lesson.film = true;
  lesson.playing = false;
  lesson.position = () => String(Math.round(film.currentTime * 10) / 10);

  function start() {
    failed.hidden = true;
    if (lost()) film.load(); // sources are tried once: from the first again
    film.play().catch(() => (failed.hidden = !lost())); // a pause at once rejects it too, without an error
  }

  function goTo(second) {
    if (film.readyState) film.currentTime = second;
    else film.addEventListener("loadedmetadata", () => (film.currentTime = second), { once: true });
  }

  play.addEventListener("click", () => {
    if (!film.played.length && seen && !free) goTo(seen);
    start();
  });
  film.addEventListener("playing", () => {
    play.hidden = true;
    lesson.playing = true;
    lesson.update();
  });
  for (const kind of ["pause", "ended"]) {
    film.addEventListener(kind, () => {
      play.hidden = film.ended && free;
      lesson.playing = false;
      lesson.update();
    });
  }
  const lost = () => Boolean(film.error) || film.networkState === HTMLMediaElement.NETWORK_NO_SOURCE;
  const fail = () => {
    failed.hidden = false;
    play.hidden = false;
  };
  film.addEventListener("error", fail);
  const sources = film.querySelectorAll("source");
  if (sources.length) sources[sources.length - 1].addEventListener("error", fail); // then none of them worked
  film.addEventListener("timeupdate", () => {
    if (!film.seeking) reached = Math.max(reached, film.currentTime);
  });
  film.addEventListener("seeking", () => {
    if (!free && film.currentTime > reached + 1) film.currentTime = reached;
  });
  film.addEventListener("ratechange", () => {
    if (!free && film.playbackRate > SPEED) film.playbackRate = SPEED;
  });
  root.addEventListener("lesson:told", (event) => {
    const told = event.detail;
    if (told.position === undefined) return;
    free = told.passed;
    seen = told.position;
    // Played without network: back to where it counts. The server is a moment behind in any case.
    if (told.open && !free && film.currentTime > seen + 2 * Number(root.dataset.every)) {
      reached = seen;
      film.currentTime = seen;
      lesson.notice("rewound", true);
    }
  });

  const audio = root.querySelector("[data-audio]");
  if (audio) audio.addEventListener("click", () => listen(audio));
  function listen(button) {
    const only = button.getAttribute("aria-pressed") !== "true";
    const at = film.currentTime || seen;
    // Without an address of its own the film is whichever of its sources fits this screen.
    if (only) film.src = button.dataset.audio;
    else film.removeAttribute("src");
    film.load();
    button.setAttribute("aria-pressed", String(only));
    goTo(at);
    start();
  }

  const captions = root.querySelector("[data-captions]");
  if (captions) {
    captions.addEventListener("click", () => {
      const on = captions.getAttribute("aria-pressed") !== "true";
      for (const track of film.textTracks) track.mode = on ? "showing" : "hidden";
      captions.setAttribute("aria-pressed", String(on));
    });
  }
})();
