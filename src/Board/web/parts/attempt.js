// Where a command is, said calmly and truly.
import { dismiss, submit } from "../attempts.js";
import { strings } from "../strings.js";
import { html, leaveFocus } from "../ui.js";

const texts = strings.attempt;

export function textOf({ state, outcome, code, title, status, explanation, operation, isUnsaved }) {
  if (state === "offline" && isUnsaved) return texts.offlineUnsaved;
  if (state !== "done") return texts[state];
  if (outcome === "moved" && operation !== "accept") return texts.movedOn(strings.status[status] ?? status);
  if (outcome === "lost") {
    // Whose times are equal to the millisecond, was still decided one after the other.
    const lead = operation === "accept" ? explanation?.lostBy : undefined;
    if (lead) return lead.ms > 0 ? texts.lostBy(lead.ms) : texts.lostByNothing;
    return texts.codes[code] ?? title ?? texts.lost;
  }
  if (outcome === "refused") return texts.refused(title);
  return outcome === "done" ? texts.declined : texts[outcome];
}

const kindOf = ({ state, outcome }) =>
  state === "offline" || state === "busy" || outcome === "lapsed" ? "warn"
  : state !== "done" ? "busy"
  : outcome === "won" || outcome === "done" || outcome === "inLine" ? "good"
  : "bad";

export const Mark = ({ kind }) => kind === "good"
  ? html`<svg class="attempt-check" viewBox="0 0 20 20" width="22" height="22" aria-hidden="true"><path d="M4 10.5l4 4 8-9" /></svg>`
  : html`<span class="attempt-mark" aria-hidden="true"></span>`;

/** A step that simply worked says nothing: the job shows it. That an offer was declined, nothing else shows. */
export const isSilent = attempt => !attempt || attempt.outcome === "dismissed" || attempt.outcome === "inLine" || (attempt.outcome === "done" && attempt.operation !== "decline");

export function Attempt({ name, attempt }) {
  const silent = isSilent(attempt);
  const again = event => {
    leaveFocus(event);
    submit(attempt.job, attempt.operation, attempt.body, attempt);
  };
  const close = event => {
    leaveFocus(event);
    dismiss(name);
  };
  return html`<div class="attempt" role="status" aria-live="polite">
    ${!silent && html`<div class="attempt-body attempt-${kindOf(attempt)}" data-state=${attempt.state} data-outcome=${attempt.outcome ?? ""}>
      <${Mark} kind=${kindOf(attempt)} />
      <p>${textOf(attempt)}</p>
      ${attempt.outcome === "lapsed" && html`<button class="button button-small" onClick=${again}>${texts.again}</button>`}
      ${attempt.state === "done" && attempt.outcome !== "won" && attempt.outcome !== "done" && html`<button class="button button-quiet button-small" onClick=${close}>${texts.dismiss}</button>`}
    </div>`}
  </div>`;
}
