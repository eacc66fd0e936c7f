// The form of a simple drill record: what the plan answers is not asked, and errors stand beside their fields.
(() => {
  const form = document.querySelector("[data-simple], [data-simple-facts]");
  if (!form) return;
  const { plan, organisation, level } = form.elements;
  const part = (name) => form.querySelector(`[data-part=${name}]`);
  const beside = form.querySelector("[data-no-plan]");

  // ── The plan tells the hazard and the level ────────────────────────────────
  const settle = () => {
    const chosen = plan.selectedOptions[0];
    part("level").hidden = Boolean(plan.value);
    part("hazard").hidden = Boolean(plan.value && chosen.dataset.hazard);
    beside.hidden = part("level").hidden && part("hazard").hidden;
  };

  // Another organisation: its own plans stand first, and its newest one is the likeliest.
  const moved = () => {
    const own = [...plan.options].find((option) => option.dataset.organisation === organisation.value);
    if (own && own.parentNode !== plan) plan.insertBefore(own.parentNode, plan.children[1]);
    plan.value = own ? own.value : "";
    const chosen = organisation.selectedOptions[0];
    if (chosen && chosen.dataset.level) level.value = chosen.dataset.level;
    settle();
  };

  plan.addEventListener("change", settle);
  if (organisation && organisation.selectedOptions) organisation.addEventListener("change", moved);
  settle();

  window.DrillForm = { form, settle, ...Faults.of(form) };
})();
