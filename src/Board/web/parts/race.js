// Every answer to a job on one time axis: when it arrived, when it was decided, and by how much the others lost.
import { readTimeline } from "../api.js";
import { duration } from "../format.js";
import { strings } from "../strings.js";
import { html, useState } from "../ui.js";
import { useRead } from "./use-read.js";

const texts = strings.job;
const Answers = ["accept", "decline"];
const FewRunners = 25;
// Who came much later than the others is told as later, so that the close ones stay apart on the axis.
const Close = 10_000, Spread = 4;

const arrivalOf = entry => Date.parse(entry.times.receivedAt ?? entry.times.writtenAt ?? entry.times.decidedAt);
const endOf = entry => Date.parse(entry.times.decidedAt);

export function Race({ job }) {
  const timeline = useRead(signal => readTimeline(job.jobRequestId, { signal }), [job.jobRequestId, job.version, job.status === "Open"], job.status === "Open" || job.status === "Accepted" ? 3000 : undefined);
  if (!timeline) return null;
  const answers = timeline.entries.filter(entry => Answers.includes(entry.operation));
  const rounds = [...Map.groupBy(answers, entry => entry.epoch ?? 1)].sort(([one], [other]) => other - one);
  if (rounds.length === 0) return html`<p class="muted">${texts.raceNone}</p>`;
  return rounds.map(([epoch, entries]) => html`<section key=${epoch} class="card" aria-label=${texts.raceRound(epoch)}>
    ${job.epoch > 1 && html`<h3>${texts.raceRound(epoch)}</h3>`}
    <p class="race-hint">${texts.raceHint}</p>
    <${Round} entries=${entries} />
  </section>`);
}

function Round({ entries }) {
  const [showsAll, setShowsAll] = useState(false);
  const runners = entries.map(entry => ({ entry, arrival: arrivalOf(entry), end: Math.max(arrivalOf(entry), endOf(entry)) })).sort((one, other) => one.arrival - other.arrival);
  const start = runners[0].arrival, last = axisEnd(runners, start), length = Math.max(1, last - start);
  const counts = new Map();
  const shown = showsAll ? runners : runners.filter(({ entry }, index) => index < FewRunners || entry.won);
  return html`
    <ol class="race">${shown.map(({ entry, arrival, end }) => {
      const nth = (counts.get(entry.by) ?? 0) + 1;
      counts.set(entry.by, nth);
      const isLater = arrival > last;
      const left = Math.min(1, (arrival - start) / length), width = isLater ? 0 : Math.min(1, (end - start) / length) - left;
      const place = entry.position ? `, ${texts.racePlace(entry.position.partition, entry.position.offset)}` : "";
      return html`<li key=${entry.key ?? `${entry.by}-${arrival}`} class="runner runner-${kindOf(entry)}" title=${texts.raceDecided(arrival - start, end - arrival) + place}>
        <span class="runner-name">${entry.by ?? "…"}${nth > 1 && html` <span class="muted">${texts.raceAgain(nth)}</span>`}</span>
        <span class="runner-track" aria-hidden="true">${!isLater && html`<span class="runner-bar" style=${{ left: `${96 * left}%`, width: `${96 * width}%` }}></span>`}</span>
        <span class="runner-result">${isLater ? texts.raceLater(arrival - start) : resultOf(entry)}</span>
      </li>`;
    })}</ol>
    <p class="race-axis" aria-hidden="true"><span>0</span><span>${duration(length)}</span></p>
    ${shown.length < runners.length && html`<button class="button button-quiet" onClick=${() => setShowsAll(true)}>${texts.raceAll(runners.length)}</button>`}`;
}

function axisEnd(runners, start) {
  const winner = runners.find(({ entry }) => entry.won);
  const limit = winner ? Math.max(Close, Spread * (winner.end - start)) : Infinity;
  return Math.max(...runners.filter(({ arrival }) => arrival - start <= limit).map(({ end }) => end));
}

const kindOf = entry => entry.won ? "won" : entry.operation === "decline" ? "declined" : "lost";

function resultOf(entry) {
  if (entry.won) return texts.raceWon;
  if (entry.operation === "decline" && entry.outcome === "SUCCESS") return texts.raceDeclined;
  if (entry.lostBy) return texts.raceLostBy(entry.lostBy.ms);
  return strings.attempt.codes[entry.code] ?? texts.raceLost;
}
