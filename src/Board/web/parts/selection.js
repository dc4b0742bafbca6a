// Several jobs at once: cancel them with one reason, or take them along as a file.
import { submit } from "../attempts.js";
import { csvOf, download } from "../download.js";
import { strings } from "../strings.js";
import { html, useState } from "../ui.js";
import { announce } from "./announce.js";
import { isEnded, StepDialog } from "./dispatcher-steps.js";
import { titleOf } from "./status.js";

const texts = strings.selection;
const Columns = ["jobRequestId", "title", "status", "requester", "acceptedBy", "startsAt", "endsAt", "place", "createdAt", "expiresAt", "candidates"];

const rowOf = job => Columns.map(column => column === "place" ? job.place?.text : column === "candidates" ? job.candidates.map(candidate => candidate.id).join(" ") : job[column]);

/** @param selected the ids; null while nobody selects */
export function Selection({ jobs, selected, onSelected }) {
  const [asks, setAsks] = useState(false);
  const chosen = selected ? jobs.filter(job => selected.has(job.jobRequestId)) : [], cancellable = chosen.filter(job => !isEnded(job));
  const exportCsv = () => download("jobs.csv", "text/csv", csvOf([Columns, ...(chosen.length > 0 ? chosen : jobs).map(rowOf)]));
  const cancel = (operation, body) => {
    setAsks(false);
    for (const job of cancellable) submit(job.jobRequestId, operation, body, { epoch: job.epoch, subject: titleOf(job) });
    announce(texts.cancelling(cancellable.length));
    onSelected(null);
  };
  return html`<div class="selection">
    ${selected
      ? html`<span role="status">${texts.count(chosen.length)}</span>
        <button class="button button-small" onClick=${() => onSelected(new Set(chosen.length < jobs.length ? jobs.map(job => job.jobRequestId) : []))}>${texts.all}</button>
        <button class="button button-small" disabled=${cancellable.length === 0} onClick=${() => setAsks(true)}>${texts.cancel(cancellable.length)}</button>
        <button class="button button-small" onClick=${exportCsv}>${texts.export}</button>
        <button class="button button-quiet button-small" onClick=${() => onSelected(null)}>${texts.done}</button>`
      : html`<button class="button button-quiet button-small" onClick=${() => onSelected(new Set())}>${texts.select}</button>
        <button class="button button-quiet button-small" onClick=${exportCsv}>${texts.export}</button>`}
    ${asks && html`<${StepDialog} step=${{ operation: "cancel", title: texts.cancelTitle(cancellable.length), text: strings.steps.cancelText }} onClose=${() => setAsks(false)} onSend=${cancel} />`}
  </div>`;
}
