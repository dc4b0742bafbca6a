// A job that somebody has: what to do next, where and when.
import { attempts } from "../attempts.js";
import { useObservable } from "../observable.js";
import { strings } from "../strings.js";
import { html } from "../ui.js";
import { Mark } from "./attempt.js";
import { useMoves } from "./calm.js";
import { JobDetails } from "./details.js";
import { answerOf } from "./offer-answer.js";
import { Status, titleOf } from "./status.js";
import { useList } from "./use-list.js";
import { Tasks, WinnerSteps } from "./winner-steps.js";

export const isTaken = job => job.status === "Accepted" || job.status === "Started";
export const isMine = (job, person) => job.acceptedBy === person && isTaken(job);

/** In their order of start; those without a time come last, the oldest first. */
export const byStart = (one, other) => startOf(one).localeCompare(startOf(other)) || one.createdAt.localeCompare(other.createdAt);
const startOf = job => job.startsAt ?? "none"; // after every date

/** What this person has; it is never behind a "show more", however much else was offered since. */
export function useMine(me) {
  const all = { limit: 200, enough: Infinity };
  const accepted = useList({ standing: "Winner", status: "Accepted" }, job => job.acceptedBy === me && job.status === "Accepted", all);
  const started = useList({ standing: "Winner", status: "Started" }, job => job.acceptedBy === me && job.status === "Started", all);
  return { lists: [accepted, started], rows: [...accepted.rows, ...started.rows] };
}

export function MyJob({ job }) {
  const { name, attempt } = answerOf(useObservable(attempts), job);
  const card = useMoves();
  return html`<article ref=${card} class="card mine" data-job=${job.jobRequestId} aria-labelledby="mine-${job.jobRequestId}">
    <header class="card-head">
      <h3 id="mine-${job.jobRequestId}"><a href="#/jobs/${job.jobRequestId}">${titleOf(job)}</a></h3>
      <${Status} status=${job.status} />
    </header>
    <${JobDetails} job=${job} />
    <div class="attempt" role="status" aria-live="polite">
      ${job.status === "Accepted" && html`<div class="attempt-body attempt-good" data-state="done" data-outcome="won" data-name=${name}>
        <${Mark} kind="good" /><p>${attempt?.state === "checking" ? strings.attempt.checking : strings.attempt.won}</p>
      </div>`}
    </div>
    <${Tasks} job=${job} isWinner=${true} />
    <${WinnerSteps} job=${job} />
  </article>`;
}
