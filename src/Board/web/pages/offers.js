// For candidates: what waits for an answer, the soonest deadline first, and what is theirs next.
import { attempts, isUnderWay, rankIn } from "../attempts.js";
import { useNow } from "../clock.js";
import { ago } from "../format.js";
import { useObservable } from "../observable.js";
import { announce, say } from "../parts/announce.js";
import { useCalm, useMoves } from "../parts/calm.js";
import { JobDetails, WhenAndWhere } from "../parts/details.js";
import { byStart, isMine, isTaken, MyJob, useMine } from "../parts/my-job.js";
import { answerOf, OfferAnswer } from "../parts/offer-answer.js";
import { Empty, Failed, Loading } from "../parts/states.js";
import { Countdown, Status, titleOf } from "../parts/status.js";
import { Unlisted } from "../parts/unlisted.js";
import { useList } from "../parts/use-list.js";
import { Tasks, WinnerSteps } from "../parts/winner-steps.js";
import { jobs } from "../store.js";
import { strings } from "../strings.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../ui.js";

const texts = strings.offers;
const ManyOffers = 500, ShownAtFirst = 40, Few = 3, NextOfMine = 1;
const Stays = 15 * 60_000; // how long a lost offer is shown where it was, unless its message is taken away
const StaysOutcomes = ["lost", "moved", "gone", "lapsed", "refused"];

const myAnswer = (job, person) => job.candidates.find(candidate => candidate.id === person)?.answer;
const isCandidate = (job, person) => job.candidates.some(candidate => candidate.id === person);
const isWaiting = (job, person) => job.status === "Open" && isCandidate(job, person) && !myAnswer(job, person);

export function Offers({ person }) {
  const me = person.person;
  const open = useList({ standing: "ToAnswer" }, job => isWaiting(job, me), { limit: 100, enough: ManyOffers });
  const line = useList({ standing: "Standby" }, job => Boolean(rankIn(job, me)) && isTaken(job), { limit: 200, enough: Infinity });
  const own = useMine(me);
  const recent = useList({ candidate: "me" }, job => isCandidate(job, me), { limit: 50 });
  const lists = [open, line, ...own.lists, recent];

  if (lists.some(list => list.isLoading)) return html`<${Loading} />`;
  const unlisted = html`<${Unlisted} belongs=${attempt => attempt.operation !== "create"} />`;
  const error = lists.find(list => list.error)?.error;
  if (error && lists.every(list => list.rows.length === 0)) return html`${unlisted}<${Failed} error=${error} onRetry=${() => lists.forEach(list => list.reload())} />`;
  return html`${unlisted}<${Sections} me=${me} open=${open} line=${line.rows} mine=${own.rows} recent=${recent} />`;
}

function Sections({ me, open, line, mine, recent }) {
  const known = useObservable(jobs), all = useObservable(attempts);
  const answeredHere = useRef(new Set());
  for (const job of open.rows) if (isUnderWay(answerOf(all, job).attempt)) answeredHere.current.add(job.jobRequestId);
  useFarewells(open.rows, [...known.values()], me, all);
  useLosses(mine, known);
  usePromotions(mine, known, me);

  // An offer that was answered here stays in its place, until the person has seen what became of it; one that was won, until the page is left.
  const keepsItsPlace = job => {
    const { attempt } = answerOf(all, job);
    if (!attempt || isUnderWay(attempt)) return Boolean(attempt);
    if (attempt.outcome === "won") return answeredHere.current.has(job.jobRequestId) && isMine(job, me);
    return StaysOutcomes.includes(attempt.outcome) && attempt.createdAt > Date.now() - Stays;
  };
  const waiting = merge(open.rows, line, [...recent.rows, ...mine].filter(keepsItsPlace)).sort(byDeadline);
  const others = (rows, ...shown) => rows.filter(job => !shown.flat().some(other => other.jobRequestId === job.jobRequestId));
  const yours = others(mine, waiting).sort(byStart);
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
  const [shown, setShown] = useState(ShownAtFirst);
  // Many offers are rows that open; a card that is open stays so.
  const isFew = layout.waiting.length <= Few;
  const count = layout.waiting.map(now).filter(job => isWaiting(job, me)).length;
  return html`
    ${layout.yours.length > 0 && html`<section aria-labelledby="mine">
      <h2 id="mine" class="section">${texts.mine}</h2>
      ${layout.yours.slice(0, NextOfMine).map(now).map(job => html`<${MyJob} key=${job.jobRequestId} job=${job} />`)}
      ${layout.yours.length > NextOfMine && html`<a class="button button-quiet" href="#/mine">${texts.allMine(layout.yours.length)}</a>`}
    </section>`}
    <section aria-labelledby="open" onFocusIn=${event => { focused.current = event.target; }}>
      <h2 id="open" class="section" tabIndex="-1">${texts.open}${count > 0 && html` <span class="count">${count}${open.hasMore ? "+" : ""}</span>`}</h2>
      ${layout.waiting.length === 0 && html`<${Empty} title=${texts.none} action=${html`<a class="button" href="#/mine">${strings.mine.see}</a>`}>${texts.noneText}<//>`}
      ${layout.waiting.slice(0, shown).map(now).map(job => html`<${Offer} key=${job.jobRequestId} job=${job} me=${me} opens=${isFew} />`)}
      ${layout.waiting.length > shown && html`<button class="button button-quiet" onClick=${() => setShown(shown + ShownAtFirst)}>${strings.more}</button>`}
    </section>
    ${layout.earlier.length > 0 && html`<details class="earlier">
      <summary><h2 class="section">${texts.earlier} <span class="count">${layout.earlier.length}${recent.hasMore ? "+" : ""}</span></h2></summary>
      <ul class="rows">${layout.earlier.map(now).map(job => html`<li key=${job.jobRequestId}><a class="row" href="#/jobs/${job.jobRequestId}">
        <span class="row-title">${titleOf(job)}</span><span class="row-side"><${Status} status=${job.status} /></span>
      </a></li>`)}</ul>
      ${recent.hasMore && html`<button class="button button-quiet" onClick=${recent.loadMore}>${strings.more}</button>`}
    </details>`}`;
}

function Offer({ job, me, opens }) {
  const now = useNow(), card = useMoves();
  const [isOpen, setIsOpen] = useState(opens);
  // Where Accept was, the first step of the work would lie under the finger.
  const isYours = useCalm(isMine(job, me)) && isMine(job, me);
  const id = `offer-${job.jobRequestId}`, title = titleOf(job);
  return html`<article ref=${card} class="card offer ${isOpen ? "" : "offer-closed"} ${isMine(job, me) ? "mine" : ""} ${isYours ? "" : "holds-its-height"}" data-job=${job.jobRequestId} aria-labelledby=${id}>
    <h3 id=${id}>${isOpen
      ? html`<a href="#/jobs/${job.jobRequestId}">${title}</a>`
      : html`<button aria-expanded="false" onClick=${() => setIsOpen(true)}>${title}</button>`}</h3>
    <p class="meta">${isOpen && html`<span>${texts.from(job.requester, ago(job.createdAt, now))}</span>`}<${Countdown} job=${job} /></p>
    <${WhenAndWhere} job=${job} />
    ${isOpen && !isYours && job.description && html`<p class="job-text">${job.description}</p>`}
    ${isOpen && !isYours && job.tasks.length > 0 && html`<ul class="task-names">${job.tasks.map(task => html`<li key=${task.id}>${task.name}</li>`)}</ul>`}
    <${OfferAnswer} job=${job} isCompact=${!isOpen} />
    ${isYours && html`<${JobDetails} job=${job} /><${Tasks} job=${job} isWinner=${true} /><${WinnerSteps} job=${job} />`}
  </article>`;
}

const merge = (...lists) => [...new Map(lists.flat().map(job => [job.jobRequestId, job])).values()];
const byDeadline = (one, other) => deadlineOf(one).localeCompare(deadlineOf(other)) || one.createdAt.localeCompare(other.createdAt);
const deadlineOf = job => job.expiresAt ?? "never"; // after every date

/** Says why an offer is gone, and that another has come. */
function useFarewells(open, known, me, all) {
  const before = useRef(null);
  useEffect(() => {
    const now = new Map(open.map(job => [job.jobRequestId, job]));
    for (const [id, job] of before.current ?? []) {
      if (now.has(id)) continue;
      const after = known.find(other => other.jobRequestId === id);
      if (!after || after.acceptedBy === me || myAnswer(after, me) || answerOf(all, after).attempt) continue;
      announce(isTaken(after) ? texts.taken(titleOf(job)) : texts.over(titleOf(job)));
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

/** Says that a job this person was in line for is theirs. */
function usePromotions(mine, known, me) {
  const inLine = useRef(new Set());
  useEffect(() => {
    for (const job of mine) if (inLine.current.delete(job.jobRequestId)) announce(texts.promoted(titleOf(job)), "good");
    for (const job of known.values()) if (rankIn(job, me)) inLine.current.add(job.jobRequestId);
  });
}
