{% comment %}Served as JavaScript by the view; the first line names the page and its files.{% endcomment %}"use strict";
{{ settings }}
const CACHE = `kepu-door:${KEPT.page}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT.shell)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

// The page as the server has it now; without a network as it was last seen. Whoever is logged out leaves no copy behind.
const pageFirstFromNetwork = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) await cache.put(KEPT.page, response.clone());
    else if (response.type === "opaqueredirect" || response.redirected) await cache.delete(KEPT.page);
    return response;
  } catch (error) {
    const kept = await cache.match(KEPT.page);
    if (kept) return kept;
    throw error;
  }
};

const fileFirstFromCache = async (request) => (await (await caches.open(CACHE)).match(request)) || fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === KEPT.page) event.respondWith(pageFirstFromNetwork(request));
  else if (KEPT.shell.includes(url.pathname)) event.respondWith(fileFirstFromCache(request));
});
