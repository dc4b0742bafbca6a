// Commands that were set aside, and their way back: first what would happen, then, if that is right, for real.
import { NoAnswer, readDeadLetters, Refused, replayDeadLetters } from "../api.js";
import { ago, number, shortId } from "../format.js";
import { strings } from "../strings.js";
import { html, useState } from "../ui.js";
import { Dialog } from "./dialog.js";
import { useRead } from "./use-read.js";

const texts = strings.deadLetters;
const Every = 5000, Shown = 8;

export function DeadLetters({ now }) {
  const [turn, setTurn] = useState(0);
  const [job, setJob] = useState(undefined); // undefined: no dialog, null: all jobs
  const deadLetters = useRead(signal => readDeadLetters({ limit: 1, signal }), [turn], Every);
  if (!deadLetters) return null;
  return html`<section class="card" aria-labelledby="dead-letters">
    <div class="card-head"><h2 id="dead-letters">${texts.title} <span class="count">${number(deadLetters.deadLetters)}</span></h2>
      ${deadLetters.deadLetters > 0 && html`<button class="button button-small" onClick=${() => setJob(null)}>${texts.replayAll}</button>`}</div>
    ${deadLetters.deadLetters === 0 && html`<p class="muted">${texts.none}</p>`}
    ${deadLetters.blockedJobs > 0 && html`<p class="muted">${texts.blocked(deadLetters.blockedJobs)}</p>`}
    <ul class="lights">${deadLetters.groups.slice(0, Shown).map(group => html`<li key=${`${group.job}/${group.reason}`} class="light light-${group.blocked ? "bad" : "warn"}">
      <span class="light-dot" aria-hidden="true"></span>
      <span class="light-name">${group.job ? html`<a href="#/jobs/${group.job}">${shortId(group.job)}</a>` : texts.noJob} · ${number(group.count)} · ${group.reason}</span>
      <span class="light-detail">${[group.oldest && texts.since(ago(group.oldest, now)), group.blocked && texts.isBlocked, group.lastError].filter(Boolean).join(" · ")}
        ${group.job && html` <button class="link" onClick=${() => setJob(group.job)}>${texts.replayJob}</button>`}</span>
    </li>`)}</ul>
    ${deadLetters.groups.length > Shown && html`<p class="muted">${texts.more(deadLetters.groups.length - Shown)}</p>`}
    ${job !== undefined && html`<${Replay} job=${job} onClose=${() => { setJob(undefined); setTurn(turn + 1); }} />`}
  </section>`;
}

function Replay({ job, onClose }) {
  const preview = useRead(signal => replayDeadLetters(job, true, signal), [job]);
  const [state, setState] = useState({ isBusy: false, result: null, error: null });
  const replay = async () => {
    setState({ isBusy: true, result: null, error: null });
    try {
      setState({ isBusy: false, result: await replayDeadLetters(job, false), error: null });
    } catch (error) {
      if (!(error instanceof NoAnswer) && !(error instanceof Refused)) throw error;
      setState({ isBusy: false, result: null, error });
    }
  };
  const { isBusy, result, error } = state;
  const isUseful = preview && preview.replayed > 0 && !result;
  return html`<${Dialog} title=${texts.replayTitle} onClose=${onClose}>
    <div role="status">
      ${!preview && html`<p>${texts.counting}</p>`}
      ${preview && !result && !error && html`<p>${texts.would(preview.replayed, preview.leftOut)}</p>`}
      ${isBusy && html`<p>${texts.replaying}</p>`}
      ${error && html`<p class="field-error">${texts.broke}</p>`}
      ${result && html`<p>${texts.did(result.replayed, result.leftOut)}</p>
        ${result.failedAgain.length > 0 && html`<p class="field-error">${texts.failedAgain(result.failedAgain.length)}</p>`}
        ${result.unfinished.length > 0 && html`<p>${texts.unfinished(result.unfinished.length)}</p>`}`}
    </div>
    <div class="dialog-actions">
      <button class="button button-quiet" onClick=${onClose}>${result ? strings.close : strings.cancel}</button>
      ${isUseful && html`<button class="button button-primary" disabled=${isBusy} onClick=${replay}>${texts.replay(preview.replayed)}</button>`}
    </div>
  <//>`;
}
