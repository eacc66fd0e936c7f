// A page of ours in a frame is as high as what it holds: on a phone nobody scrolls inside something that scrolls.
const MOST = 12000;

for (const frame of document.querySelectorAll("iframe[data-fit]")) {
  const fit = () => {
    const inside = frame.contentDocument && frame.contentDocument.body;
    if (inside) frame.style.height = `${Math.min(inside.scrollHeight + 2, MOST)}px`;
  };
  const follow = () => {
    fit();
    if (frame.contentDocument && frame.contentDocument.body) new ResizeObserver(fit).observe(frame.contentDocument.body);
  };
  frame.addEventListener("load", follow);
  if (frame.contentDocument && frame.contentDocument.readyState === "complete") follow();
}
