// A list that is put in order by two buttons at each item. Untouched it is no answer: as shown it is a shuffle.
(() => {
  const room = (window.examRoom = window.examRoom || {});
  const root = document.querySelector("[data-room]");
  const items = (question) => [...question.querySelectorAll("[data-item]")];
  const position = (item) => Number(item.dataset.item);

  function touch(question, touched) {
    question.toggleAttribute("data-touched", touched);
    const say = room.words(root);
    room.write(question.querySelector("[data-order-state]"), say(touched ? "orderGiven" : "orderOpen"));
  }

  // The neighbour is moved, so that the button keeps the focus; at the end of the list its twin takes it.
  function move(question, item, step) {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (step < 0) item.after(other);
    else item.before(other);
    const atEnd = step < 0 ? !item.previousElementSibling : !item.nextElementSibling;
    if (atEnd) item.querySelector(`[data-move="${-step}"]`).focus();
    const list = items(question);
    const place = { item: item.querySelector("[data-item-text]").textContent, n: list.indexOf(item) + 1, all: list.length };
    room.write(question.querySelector("[data-order-said]"), room.words(root)("orderAt", place));
  }

  room.order = {
    given: (question) => (question.hasAttribute("data-touched") ? items(question).map(position) : []),

    fill(question, given) {
      const list = question.querySelector("[data-order]");
      const shown = (question.shownOrder = question.shownOrder || items(question).map(position));
      const order = given.length === shown.length ? given : shown;
      const there = new Map(items(question).map((item) => [position(item), item]));
      if (items(question).map(position).join() !== order.join()) list.append(...order.map((one) => there.get(one)));
      touch(question, given.length === shown.length);
    },

    // A press of one of the buttons; true where it was an answer.
    press(question, target) {
      const button = target.closest("[data-move], [data-confirm-order]");
      if (!button) return false;
      if (button.dataset.move) move(question, button.closest("[data-item]"), Number(button.dataset.move));
      touch(question, true);
      return true;
    },
  };

  for (const question of document.querySelectorAll("[data-kind=ordering]")) room.order.fill(question, []);
})();
