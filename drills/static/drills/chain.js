// Each device chains its own events: every hash covers the one before it, so that a row taken out or changed later
// shows. On an insecure page there is no crypto.subtle: hash and prev_hash then stay empty, and the server knows why.
(() => {
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const sha256 = async (bytes) =>
    window.crypto && crypto.subtle ? hex(await crypto.subtle.digest("SHA-256", bytes)) : "";

  // By code point, as the server sorts; JavaScript's own order is by half of a code point.
  const byCodePoint = (one, other) => {
    const [a, b] = [[...one], [...other]];
    for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
      if (a[at] !== b[at]) return a[at].codePointAt(0) - b[at].codePointAt(0);
    }
    return a.length - b.length;
  };

  // JSON with sorted keys and no spaces: the same text on both sides.
  const canonical = (value) => {
    if (Array.isArray(value)) return `[${value.map((each) => canonical(each)).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    return `{${keys.sort(byCodePoint).map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  };

  const text = (event) =>
    [
      ...[event.prev_hash, event.uid, event.kind, String(event.device_seq), event.device_time],
      ...[event.item ? String(event.item) : "", canonical(event.payload)],
    ].join("\n");

  // `event` without hashes, `last` the hash of the event before it on this device ("" for the first).
  const link = async (event, last) => {
    const linked = { ...event, prev_hash: window.crypto && crypto.subtle ? last : "" };
    return { ...linked, hash: await sha256(new TextEncoder().encode(text(linked))) };
  };

  window.DrillChain = { link, sha256, canonical };
})();
