// Accept or decline. One answer, however often it is tapped.
import { attempts, isUnderWay, nameOf, submit } from "../attempts.js";
import { useNow } from "../clock.js";
import { useObservable } from "../observable.js";
import { strings } from "../strings.js";
import { html, useLayoutEffect, useRef, useState } from "../ui.js";
import { Attempt } from "./attempt.js";
import { useCalm } from "./calm.js";
import { Dialog } from "./dialog.js";
import { titleOf } from "./status.js";

const texts = strings.offers;
const MaxReason = 200;

/** The attempt at an answer in this round, if there is one. */
export function answerOf(all, job) {
  const found = ["accept", "decline"].map(operation => ({ name: nameOf(job.jobRequestId, operation), attempt: all.get(nameOf(job.jobRequestId, operation)) }))
    .filter(({ attempt }) => attempt && attempt.epoch === job.epoch)
    .sort((one, other) => other.attempt.createdAt - one.attempt.createdAt);
  return found[0] ?? { name: null, attempt: null };
}

export function OfferAnswer({ job }) {
  const { name, attempt } = answerOf(useObservable(attempts), job);
  const [asksWhy, setAsksWhy] = useState(false);
  const region = useRef(), isToFocus = useRef(false);
  const isTimed = job.status === "Open" && job.expiresAt !== null;
  const now = useNow(isTimed);
  const isOver = isTimed && Date.parse(job.expiresAt) <= now;
  const isAnswerable = job.status === "Open" && !isOver && !job.candidates.some(candidate => candidate.answer);
  const isAnswered = attempt && (isUnderWay(attempt) || attempt.outcome === "won" || attempt.outcome === "lost");
  const isOldNews = attempt?.outcome === "won" && job.status !== "Open" && job.status !== "Accepted";
  const asks = isAnswerable && !isAnswered;
  const asked = useCalm(asks);
  const answer = (operation, body) => {
    isToFocus.current = true;
    submit(job.jobRequestId, operation, body, { epoch: job.epoch, subject: titleOf(job) });
  };
  useLayoutEffect(() => {
    if (asks) return;
    setAsksWhy(false);
    // The button that had it is gone.
    if (isToFocus.current) region.current.focus({ preventScroll: true });
    isToFocus.current = false;
  }, [asks]);
  return html`<div ref=${region} tabIndex="-1" class="answer">
    <${Attempt} name=${name} attempt=${isOldNews ? null : attempt} />
    ${asks && asked && html`<div class="answer-buttons">
      <button class="button button-primary button-big" aria-label=${texts.acceptLabel(titleOf(job))} onClick=${() => answer("accept", {})}>${texts.accept}</button>
      <button class="button button-quiet" aria-label=${texts.declineLabel(titleOf(job))} onClick=${() => setAsksWhy(true)}>${texts.decline}</button>
    </div>`}
    ${asksWhy && html`<${DeclineDialog} onClose=${() => setAsksWhy(false)} onDecline=${reason => { setAsksWhy(false); answer("decline", reason ? { reason } : {}); }} />`}
  </div>`;
}

function DeclineDialog({ onClose, onDecline }) {
  const [reason, setReason] = useState("");
  const decline = event => {
    event.preventDefault();
    onDecline(reason.trim());
  };
  return html`<${Dialog} title=${texts.declineTitle} onClose=${onClose}>
    <form onSubmit=${decline}>
      <p>${texts.declineText}</p>
      <label class="field"><span>${texts.reason}</span>
        <input type="text" maxlength=${MaxReason} value=${reason} placeholder=${texts.reasonExample} onInput=${event => setReason(event.target.value)} />
      </label>
      <div class="dialog-actions">
        <button type="button" class="button button-quiet" onClick=${onClose}>${strings.cancel}</button>
        <button class="button button-danger">${texts.decline}</button>
      </div>
    </form>
  <//>`;
}
