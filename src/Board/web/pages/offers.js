// For candidates: what waits for an answer, what is theirs, what is over. The oldest offer is on top, so that a new one moves no other.
import { attempts, isUnderWay } from "../attempts.js";
import { useNow } from "../clock.js";
import { ago } from "../format.js";
import { useObservable } from "../observable.js";
import { announce, say } from "../parts/announce.js";
import { Mark } from "../parts/attempt.js";
import { useCalm, useMoves } from "../parts/calm.js";
import { JobDetails, WhenAndWhere } from "../parts/details.js";
import { answerOf, OfferAnswer } from "../parts/offer-answer.js";
import { Empty, Failed, Loading } from "../parts/states.js";
import { Countdown, Status, titleOf } from "../parts/status.js";
import { Unlisted } from "../parts/unlisted.js";
import { useList } from "../parts/use-list.js";
import { Tasks, WinnerSteps } from "../parts/winner-steps.js";
import { jobs } from "../store.js";
import { strings } from "../strings.js";
import { html, useEffect, useLayoutEffect, useRef } from "../ui.js";

const texts = strings.offers;
const ManyOffers = 500;
const Stays = 15 * 60_000; // how long a lost offer is shown where it was, unless its message is taken away
const StaysOutcomes = ["lost", "moved", "gone", "lapsed", "refused"];

const myAnswer = (job, person) => job.candidates.find(candidate => candidate.id === person)?.answer;
const isCandidate = (job, person) => job.candidates.some(candidate => candidate.id === person);
const isWaiting = (job, person) => job.status === "Open" && isCandidate(job, person) && !myAnswer(job, person);
const isMine = (job, person) => job.acceptedBy === person && (job.status === "Accepted" || job.status === "Started");

export function Offers({ person }) {
  const me = person.person;
  const open = useList({ candidate: "me", status: "Open" }, job => isWaiting(job, me), { limit: 100, enough: ManyOffers });
  // What is mine is never behind a "show more", however much else was offered since.
  const all = { limit: 200, enough: Infinity };
  const accepted = useList({ candidate: "me", status: "Accepted" }, job => job.acceptedBy === me && job.status === "Accepted", all);
  const started = useList({ candidate: "me", status: "Started" }, job => job.acceptedBy === me && job.status === "Started", all);
  const recent = useList({ candidate: "me" }, job => isCandidate(job, me), { limit: 50 });
  const lists = [open, accepted, started, recent];

  if (lists.some(list => list.isLoading)) return html`<${Loading} />`;
  const unlisted = html`<${Unlisted} belongs=${attempt => attempt.operation !== "create"} />`;
  const error = lists.find(list => list.error)?.error;
  if (error && lists.every(list => list.rows.length === 0)) return html`${unlisted}<${Failed} error=${error} onRetry=${() => lists.forEach(list => list.reload())} />`;
  return html`${unlisted}<${Sections} me=${me} open=${open} mine=${[...accepted.rows, ...started.rows]} recent=${recent} />`;
}

function Sections({ me, open, mine, recent }) {
  const known = useObservable(jobs), all = useObservable(attempts);
  const answeredHere = useRef(new Set());
  for (const job of open.rows) if (isUnderWay(answerOf(all, job).attempt)) answeredHere.current.add(job.jobRequestId);
  useFarewells(open.rows, [...known.values()], me, all);
  useLosses(mine, known);

  // An offer that was answered here stays in its place, until the person has seen what became of it; one that was won, until the page is left.
  const keepsItsPlace = job => {
    const { attempt } = answerOf(all, job);
    if (!attempt || isUnderWay(attempt)) return Boolean(attempt);
    if (attempt.outcome === "won") return answeredHere.current.has(job.jobRequestId) && isMine(job, me);
    return StaysOutcomes.includes(attempt.outcome) && attempt.createdAt > Date.now() - Stays;
  };
  const waiting = merge(open.rows, [...recent.rows, ...mine].filter(keepsItsPlace));
  const others = (rows, ...shown) => rows.filter(job => !shown.flat().some(other => other.jobRequestId === job.jobRequestId));
  const yours = merge(others(mine, waiting));
  const earlier = others(recent.rows, waiting, yours);
  // Which cards there are waits for a calm page; what is on them does not.
  const layout = useCalm({ waiting, yours, earlier });
  const now = job => known.get(job.jobRequestId) ?? job;
  const focused = useRef(null);
  useLayoutEffect(() => {
    // When a card goes with the focus in it, the list's heading has it next.
    if (!focused.current || focused.current.isConnected || document.activeElement !== document.body) return;
    focused.current = null;
    document.getElementById("open").focus({ preventScroll: true });
  });
  const count = layout.waiting.map(now).filter(job => isWaiting(job, me)).length;
  return html`
    ${layout.yours.length > 0 && html`<section aria-labelledby="mine">
      <h2 id="mine" class="section">${texts.mine}</h2>
      ${layout.yours.map(now).map(job => html`<${Mine} key=${job.jobRequestId} job=${job} />`)}
    </section>`}
    <section aria-labelledby="open" onFocusIn=${event => { focused.current = event.target; }}>
      <h2 id="open" class="section" tabIndex="-1">${texts.open}${count > 0 && html` <span class="count">${count}${open.hasMore ? "+" : ""}</span>`}</h2>
      ${layout.waiting.length === 0 && html`<${Empty} title=${texts.none}>${texts.noneText}<//>`}
      ${layout.waiting.map(now).map(job => html`<${Offer} key=${job.jobRequestId} job=${job} me=${me} />`)}
    </section>
    ${layout.earlier.length > 0 && html`<details class="earlier">
      <summary><h2 class="section">${texts.earlier} <span class="count">${layout.earlier.length}${recent.hasMore ? "+" : ""}</span></h2></summary>
      <ul class="rows">${layout.earlier.map(now).map(job => html`<li key=${job.jobRequestId}><a class="row" href="#/jobs/${job.jobRequestId}">
        <span class="row-title">${titleOf(job)}</span><span class="row-side"><${Status} status=${job.status} /></span>
      </a></li>`)}</ul>
      ${recent.hasMore && html`<button class="button button-quiet" onClick=${recent.loadMore}>${strings.more}</button>`}
    </details>`}`;
}

function Offer({ job, me }) {
  const now = useNow(), card = useMoves();
  // Where Accept was, the first step of the work would lie under the finger.
  const isYours = useCalm(isMine(job, me)) && isMine(job, me);
  return html`<article ref=${card} class="card offer ${isMine(job, me) ? "mine" : ""} ${isYours ? "" : "holds-its-height"}" data-job=${job.jobRequestId} aria-labelledby="offer-${job.jobRequestId}">
    <h3 id="offer-${job.jobRequestId}"><a href="#/jobs/${job.jobRequestId}">${titleOf(job)}</a></h3>
    <p class="meta"><span>${texts.from(job.requester, ago(job.createdAt, now))}</span><${Countdown} job=${job} /></p>
    <${WhenAndWhere} job=${job} />
    ${!isYours && job.tasks.length > 0 && html`<ul class="task-names">${job.tasks.map(task => html`<li key=${task.id}>${task.name}</li>`)}</ul>`}
    <${OfferAnswer} job=${job} />
    ${isYours && html`<${JobDetails} job=${job} /><${Tasks} job=${job} isWinner=${true} /><${WinnerSteps} job=${job} />`}
  </article>`;
}

function Mine({ job }) {
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

const merge = (...lists) => [...new Map(lists.flat().map(job => [job.jobRequestId, job])).values()]
  .sort((one, other) => one.createdAt.localeCompare(other.createdAt));

/** Says why an offer is gone, and that another has come. */
function useFarewells(open, known, me, all) {
  const before = useRef(null);
  useEffect(() => {
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

/** Says that a job of this person was taken back by its requester. */
function useLosses(mine, known) {
  const before = useRef([]);
  useEffect(() => {
    for (const job of before.current)
      if (known.get(job.jobRequestId)?.status === "Cancelled") announce(texts.cancelled(titleOf(job)));
    before.current = mine;
  });
}
