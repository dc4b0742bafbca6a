// One job: what it is, who has it, what happened, and what this person may do with it.
import { isFinal, readHistory, readJob, Refused } from "../api.js";
import { time } from "../format.js";
import { useObservable } from "../observable.js";
import { announce } from "../parts/announce.js";
import { useCalm } from "../parts/calm.js";
import { JobDetails } from "../parts/details.js";
import { DispatcherSteps } from "../parts/dispatcher-steps.js";
import { OfferAnswer } from "../parts/offer-answer.js";
import { Race } from "../parts/race.js";
import { Empty, Failed, Loading } from "../parts/states.js";
import { Countdown, Status, titleOf } from "../parts/status.js";
import { Timeline } from "../parts/timeline.js";
import { Tasks, WinnerSteps } from "../parts/winner-steps.js";
import { useRead } from "../parts/use-read.js";
import { generation, jobs, put } from "../store.js";
import { strings } from "../strings.js";
import { html, useEffect, useState } from "../ui.js";

const texts = strings.job;
const Pause = 2000; // milliseconds, where the job could not be read
const isEnded = job => ["Finished", "Declined", "Expired", "Cancelled"].includes(job.status);

export function Job({ id, person }) {
  const job = useObservable(jobs).get(id);
  const turn = useObservable(generation);
  const [error, setError] = useState(null);
  const [retries, setRetries] = useState(0);

  useEffect(() => {
    const leaving = new AbortController();
    let timer;
    readJob(id, { signal: leaving.signal }).then(read => {
      put(read);
      setError(null);
    }, failure => {
      if (leaving.signal.aborted) return;
      setError(failure);
      if (!isFinal(failure)) timer = setTimeout(() => setRetries(count => count + 1), Pause);
    });
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [id, turn, retries]);

  if (error instanceof Refused && error.status === 404) return html`<${Empty} title=${texts.missing}>${texts.missingText}<//>`;
  if (!job) return error ? html`<${Failed} error=${error} onRetry=${() => setRetries(retries + 1)} />` : html`<${Loading} rows=${4} />`;
  return html`<${Details} job=${job} person=${person} />`;
}

function Details({ job, person }) {
  const me = person.person;
  const isRequester = job.requester === me, isWinner = job.acceptedBy === me;
  const seesAll = isRequester || person.isAdmin;
  const isOffered = job.candidates.some(candidate => candidate.id === me);
  // Where Accept was, the first step of the work would lie under the finger.
  const isYours = useCalm(isWinner) && isWinner;
  // Read again with each version that is shown.
  const events = useRead(signal => readHistory(job.jobRequestId, { signal }), [job.jobRequestId, job.version])?.events;
  return html`
    <article class="card job" data-job=${job.jobRequestId} data-status=${job.status} aria-label=${titleOf(job)}>
      <header class="card-head">
        <p class="job-status"><${Status} status=${job.status} /> <${Countdown} job=${job} /></p>
        <button class="button button-quiet button-small" onClick=${copyLink}>${texts.copy}</button>
      </header>
      <dl class="facts">
        <div><dt>${texts.requester}</dt><dd>${job.requester}${isRequester && ` (${texts.you})`}</dd></div>
        ${(seesAll || isWinner) && html`<div><dt>${texts.winner}</dt><dd>${job.acceptedBy ?? texts.nobody}${isWinner && ` (${texts.you})`}</dd></div>`}
        <div><dt>${texts.created}</dt><dd>${time(job.createdAt)}</dd></div>
        <div><dt>${texts.deadline}</dt><dd>${job.expiresAt ? time(job.expiresAt) : strings.noDeadline}</dd></div>
        ${job.epoch > 1 && html`<div><dt title=${texts.roundHint}>${texts.round}</dt><dd>${job.epoch}</dd></div>`}
      </dl>
      <${JobDetails} job=${job} />
      <${Tasks} job=${job} isWinner=${isWinner} />
      ${isOffered && html`<${OfferAnswer} job=${job} />`}
      ${isYours && html`<${WinnerSteps} job=${job} />`}
      ${seesAll && !isEnded(job) && html`<${DispatcherSteps} job=${job} />`}
    </article>
    ${seesAll && html`<section class="card" aria-labelledby="people">
      <h2 id="people">${texts.people}</h2>
      <ul class="people">${job.candidates.map(candidate => html`<li key=${candidate.id} class="person person-${(candidate.answer ?? "none").toLowerCase()}">
        ${candidate.id}${(candidate.answer || job.status === "Open") && html` <span class="person-answer">${strings.answer[candidate.answer ?? "none"]}</span>`}
      </li>`)}</ul>
    </section>`}
    ${seesAll && html`<${Race} job=${job} />`}
    <section class="card" aria-labelledby="history">
      <h2 id="history">${texts.history}</h2>
      ${events ? html`<${Timeline} events=${events} person=${me} seesAll=${seesAll} />` : html`<${Loading} rows=${2} />`}
    </section>`;
}

async function copyLink() {
  // Only secure origins have a clipboard.
  await navigator.clipboard?.writeText(location.href);
  announce(navigator.clipboard ? texts.copied : location.href);
}
