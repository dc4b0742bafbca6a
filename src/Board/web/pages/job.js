// One job: what it is, who has it, what happened, and what this person may do with it.
import { isFinal, readHistory, readJob, Refused } from "../api.js";
import { rankIn } from "../attempts.js";
import { number, shortId, time } from "../format.js";
import { useObservable } from "../observable.js";
import { announce } from "../parts/announce.js";
import { useCalm } from "../parts/calm.js";
import { JobDetails } from "../parts/details.js";
import { DispatcherSteps, isEnded } from "../parts/dispatcher-steps.js";
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
  const isOthers = !seesAll && !isWinner && ["Accepted", "Started", "Finished"].includes(job.status);
  const isOffered = job.candidates.some(candidate => candidate.id === me);
  // Where Accept was, the first step of the work would lie under the finger.
  const isYours = useCalm(isWinner) && isWinner;
  // Read again with each version that is shown.
  const events = useRead(signal => readHistory(job.jobRequestId, { signal }), [job.jobRequestId, job.version])?.events;
  const repeat = isRequester && html`<a class="button repeat" href="#/new?from=${job.jobRequestId}">${texts.repeat}</a>`;
  return html`
    <article class="card job" data-job=${job.jobRequestId} data-status=${job.status} aria-label=${titleOf(job)}>
      <header class="card-head">
        <p class="job-status">${!isOthers && html`<${Status} status=${job.status} />`} <${Countdown} job=${job} /></p>
        <button class="button button-quiet button-small" onClick=${copyLink}>${texts.copy}</button>
      </header>
      ${!rankIn(job, me) && html`<p class="job-now">${isOthers ? texts.now.taken : nowOf(job, { isWinner, seesAll })}</p>`}
      ${seesAll && job.confirmBy && html`<p>${texts.unconfirmed(time(job.confirmBy))}</p>`}
      ${job.nextWaveAt && html`<p>${texts.nextWave(time(job.nextWaveAt))}</p>`}
      ${job.acceptedBy && !isOthers && html`<${Progress} tasks=${job.tasks} />`}
      ${isOffered && html`<${OfferAnswer} job=${job} />`}
      ${isYours && html`<${WinnerSteps} job=${job} />`}
      ${isEnded(job) && repeat}
      ${seesAll && !isEnded(job) && html`<${DispatcherSteps} job=${job} />`}
      <${JobDetails} job=${job} />
      <${Tasks} job=${job} isWinner=${isWinner} />
      <dl class="facts">
        <div><dt>${texts.requester}</dt><dd>${job.requester}${isRequester && ` (${texts.you})`}</dd></div>
        <div><dt>${texts.created}</dt><dd>${time(job.createdAt)}</dd></div>
        <div><dt>${texts.deadline}</dt><dd>${job.expiresAt ? time(job.expiresAt) : strings.noDeadline}</dd></div>
        ${job.previous && html`<div><dt>${texts.repeats}</dt><dd><a href="#/jobs/${job.previous}">${shortId(job.previous)}</a></dd></div>`}
        ${job.epoch > 1 && html`<div><dt title=${texts.roundHint}>${texts.round}</dt><dd>${job.epoch}</dd></div>`}
      </dl>
      ${!isEnded(job) && repeat}
    </article>
    ${seesAll && html`<${People} job=${job} />`}
    <section class="card" aria-labelledby="history">
      <h2 id="history">${texts.history}</h2>
      ${events ? html`<${Timeline} events=${events} person=${me} seesAll=${seesAll} />` : html`<${Loading} rows=${2} />`}
    </section>
    ${seesAll && html`<${Fold} title=${texts.race}><${Race} job=${job} events=${events} /><//>`}`;
}

/** The one thing to know first: who has it, or who can still take it. */
function nowOf(job, { isWinner, seesAll }) {
  const { acceptedBy, status, candidates, candidatesLeft } = job;
  if (isWinner) return texts.now.yours;
  if (status === "Open") return seesAll && typeof candidatesLeft === "number" ? texts.now.open(candidatesLeft, candidates.length) : texts.now.offered;
  if (acceptedBy) return texts.now.has(acceptedBy);
  return (seesAll && texts.now[status]) || texts.now.over;
}

function Progress({ tasks }) {
  const done = tasks.filter(task => task.done).length;
  return tasks.length > 0 && html`<p class="progress"><progress max=${tasks.length} value=${done} aria-label=${strings.tasksTitle}></progress> ${texts.progress(done, tasks.length)}</p>`;
}

const FewPeople = 12;

function People({ job }) {
  const [showsAll, setShowsAll] = useState(false);
  const order = { Accepted: 0, Standby: 1, Withdrawn: 2, Declined: 2 };
  const asked = [...job.candidates].sort((one, other) => (order[one.answer] ?? 3) - (order[other.answer] ?? 3) || (one.rank ?? 0) - (other.rank ?? 0));
  const people = [...asked, ...(job.waiting ?? []).map(id => ({ id, answer: "NotAsked" }))];
  return html`<section class="card" aria-labelledby="people">
    <h2 id="people">${texts.people} <span class="count">${number(people.length)}</span></h2>
    <ul class="people">${(showsAll ? people : people.slice(0, FewPeople)).map(candidate => html`<li key=${candidate.id} class="person person-${(candidate.answer ?? "none").toLowerCase()}">
      ${candidate.id}${(candidate.answer || job.status === "Open") && html` <span class="person-answer">${candidate.rank ? texts.rank(candidate.rank) : strings.answer[candidate.answer ?? "none"]}</span>`}
    </li>`)}</ul>
    ${!showsAll && people.length > FewPeople && html`<button class="button button-quiet" onClick=${() => setShowsAll(true)}>${texts.allPeople(people.length)}</button>`}
  </section>`;
}

/** What few ask for: it is read when it is opened. */
function Fold({ title, children }) {
  const [isOpen, setIsOpen] = useState(false);
  return html`<details class="fold" onToggle=${event => setIsOpen(event.target.open)}>
    <summary><h2 class="section">${title}</h2></summary>
    ${isOpen && children}
  </details>`;
}

async function copyLink() {
  // Only secure origins have a clipboard.
  await navigator.clipboard?.writeText(location.href);
  announce(navigator.clipboard ? texts.copied : location.href);
}
