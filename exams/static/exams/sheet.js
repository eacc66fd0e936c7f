// The answer sheet stands beside the question on a wide screen and in a dialog on a narrow one: one element, moved.
(() => {
  const room = (window.examRoom = window.examRoom || {});

  room.placeSheet = (root) => {
    const sheet = root.querySelector("[data-sheet]");
    const side = root.querySelector("[data-sheet-side]");
    const inside = root.querySelector("[data-sheet-inside]");
    const dialog = inside.closest("dialog");
    const wide = window.matchMedia("(min-width: 1000px)");
    const move = () => {
      const beside = wide.matches && !document.documentElement.hasAttribute("data-elder");
      if (beside && dialog.open) dialog.close();
      (beside ? side : inside).append(sheet);
      side.hidden = !beside;
    };
    wide.addListener(move); // addEventListener came to these lists after the WebViews we care for
    new MutationObserver(move).observe(document.documentElement, { attributes: true, attributeFilter: ["data-elder"] });
    move();
  };
})();
