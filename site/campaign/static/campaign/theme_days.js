// Offers the themed days of the day on which the activity began; any other can be typed.
(() => {
  const list = document.getElementById("theme-days");
  const begun = document.querySelector("[name=starts_at]");
  if (!list || !begun) return;
  const offer = () => {
    const day = begun.value.slice(0, 10);
    for (const option of list.options) {
      option.disabled = Boolean(day) && !(option.dataset.first <= day && day <= option.dataset.last);
    }
  };
  begun.addEventListener("input", offer);
  // Who folds the field open may have another record before him than the one the page came with.
  list.closest("details").addEventListener("toggle", offer);
  offer();
})();
