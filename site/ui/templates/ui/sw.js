// Keeps the pages of a room on the phone. Pages come from the network while there is one; files under a hashed
// name never change and come from the device first. Nothing else of the house is kept: no list, no answer to a POST.
const VERSION = "{{ version|escapejs }}";
const ROOM = "{{ room|escapejs }}-";
const CACHE = `${ROOM}${VERSION}`;
const STATIC = "{{ static_url|escapejs }}";
const PAGES = JSON.parse("{{ pages|escapejs }}").map((page) => new RegExp(page));
const LOOSE = { ignoreVary: true }; // one phone, one person: what was kept is what is shown
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const SLOW = 6000; // milliseconds: one bar of signal is no network

const isPage = (url) => PAGES.some((page) => page.test(url.pathname));
const isFile = (url) => url.pathname.startsWith(STATIC);
const ours = (url) => url.origin === self.location.origin;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => {
  event.waitUntil(moveIn().then(() => self.clients.claim()));
});

// The new version takes over the kept pages before it throws the old cache away: whoever is in the valley while the
// house is renewed keeps what he has.
async function moveIn() {
  const cache = await caches.open(CACHE);
  const old = (await caches.keys()).filter((name) => name.startsWith(ROOM) && name !== CACHE);
  for (const name of old) {
    const before = await caches.open(name);
    for (const request of await before.keys()) {
      if (!(await cache.match(request.url, LOOSE))) await cache.put(request.url, await before.match(request.url, LOOSE));
    }
    await caches.delete(name);
  }
}

async function keepOne(cache, address) {
  const url = new URL(address, self.location.href);
  if (!ours(url) || !(isPage(url) || isFile(url))) return;
  if (HASHED.test(url.pathname) && (await cache.match(url.href, LOOSE))) return;
  const response = await fetch(url.href, { credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  await cache.put(url.href, response);
}

self.addEventListener("message", (event) => {
  const { keep } = event.data || {};
  if (!Array.isArray(keep) || !event.ports[0]) return;
  const work = caches
    .open(CACHE)
    .then((cache) => Promise.all(keep.map((address) => keepOne(cache, address))))
    .then(
      () => event.ports[0].postMessage({ kept: true, version: VERSION }),
      () => event.ports[0].postMessage({ kept: false, why: "failed" }),
    );
  event.waitUntil(work);
});

async function file(request) {
  const kept = await (await caches.open(CACHE)).match(request.url, LOOSE);
  if (kept && HASHED.test(new URL(request.url).pathname)) return kept;
  return kept ? fetch(request).catch(() => kept) : fetch(request);
}

async function page(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url, LOOSE);
  const asked = fetch(request).then(async (response) => {
    // A revoked card must not live on in the cache; an ended session only asks for signing in once there is a network.
    if (response.ok && !response.redirected) await cache.put(request.url, response.clone());
    else if (response.status >= 400 && response.status < 500) await cache.delete(request.url, LOOSE);
    return response;
  });
  if (!kept) return asked;
  asked.catch(() => {});
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), SLOW));
  return Promise.race([asked.then((response) => (response.status < 500 ? response : kept)).catch(() => kept), late]);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !ours(url)) return;
  if (isFile(url)) event.respondWith(file(request));
  else if (isPage(url)) event.respondWith(page(request));
});
