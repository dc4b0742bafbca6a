// Whether what is stored keeps every promise: one light, and what to look at where it is red.
import { readVerification, startVerification } from "../api.js";
import { ago, number, shortId } from "../format.js";
import { strings } from "../strings.js";
import { html, useState } from "../ui.js";
import { useRead } from "./use-read.js";

const texts = strings.verification;
const Every = 3000, Shown = 5;
const lights = { clean: "good", violations: "bad", running: "busy", unknown: "warn" };

export function Verification({ now }) {
  const [turn, setTurn] = useState(0);
  const found = useRead(signal => readVerification({ signal }), [turn], Every);
  if (!found) return null;
  const { state, checkedAt, jobs, violationCount, violations, problem } = found;
  const light = state === "running" && violationCount > 0 ? "bad" : lights[state] ?? "warn";
  return html`<section class="card verification verification-${light}" aria-labelledby="verification" data-state=${state}>
    <span class="lamp" aria-hidden="true"></span>
    <div>
      <h2 id="verification">${texts.title}</h2>
      <p class="verification-state" role="status">${texts.states[state] ?? state}${violationCount > 0 && html`: ${texts.violations(violationCount)}`}</p>
      <p class="muted">${checkedAt ? texts.checked(number(jobs), ago(checkedAt, now)) : texts.never}${problem && html` ${problem}`}</p>
      ${violations.length > 0 && html`<ul class="violations">${violations.slice(0, Shown).map((violation, index) => html`<li key=${index}>
        <strong>${violation.invariant}</strong> ${violation.message} ${violation.job && html`<a href="#/jobs/${violation.job}">${shortId(violation.job)}</a>`}
      </li>`)}</ul>`}
    </div>
    <button class="button button-small" disabled=${state === "running"} onClick=${() => startVerification().then(() => setTurn(turn + 1), () => setTurn(turn + 1))}>${texts.start}</button>
  </section>`;
}
