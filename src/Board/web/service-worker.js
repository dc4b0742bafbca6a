// Keeps the page and its files, so that the board opens without a network, and with it the answers that wait on this device.
// It keeps nothing that the service says about jobs, and has no part in commands.
const release = "{version}";
const shell = `board-${release}`;
const Page = "/", Config = "/board/config.json";
const NetworkWait = 4000; // milliseconds for a network that is there and brings nothing

self.addEventListener("install", event => event.waitUntil(keep()));
self.addEventListener("activate", event => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", event => {
  const { request } = event, { pathname } = new URL(request.url);
  if (request.method !== "GET") return;
  if (pathname.startsWith(`/board/${release}/`)) event.respondWith(kept(pathname).then(file => file ?? fetch(request)));
  else if (pathname === Config || (pathname === Page && request.mode === "navigate")) event.respondWith(freshOrKept(request, pathname));
});

async function keep() {
  const page = await ask(Page, "text/html"), text = await page.clone().text();
  // A page of another version, or of a network that wants somebody to sign in.
  if (!text.includes(`/board/${release}/boot.js`)) throw new Error("This is not the page of this version.");
  const found = new Map([[Page, page], [Config, await undated(await ask(Config, "application/json"))]]);
  for (const file of new Set(text.match(/\/board\/[^"]+/g))) found.set(file, await ask(file));
  // Each person needs one language; the page has none in its head.
  for (const language of [...navigator.languages.map(tag => tag.split("-")[0]), "en"]) {
    const file = `/board/${release}/languages/${language}.js`, response = await fetch(file);
    if (!response.ok) continue;
    found.set(file, response);
    break;
  }
  const cache = await caches.open(shell);
  for (const [path, response] of found) await cache.put(path, response);
  await self.skipWaiting();
}

async function ask(path, type) {
  const response = await fetch(path, { redirect: "error" }), found = response.headers.get("Content-Type") ?? "";
  if (!response.ok || (type ? !found.startsWith(type) : found.startsWith("text/html"))) throw new Error(`${path} is not what it should be.`);
  return response;
}

// The page takes an answer's date for the time: what is kept must not tell one.
const undated = async response => new Response(await response.text(), { headers: { "Content-Type": "application/json" } });

async function forgetOthers() {
  for (const name of await caches.keys()) if (name.startsWith("board-") && name !== shell) await caches.delete(name);
}

const kept = async path => (await caches.open(shell)).match(path);

async function freshOrKept(request, path) {
  const fresh = fetch(request), late = new Promise(resolve => setTimeout(resolve, NetworkWait));
  fresh.catch(() => {}); // It may fail after what was kept is shown.
  const response = await Promise.race([fresh, late]).catch(() => null);
  if (response && response.status < 500) return response;
  return await kept(path) ?? fresh;
}
