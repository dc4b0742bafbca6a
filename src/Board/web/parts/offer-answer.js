// Accept, or decline with a moment to take it back. One answer, however often it is tapped.
import { attempts, isUnderWay, nameOf, rankIn, submit } from "../attempts.js";
import { useNow } from "../clock.js";
import { useObservable } from "../observable.js";
import { session } from "../session.js";
import { strings } from "../strings.js";
import { html, leaveFocus, useEffect, useLayoutEffect, useRef } from "../ui.js";
import { Attempt } from "./attempt.js";
import { useCalm } from "./calm.js";
import { titleOf } from "./status.js";
import { hold, resume, sendNow, submitLater, undo, undoable } from "./undo.js";

const texts = strings.offers;
const MaxReason = 200;

/** The attempt at an answer in this round, if there is one. */
export function answerOf(all, job) {
  const found = ["accept", "decline"].map(operation => ({ name: nameOf(job.jobRequestId, operation), attempt: all.get(nameOf(job.jobRequestId, operation)) }))
    .filter(({ attempt }) => attempt && attempt.epoch === job.epoch)
    .sort((one, other) => other.attempt.createdAt - one.attempt.createdAt);
  return found[0] ?? { name: null, attempt: null };
}

export function OfferAnswer({ job, isCompact }) {
  const { name, attempt } = answerOf(useObservable(attempts), job);
  const declining = nameOf(job.jobRequestId, "decline"), isDeclining = useObservable(undoable).has(declining);
  const region = useRef(), isToFocus = useRef(false);
  const isTimed = job.status === "Open" && job.expiresAt !== null;
  const now = useNow(isTimed);
  const isOver = isTimed && Date.parse(job.expiresAt) <= now;
  const me = session.value?.person, rank = rankIn(job, me), myAnswer = job.candidates.find(candidate => candidate.id === me)?.answer;
  const isAnswerable = job.status === "Open" && !isOver && !myAnswer;
  const isAnswered = attempt && (isUnderWay(attempt) || attempt.outcome === "won" || attempt.outcome === "lost");
  const isOldNews = attempt?.outcome === "won" && job.status !== "Open" && job.status !== "Accepted";
  const canWait = job.status === "Accepted" && job.acceptedBy !== me && !myAnswer && !isUnderWay(attempt);
  // Where Accept was, it would lie under the finger.
  const waits = useCalm(canWait) && canWait;
  const asks = isAnswerable && !isAnswered && !isDeclining;
  const asked = useCalm(asks || isDeclining);
  const about = { epoch: job.epoch, subject: titleOf(job) };
  const accept = () => {
    isToFocus.current = true;
    submit(job.jobRequestId, "accept", {}, about);
  };
  const decline = () => {
    isToFocus.current = true;
    submitLater(declining, job.jobRequestId, "decline", about);
  };
  const wait = event => {
    leaveFocus(event);
    submit(job.jobRequestId, "accept", { ifTaken: "standby" }, about);
  };
  const leave = event => {
    leaveFocus(event);
    submit(job.jobRequestId, "withdraw", {}, about);
  };
  useEffect(() => {
    if (!isAnswerable) undo(declining);
  }, [isAnswerable]);
  useLayoutEffect(() => {
    if (asks) return;
    // The button that had it is gone.
    if (isToFocus.current) region.current.focus({ preventScroll: true });
    isToFocus.current = false;
  }, [asks]);
  return html`<div ref=${region} tabIndex="-1" class="answer">
    ${isDeclining ? html`<${Declining} name=${declining} />` : html`<${Attempt} name=${name} attempt=${isOldNews ? null : attempt} />`}
    ${rank && html`<p class="in-line" role="status">${texts.inLine(rank)}</p>`}
    ${(rank || waits) && html`<div class="actions"><button class="button" onClick=${rank ? leave : wait}>${rank ? texts.leaveLine : texts.wait}</button></div>`}
    ${asks && asked && html`<div class="answer-buttons">
      <button class="button button-primary ${isCompact ? "" : "button-big"}" aria-label=${texts.acceptLabel(titleOf(job))} onClick=${accept}>${texts.accept}</button>
      ${!isCompact && html`<button class="button button-quiet" aria-label=${texts.declineLabel(titleOf(job))} onClick=${decline}>${texts.decline}</button>`}
    </div>`}
  </div>`;
}

/** Nothing has been sent yet, and that is what it says. */
function Declining({ name }) {
  const { body, isHeld } = useObservable(undoable).get(name);
  const write = event => hold(name, event.target.value.trim() ? { reason: event.target.value } : {});
  const send = event => {
    event.preventDefault();
    leaveFocus(event);
    sendNow(name);
  };
  const takeBack = event => {
    leaveFocus(event);
    undo(name);
  };
  return html`<form class="declining" onSubmit=${send}>
    <p role="status">${texts.declining}</p>
    <button type="button" class="button button-small" onClick=${takeBack}>${texts.undo}</button>
    <input type="text" maxlength=${MaxReason} aria-label=${texts.reason} placeholder=${strings.steps.reason} value=${body.reason ?? ""} onInput=${write} onFocus=${write} onBlur=${() => resume(name)} />
    <button class="button button-small">${texts.send}</button>
    <span class="undo-time" aria-hidden="true">${!isHeld && html`<span></span>`}</span>
  </form>`;
}
