// How each kind of question is answered on the page: what its fields say (`given`, as exams/rules.py writes it; empty
// where nothing is answered) and how an answer is put into them (`fill`).
(() => {
  const room = (window.examRoom = window.examRoom || {});
  const all = (question, what) => [...question.querySelectorAll(what)];
  const HALVES = /[\0\ud800-\udfff]/gu; // halves of a character and the zero: no database keeps them
  const texts = (fields) => fields.map((field) => field.value.replace(HALVES, ""));

  const choices = {
    given: (question) =>
      all(question, "input")
        .filter((input) => input.checked)
        .map((input) => Number(input.value))
        .sort((one, other) => one - other),
    fill: (question, given) => {
      for (const input of all(question, "input")) input.checked = given.includes(Number(input.value));
    },
  };

  const written = (what) => ({
    given: (question) => {
      const said = texts(all(question, what));
      return said.some((text) => text.trim()) ? said : [];
    },
    fill: (question, given) => {
      all(question, what).forEach((field, index) => {
        const text = given[index] || "";
        if (field.value !== text) field.value = text; // else the cursor would jump to the end
      });
    },
  });

  const matching = {
    given: (question) => {
      const partners = all(question, "[data-pair]").map((select) => Number(select.value));
      return partners.some((partner) => partner >= 0) ? partners : [];
    },
    fill: (question, given) => {
      all(question, "[data-pair]").forEach((select, index) => {
        select.value = String(index < given.length ? given[index] : -1);
      });
    },
  };

  const KINDS = {
    fill: written("[data-blank]"),
    short: written("[data-writing]"),
    essay: written("[data-writing]"),
    ordering: { given: (question) => room.order.given(question), fill: (question, given) => room.order.fill(question, given) },
    matching,
  };
  room.kindOf = (question) => KINDS[question.dataset.kind] || choices;

  const CONTROLS = "input[type=radio], input[type=checkbox], select, [data-move], [data-confirm-order]";
  // What is locked can no longer be changed; a text stays to be read and copied.
  room.lockFields = (question, locked) => {
    for (const field of all(question, CONTROLS)) field.disabled = locked;
    for (const field of all(question, "[data-blank], [data-writing]")) field.readOnly = locked;
  };
})();
