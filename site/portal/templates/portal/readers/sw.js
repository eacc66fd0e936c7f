// Keeps the pages that a reader asked to keep, for the day without a network. Everything else passes by untouched.
const CACHE = "reading";
const STATIC = "{{ static_url|escapejs }}";
const KEPT = new URL("./kept/", self.location.href).pathname;
const LOOSE = { ignoreVary: true, ignoreSearch: true };
const SLOW = 5000; // milliseconds: one bar of signal is no network

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const ours = (url) => url.origin === self.location.origin;

// Without credentials: what is kept is what everybody reads, never the menu of whoever was signed in.
async function keep(addresses) {
  const cache = await caches.open(CACHE);
  const fetched = await Promise.all(addresses.map((address) => fetch(address, { credentials: "omit" })));
  if (fetched.some((response) => !response.ok)) throw new Error("not all of it came");
  await Promise.all(fetched.map((response, place) => cache.put(addresses[place], response)));
}

async function act({ keep: wanted, drop }) {
  if (drop) await (await caches.open(CACHE)).delete(drop, LOOSE);
  if (wanted) await keep(wanted.filter((address) => ours(new URL(address, self.location.href))));
}

self.addEventListener("message", (event) => {
  const answer = (done) => event.ports[0] && event.ports[0].postMessage({ done });
  event.waitUntil(act(event.data || {}).then(() => answer(true), () => answer(false)));
});

async function page(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url, LOOSE);
  const asked = fetch(request);
  if (!kept) return asked.catch(async (offline) => (await cache.match(KEPT, LOOSE)) || Promise.reject(offline));
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), SLOW));
  return Promise.race([asked.catch(() => kept), late]);
}

async function file(request) {
  return fetch(request).catch(async (offline) => (await (await caches.open(CACHE)).match(request.url, LOOSE)) || Promise.reject(offline));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !ours(url)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith(STATIC) || url.pathname.startsWith("/uploads/")) event.respondWith(file(request));
});
