// Commands that were set aside, and their way back: first what would happen, then, if that is right, for real.
import { NoAnswer, readParked, Refused, replayParked } from "../api.js";
import { ago, number, shortId } from "../format.js";
import { strings } from "../strings.js";
import { html, useState } from "../ui.js";
import { Dialog } from "./dialog.js";
import { useRead } from "./use-read.js";

const texts = strings.parked;
const Every = 5000, Shown = 8;

export function Parked({ now }) {
  const [turn, setTurn] = useState(0);
  const [job, setJob] = useState(undefined); // undefined: no dialog, null: all jobs
  const parked = useRead(signal => readParked({ limit: 1, signal }), [turn], Every);
  if (!parked) return null;
  return html`<section class="card" aria-labelledby="parked">
    <div class="card-head"><h2 id="parked">${texts.title} <span class="count">${number(parked.parked)}</span></h2>
      ${parked.parked > 0 && html`<button class="button button-small" onClick=${() => setJob(null)}>${texts.replayAll}</button>`}</div>
    ${parked.parked === 0 && html`<p class="muted">${texts.none}</p>`}
    ${parked.fencedJobs > 0 && html`<p class="muted">${texts.fenced(parked.fencedJobs)}</p>`}
    <ul class="lights">${parked.groups.slice(0, Shown).map(group => html`<li key=${`${group.job}/${group.reason}`} class="light light-${group.fenced ? "bad" : "warn"}">
      <span class="light-dot" aria-hidden="true"></span>
      <span class="light-name">${group.job ? html`<a href="#/jobs/${group.job}">${shortId(group.job)}</a>` : texts.noJob} · ${number(group.count)} · ${group.reason}</span>
      <span class="light-detail">${[group.oldest && texts.since(ago(group.oldest, now)), group.fenced && texts.isFenced, group.lastError].filter(Boolean).join(" · ")}
        ${group.job && html` <button class="link" onClick=${() => setJob(group.job)}>${texts.replayJob}</button>`}</span>
    </li>`)}</ul>
    ${parked.groups.length > Shown && html`<p class="muted">${texts.more(parked.groups.length - Shown)}</p>`}
    ${job !== undefined && html`<${Replay} job=${job} onClose=${() => { setJob(undefined); setTurn(turn + 1); }} />`}
  </section>`;
}

function Replay({ job, onClose }) {
  const preview = useRead(signal => replayParked(job, true, signal), [job]);
  const [state, setState] = useState({ isBusy: false, result: null, error: null });
  const replay = async () => {
    setState({ isBusy: true, result: null, error: null });
    try {
      setState({ isBusy: false, result: await replayParked(job, false), error: null });
    } catch (error) {
      if (!(error instanceof NoAnswer) && !(error instanceof Refused)) throw error;
      setState({ isBusy: false, result: null, error });
    }
  };
  const { isBusy, result, error } = state;
  const isUseful = preview && preview.putBack > 0 && !result;
  return html`<${Dialog} title=${texts.replayTitle} onClose=${onClose}>
    <div role="status">
      ${!preview && html`<p>${texts.counting}</p>`}
      ${preview && !result && !error && html`<p>${texts.would(preview.putBack, preview.leftOut)}</p>`}
      ${isBusy && html`<p>${texts.replaying}</p>`}
      ${error && html`<p class="field-error">${texts.broke}</p>`}
      ${result && html`<p>${texts.did(result.putBack, result.leftOut)}</p>
        ${result.failedAgain.length > 0 && html`<p class="field-error">${texts.failedAgain(result.failedAgain.length)}</p>`}
        ${result.unfinished.length > 0 && html`<p>${texts.unfinished(result.unfinished.length)}</p>`}`}
    </div>
    <div class="dialog-actions">
      <button class="button button-quiet" onClick=${onClose}>${result ? strings.close : strings.cancel}</button>
      ${isUseful && html`<button class="button button-primary" disabled=${isBusy} onClick=${replay}>${texts.replay(preview.putBack)}</button>`}
    </div>
  <//>`;
}
