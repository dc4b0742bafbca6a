// Short messages: shown for a while, one at a time, and read out by screen readers.
import { observable, useObservable } from "../observable.js";
import { html } from "../ui.js";

const Shown = 5000;
const message = observable(null);
const said = observable("");

export function announce(text, kind = "info") {
  const mine = { text, kind };
  message.set(mine);
  setTimeout(() => message.value === mine && message.set(null), Shown);
}

/** For what is seen anyway: only screen readers say it. */
export const say = text => said.set(text);

export function Announcements() {
  const shown = useObservable(message);
  return html`
    <div class="toasts" role="status" aria-live="polite">${shown && html`<p class="toast toast-${shown.kind}">${shown.text}</p>`}</div>
    <p class="visually-hidden" aria-live="polite">${useObservable(said)}</p>`;
}
