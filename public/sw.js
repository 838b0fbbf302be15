// The service worker: lets the app open with no network. Touches nothing but GET of the app's own files; a worker that
// intercepts uploads corrupts them on iOS. The build fills in the version and the lists of files.
'use strict';

const CACHE = 'linli-__VERSION__';
const FILES = __PRECACHE__;
// Kept once they were wanted; a language that an earlier version kept is kept by this one.
const LANGUAGES = __LANGUAGES__;
const SHELL = '/';

self.addEventListener('install', (event) => {
  event.waitUntil(
    Promise.all([caches.open(CACHE), wantedLanguages()]).then(([cache, languages]) =>
      cache.addAll([...FILES, ...languages].map((file) => new Request(file, { cache: 'reload' }))),
    ),
  );
});

self.addEventListener('activate', (event) => {
  const outdated = (name) => name.startsWith('linli-') && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(outdated).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// A newer version waits until a person says so.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || isServed(url.pathname)) return;
  const key = request.mode === 'navigate' ? SHELL : url.pathname;
  event.respondWith(
    caches.open(CACHE).then((cache) =>
      cache.match(key, { ignoreVary: true }).then((hit) => {
        if (hit) return hit;
        return fetch(request).then((response) => {
          if (response.ok && LANGUAGES.includes(key)) event.waitUntil(cache.put(key, response.clone()));
          return response;
        });
      }),
    ),
  );
});

// The language of an address such as /locales/en-0123456789abcdef.json.
function languageOf(address) {
  return new URL(address, self.location.href).pathname.replace(/-[0-9a-f]+\.json$/, '');
}

function wantedLanguages() {
  return caches
    .keys()
    .then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
    .then((kept) => {
      const wanted = kept.flat().map((request) => languageOf(request.url));
      return LANGUAGES.filter((file) => wanted.includes(languageOf(file)));
    });
}

// What only the server can answer: the API, the desk, feeds and the server's own pages.
function isServed(path) {
  return /^\/(api|desk|open311|calendar\.ics|healthz|readyz|metrics)(\/|$)/.test(path);
}
