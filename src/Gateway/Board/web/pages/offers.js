// For candidates: what waits for an answer, what is theirs, what is over. The oldest offer is on top, so that a new one moves no other.
import { attempts } from "../attempts.js";
import { useNow } from "../clock.js";
import { ago } from "../format.js";
import { useObservable } from "../observable.js";
import { announce, say } from "../parts/announce.js";
import { Mark } from "../parts/attempt.js";
import { answerOf, OfferAnswer } from "../parts/offer-answer.js";
import { Empty, Failed, Loading } from "../parts/states.js";
import { Countdown, Status, titleOf } from "../parts/status.js";
import { useList } from "../parts/use-list.js";
import { Tasks, WinnerSteps } from "../parts/winner-steps.js";
import { strings } from "../strings.js";
import { html, useEffect, useRef } from "../ui.js";

const texts = strings.offers;
const ManyOffers = 500;
const Stays = 15 * 60_000; // how long a lost offer is shown where it was, unless its message is taken away
const Settling = 400; // milliseconds
const StaysOutcomes = ["lost", "moved", "gone", "lapsed", "refused"];

const myAnswer = (job, person) => job.candidates.find(candidate => candidate.id === person)?.answer;
const isCandidate = (job, person) => job.candidates.some(candidate => candidate.id === person);
const isWaiting = (job, person) => job.status === "Open" && isCandidate(job, person) && !myAnswer(job, person);
const isMine = (job, person) => job.acceptedBy === person && (job.status === "Accepted" || job.status === "Started");

export function Offers({ person }) {
  const me = person.person;
  const all = useObservable(attempts);
  const open = useList({ candidate: "me", status: "Open" }, job => isWaiting(job, me), { limit: 100, enough: ManyOffers });
  const recent = useList({ candidate: "me" }, job => isCandidate(job, me), { limit: 50 });
  useFarewells(open.rows, recent.rows, me, all, open.isLoading);

  if (open.isLoading) return html`<${Loading} />`;
  if (open.error && open.rows.length === 0) return html`<${Failed} error=${open.error} onRetry=${open.reload} />`;

  // An offer that was answered here stays in its place until the person has seen what became of it.
  const keepsItsPlace = job => {
    const { attempt } = answerOf(all, job);
    return attempt && !isMine(job, me) && (attempt.state !== "done" || (StaysOutcomes.includes(attempt.outcome) && attempt.createdAt > Date.now() - Stays));
  };
  const waiting = merge(open.rows, recent.rows.filter(keepsItsPlace));
  const mine = recent.rows.filter(job => isMine(job, me));
  const shown = new Set([...waiting, ...mine].map(job => job.jobRequestId));
  const earlier = recent.rows.filter(job => !shown.has(job.jobRequestId));
  return html`
    ${mine.length > 0 && html`<section aria-labelledby="mine">
      <h2 id="mine" class="section">${texts.mine}</h2>
      ${mine.map(job => html`<${Mine} key=${job.jobRequestId} job=${job} />`)}
    </section>`}
    <section aria-labelledby="open">
      <h2 id="open" class="section">${texts.open}${open.rows.length > 0 && html` <span class="count">${open.rows.length}${open.hasMore ? "+" : ""}</span>`}</h2>
      ${waiting.length === 0 && html`<${Empty} title=${texts.none}>${texts.noneText}<//>`}
      ${waiting.map(job => html`<${Offer} key=${job.jobRequestId} job=${job} />`)}
    </section>
    ${earlier.length > 0 && html`<details class="earlier">
      <summary><h2 class="section">${texts.earlier} <span class="count">${earlier.length}${recent.hasMore ? "+" : ""}</span></h2></summary>
      <ul class="rows">${earlier.map(job => html`<li key=${job.jobRequestId}><a class="row" href="#/jobs/${job.jobRequestId}">
        <span class="row-title">${titleOf(job)}</span><span class="row-side"><${Status} status=${job.status} /></span>
      </a></li>`)}</ul>
      ${recent.hasMore && html`<button class="button button-quiet" onClick=${recent.loadMore}>${strings.more}</button>`}
    </details>`}`;
}

function Offer({ job }) {
  const now = useNow();
  const { card, hasJustMoved } = useMoves();
  return html`<article ref=${card} class="card offer" data-job=${job.jobRequestId} aria-labelledby="offer-${job.jobRequestId}">
    <h3 id="offer-${job.jobRequestId}"><a href="#/jobs/${job.jobRequestId}">${titleOf(job)}</a></h3>
    <p class="meta"><span>${texts.from(job.requester, ago(job.createdAt, now))}</span><${Countdown} job=${job} /></p>
    ${job.tasks.length > 0 && html`<ul class="task-names">${job.tasks.map(task => html`<li key=${task.id}>${task.name}</li>`)}</ul>`}
    <${OfferAnswer} job=${job} hasJustMoved=${hasJustMoved} />
  </article>`;
}

/** Offers above this one come and go: a tap that was meant for the one that stood here a moment ago is no answer. */
function useMoves() {
  const card = useRef(), place = useRef(null), movedAt = useRef(-Settling);
  useEffect(() => {
    const top = card.current.offsetTop - card.current.parentElement.offsetTop;
    if (place.current !== null && Math.abs(top - place.current) > 4) movedAt.current = performance.now();
    place.current = top;
  });
  return { card, hasJustMoved: () => performance.now() - movedAt.current < Settling };
}

function Mine({ job }) {
  const { name, attempt } = answerOf(useObservable(attempts), job);
  return html`<article class="card mine" data-job=${job.jobRequestId} aria-labelledby="mine-${job.jobRequestId}">
    <header class="card-head">
      <h3 id="mine-${job.jobRequestId}"><a href="#/jobs/${job.jobRequestId}">${titleOf(job)}</a></h3>
      <${Status} status=${job.status} />
    </header>
    <div class="attempt" role="status" aria-live="polite">
      ${job.status === "Accepted" && html`<div class="attempt-body attempt-good" data-state="done" data-outcome="won" data-name=${name}>
        <${Mark} kind="good" /><p>${attempt?.state === "checking" ? strings.attempt.checking : strings.attempt.won}</p>
      </div>`}
    </div>
    <${Tasks} job=${job} isWinner=${true} />
    <${WinnerSteps} job=${job} />
  </article>`;
}

const merge = (...lists) => [...new Map(lists.flat().map(job => [job.jobRequestId, job])).values()]
  .sort((one, other) => one.createdAt.localeCompare(other.createdAt));

/** Says why an offer is gone, and that another has come. */
function useFarewells(open, known, me, all, isLoading) {
  const before = useRef(null);
  useEffect(() => {
    if (isLoading) return;
    const now = new Map(open.map(job => [job.jobRequestId, job]));
    for (const [id, job] of before.current ?? []) {
      if (now.has(id)) continue;
      const after = known.find(other => other.jobRequestId === id);
      if (!after || after.acceptedBy === me || myAnswer(after, me) || answerOf(all, after).attempt) continue;
      announce(after.status === "Accepted" || after.status === "Started" ? texts.taken(titleOf(job)) : texts.over(titleOf(job)));
    }
    if (before.current) for (const [id, job] of now) if (!before.current.has(id)) say(texts.arrived(titleOf(job)));
    before.current = now;
  });
}
