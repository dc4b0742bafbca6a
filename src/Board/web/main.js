// Starts the board: the gateway's settings, the session of this tab, the feed.
import { readConfig } from "./api.js";
import { App } from "./app.js";
import { start, stop } from "./feed.js";
import { mapsAt } from "./parts/details.js";
import { Failed } from "./parts/states.js";
import { restore, session } from "./session.js";
import { html, render } from "./ui.js";

const root = document.getElementById("board");
const Pause = 3000;

async function boot() {
  let config;
  try {
    config = await readConfig();
  } catch (error) {
    render(html`<main class="sign-in"><${Failed} error=${error} onRetry=${() => location.reload()} /></main>`, root);
    setTimeout(boot, Pause);
    return;
  }
  session.subscribe(person => person ? start() : stop());
  restore(config);
  mapsAt(config.links?.map);
  render(null, root);
  root.replaceChildren();
  render(html`<${App} config=${config} />`, root);
}

boot();

// Only secure origins have service workers; elsewhere the board needs a network to open.
if ("serviceWorker" in navigator) {
  const address = "/service-worker.js", policy = globalThis.trustedTypes?.createPolicy("board", { createScriptURL: () => address });
  navigator.serviceWorker.register(policy?.createScriptURL("") ?? address).catch(error => console.debug("The board will not open offline.", error));
}
