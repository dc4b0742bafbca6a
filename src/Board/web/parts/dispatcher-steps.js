// What the requester and administrators may do with a job that is not closed: give it to somebody, take it back, call it off.
import { attempts, isUnderWay, nameOf, submit } from "../attempts.js";
import { useObservable } from "../observable.js";
import { strings } from "../strings.js";
import { html, useState } from "../ui.js";
import { Attempt } from "./attempt.js";
import { Dialog } from "./dialog.js";
import { titleOf } from "./status.js";

const texts = strings.steps;
const MaxReason = 200;

export const isEnded = job => ["Finished", "Declined", "Expired", "Cancelled"].includes(job.status);

const stepsOf = job => [
  job.acceptedBy
    ? { operation: "release", title: texts.releaseTitle(job.acceptedBy), text: texts.releaseText }
    : { operation: "assign", title: texts.assignTitle, text: texts.assignText, member: "candidate", label: texts.assignTo },
  { operation: "cancel", title: texts.cancelTitle, text: texts.cancelText },
];

export function DispatcherSteps({ job }) {
  const all = useObservable(attempts);
  const [asks, setAsks] = useState(null);
  const names = ["assign", "release", "cancel"].map(operation => nameOf(job.jobRequestId, operation));
  const step = stepsOf(job).find(one => one.operation === asks);
  const send = (operation, body) => {
    setAsks(null);
    submit(job.jobRequestId, operation, body, { epoch: job.epoch, subject: titleOf(job) });
  };
  return html`<div class="actions" tabIndex="-1">
    ${stepsOf(job).map(({ operation }) => html`<button key=${operation} class="button" disabled=${names.some(name => isUnderWay(all.get(name)))}
      onClick=${() => setAsks(operation)}>${texts[operation]}</button>`)}
    <a class="button" href="#/edit/${job.jobRequestId}">${texts.change}</a>
    ${names.map(name => html`<${Attempt} key=${name} name=${name} attempt=${all.get(name)} />`)}
    ${step && html`<${StepDialog} step=${step} onClose=${() => setAsks(null)} onSend=${send} />`}
  </div>`;
}

/** Asks before something that cannot be undone, or for what it needs. */
export function StepDialog({ step, onClose, onSend }) {
  const { operation, title, text, member = "reason", label = texts.reason } = step;
  const [value, setValue] = useState("");
  const send = event => {
    event.preventDefault();
    onSend(operation, value.trim() ? { [member]: value.trim() } : {});
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${send}>
      <p>${text}</p>
      <label class="field"><span>${label}</span>
        <input type="text" maxlength=${MaxReason} autocapitalize="none" required=${member === "candidate"} value=${value} onInput=${event => setValue(event.target.value)} />
      </label>
      <div class="dialog-actions">
        <button type="button" class="button button-quiet" onClick=${onClose}>${strings.cancel}</button>
        <button class=${operation === "assign" ? "button button-primary" : "button button-danger"}>${texts[operation]}</button>
      </div>
    </form>
  <//>`;
}
