// Shows how far a job is, every two seconds, and loads the page anew when it is over.
(() => {
  const box = document.querySelector("[data-job-state]");
  if (!box) return;
  const part = (name) => box.querySelector(`[data-job-${name}]`);
  const bar = box.querySelector("progress");
  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text; // unchanged text is not read out again
  };
  part("refresh").hidden = true;

  const show = (job) => {
    part("silent").hidden = true;
    write(part("label"), job.label);
    write(part("note"), job.note);
    write(part("percent"), `${job.percent} %`);
    bar.value = job.percent;
  };
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.jobState, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === 404 || answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(answer.statusText);
      const job = await answer.json();
      if (job.over) return location.reload();
      show(job);
    } catch (error) {
      part("silent").hidden = false;
    }
    return setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
})();
