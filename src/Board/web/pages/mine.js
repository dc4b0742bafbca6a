// For candidates: the jobs they have, in their order of start, and those they have done.
import { time } from "../format.js";
import { byStart, MyJob, useMine } from "../parts/my-job.js";
import { Empty, Failed, Loading } from "../parts/states.js";
import { Status, titleOf } from "../parts/status.js";
import { useList } from "../parts/use-list.js";
import { strings } from "../strings.js";
import { html } from "../ui.js";

const texts = strings.mine;

export function Mine({ person }) {
  const me = person.person;
  const current = useMine(me);
  const finished = useList({ standing: "Winner", status: "Finished" }, job => job.acceptedBy === me && job.status === "Finished");
  const cancelled = useList({ standing: "Winner", status: "Cancelled" }, job => job.acceptedBy === me && job.status === "Cancelled");
  const lists = [...current.lists, finished, cancelled], error = lists.find(list => list.error)?.error;
  if (lists.some(list => list.isLoading)) return html`<${Loading} />`;
  if (error && lists.every(list => list.rows.length === 0)) return html`<${Failed} error=${error} onRetry=${() => lists.forEach(list => list.reload())} />`;
  const done = [...finished.rows, ...cancelled.rows].sort((one, other) => byStart(other, one));
  const older = [finished, cancelled].filter(list => list.hasMore);
  return html`
    ${current.rows.length === 0 && html`<${Empty} title=${texts.none} action=${html`<a class="button button-primary" href="#/offers">${texts.toOffers}</a>`}>${texts.noneText}<//>`}
    ${current.rows.sort(byStart).map(job => html`<${MyJob} key=${job.jobRequestId} job=${job} />`)}
    ${done.length > 0 && html`<section aria-labelledby="done">
      <h2 id="done" class="section">${texts.history}</h2>
      <ul class="rows">${done.map(job => html`<li key=${job.jobRequestId}><a class="row" href="#/jobs/${job.jobRequestId}">
        <span class="row-title">${titleOf(job)}</span>
        <span class="row-detail">${[time(job.startsAt ?? job.createdAt), job.place?.text].filter(Boolean).join(" · ")}</span>
        <span class="row-side"><${Status} status=${job.status} /></span>
      </a></li>`)}</ul>
    </section>`}
    ${older.length > 0 && html`<button class="button button-quiet" onClick=${() => older.forEach(list => list.loadMore())}>${strings.more}</button>`}`;
}
