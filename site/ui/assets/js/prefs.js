// Runs in the head, before the first paint: large print and its size are kept in this browser only.
(() => {
  const root = document.documentElement;
  const asked = /[?&]elder=([01])(?:&|$)/.exec(location.search);
  root.setAttribute("data-js", "");
  if (/MicroMessenger/i.test(navigator.userAgent)) root.setAttribute("data-wechat", "");
  let elder = asked ? asked[1] : null;
  let size = null;
  try {
    if (asked) localStorage.setItem("elder", elder);
    elder = localStorage.getItem("elder");
    size = localStorage.getItem("elder-size");
  } catch (refused) {
    // Private windows may refuse storage: the address alone decides then.
  }
  if (elder === "1") root.setAttribute("data-elder", "");
  else if (elder === "0") root.removeAttribute("data-elder");
  if (/^[1-5]$/.test(size || "")) root.setAttribute("data-size", size);
})();
