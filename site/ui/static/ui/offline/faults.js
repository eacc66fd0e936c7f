// Errors beside their fields: `Faults.of(form)` gives {show, clear}. An error goes when its field is touched.
(() => {
  const of = (form) => {
    const slot = (name) => form.querySelector(`[data-error="${name}"]`);
    const inputs = (name) => [...form.querySelectorAll(`[name="${name}"]`)];

    const clear = (name) => {
      const place = slot(name);
      if (!place || !place.firstChild) return;
      place.textContent = "";
      place.classList.remove("d-block");
      for (const input of inputs(name)) {
        input.classList.remove("is-invalid");
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
    };

    const mark = (name, texts) => {
      const place = slot(name);
      place.textContent = "";
      for (const text of texts) place.appendChild(Object.assign(document.createElement("p"), { textContent: text }));
      place.classList.add("d-block");
      for (const input of inputs(name)) {
        if (input.type !== "radio" && input.type !== "checkbox") input.classList.add("is-invalid");
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", place.id);
      }
    };

    // Shows {name: [texts]}, leads to the first, and gives back the texts that have no place on the page.
    const show = (errors) => {
      const names = Object.keys(errors);
      names.filter(slot).forEach((name) => mark(name, errors[name]));
      const first = form.querySelector('[aria-invalid="true"]:not([hidden])');
      if (first) {
        const fold = first.closest("details");
        if (fold) fold.open = true;
        first.focus({ preventScroll: true });
        first.closest("li, div").scrollIntoView({ block: "center" });
      }
      return names.filter((name) => !slot(name)).flatMap((name) => errors[name]);
    };

    form.addEventListener("input", (event) => clear(event.target.name));
    form.addEventListener("change", (event) => clear(event.target.name));
    return { show, clear };
  };

  window.Faults = { of };
})();
