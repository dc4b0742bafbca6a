// Starts the board: the gateway's settings, the session of this tab, the feed.
import { exchange } from "./api.js";
import { App } from "./app.js";
import { start, stop } from "./feed.js";
import { Failed } from "./parts/states.js";
import { restore, session } from "./session.js";
import { html, render } from "./ui.js";

const root = document.getElementById("board");

async function boot() {
  let config;
  try {
    const answer = await exchange("GET", "/board/config.json");
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
    config = answer.body;
  } catch (error) {
    render(html`<main class="sign-in"><${Failed} error=${error} onRetry=${boot} /></main>`, root);
    return;
  }
  session.subscribe(person => person ? start() : stop());
  restore(config);
  root.replaceChildren();
  render(html`<${App} config=${config} />`, root);
}

boot();
