// The words that the server has written on an element: `data-say-waiting="Not sent: {n}"` is `say("waiting", {n: 2})`.
(() => {
  const of = (element) => (name, values = {}) =>
    Object.keys(values).reduce(
      (text, key) => text.split(`{${key}}`).join(values[key]),
      element.getAttribute(`data-say-${name}`),
    );

  window.Words = { of };
})();
