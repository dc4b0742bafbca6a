// For dispatchers: every job they may see, by status, live, searched by title.
import { countJobs } from "../api.js";
import { useNow } from "../clock.js";
import { ago, number } from "../format.js";
import { useChanges } from "../observable.js";
import { go } from "../router.js";
import { Empty, Failed, Loading } from "../parts/states.js";
import { Countdown, Status, titleOf } from "../parts/status.js";
import { Unlisted } from "../parts/unlisted.js";
import { useList } from "../parts/use-list.js";
import { useRead } from "../parts/use-read.js";
import { jobs } from "../store.js";
import { strings } from "../strings.js";
import { html, useEffect, useRef, useState } from "../ui.js";

const texts = strings.jobs;
const Statuses = ["Open", "Accepted", "Started", "Finished", "Declined", "Expired", "Cancelled"];

export function Jobs({ person, query }) {
  const status = Statuses.includes(query.get("status")) ? query.get("status") : "";
  const scope = query.get("scope") ?? (person.isAdmin ? "all" : "mine");
  const words = query.get("q") ?? "";
  const choose = changes => {
    const next = new URLSearchParams(Object.entries({ status, scope, q: words, ...changes }).filter(([, value]) => value));
    go(`#/jobs?${next}`, { replace: true });
  };
  const fits = job => (!status || job.status === status) && (scope !== "mine" || job.requester === person.person)
    && (!words || (job.title ?? "").toLowerCase().includes(words.toLowerCase()));
  const requester = scope === "mine" ? "me" : undefined;
  const list = useList({ status, requester, q: words }, fits);
  const counts = useRead(signal => countJobs({ requester, signal }), [requester, useChanges(jobs, 1000)])?.counts;
  return html`
    <div class="toolbar">
      <div class="filter" role="group" aria-label=${texts.filter}>
        ${["", ...Statuses].map(one => html`<button key=${one} class="chip" aria-pressed=${one === status} onClick=${() => choose({ status: one })}>
          ${one ? strings.status[one] : texts.all}${one && counts?.[one] > 0 && html` <span class="count">${number(counts[one])}</span>`}
        </button>`)}
      </div>
      <${Search} words=${words} onSearch=${q => choose({ q })} />
      <div class="filter" role="group" aria-label=${texts.title}>
        ${["mine", "all"].map(one => html`<button key=${one} class="chip" aria-pressed=${one === scope} onClick=${() => choose({ scope: one })}>
          ${one === "mine" ? texts.mine : texts.everything}</button>`)}
      </div>
    </div>
    <${Unlisted} belongs=${attempt => attempt.operation === "create"} />
    <${Results} list=${list} isFiltered=${Boolean(status || words)} />`;
}

function Results({ list, isFiltered }) {
  const now = useNow();
  if (list.isLoading) return html`<${Loading} rows=${5} />`;
  if (list.error && list.rows.length === 0) return html`<${Failed} error=${list.error} onRetry=${list.reload} />`;
  if (list.rows.length === 0) return isFiltered
    ? html`<${Empty} title=${texts.noMatch}>${texts.noMatchText}<//>`
    : html`<${Empty} title=${texts.none}>${texts.noneText}<//>`;
  return html`
    <ul class="rows">${list.rows.map(job => html`<li key=${job.jobRequestId}>
      <a class="row" href="#/jobs/${job.jobRequestId}" data-job=${job.jobRequestId}>
        <span class="row-title">${titleOf(job)}</span>
        <span class="row-detail">${detailOf(job)} · ${ago(job.createdAt, now)}</span>
        <span class="row-side"><${Countdown} job=${job} /><${Status} status=${job.status} /></span>
      </a>
    </li>`)}</ul>
    ${list.hasMore && html`<button class="button button-quiet" onClick=${list.loadMore}>${strings.more}</button>`}`;
}

function detailOf(job) {
  if (job.acceptedBy) return texts.taken(job.acceptedBy);
  if (job.status === "Open" && typeof job.candidatesLeft === "number") return texts.candidatesLeft(job.candidatesLeft, job.candidates.length);
  return strings.offers.from(job.requester, "").replace(/, $/, "");
}

function Search({ words, onSearch }) {
  const [text, setText] = useState(words);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    const timer = setTimeout(() => onSearch(text.trim()), 200);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<input class="search" type="search" aria-label=${texts.search} placeholder=${texts.search} value=${text} onInput=${event => setText(event.target.value)} />`;
}
