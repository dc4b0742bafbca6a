// For dispatchers: every job they may see. What needs somebody comes first; filters stay in the address.
import { countJobs } from "../api.js";
import { attempts, nameOf } from "../attempts.js";
import { useNow } from "../clock.js";
import { ago, dayOf, number, span } from "../format.js";
import { useChanges, useObservable } from "../observable.js";
import { go } from "../router.js";
import { attentionOf } from "../parts/attention.js";
import { isSilent, textOf } from "../parts/attempt.js";
import { useCalm } from "../parts/calm.js";
import { isEnded } from "../parts/dispatcher-steps.js";
import { byStart } from "../parts/my-job.js";
import { Selection } from "../parts/selection.js";
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
const Troubled = ["Open", "Accepted", "Declined", "Expired"];
// What the service does not filter or sort by, this page does among what it has read.
const Page = { limit: 50 }, Deep = { limit: 200, enough: 1000 };

const peopleOf = job => [job.requester, job.acceptedBy, ...job.candidates.map(candidate => candidate.id)];

export function Jobs({ person, query }) {
  const chosen = Object.fromEntries(["status", "scope", "q", "person", "day", "sort"].map(name => [name, query.get(name) ?? ""]));
  const status = Statuses.includes(chosen.status) ? chosen.status : "", scope = chosen.scope || (person.isAdmin ? "all" : "mine");
  const choose = changes => {
    const next = new URLSearchParams(Object.entries({ ...chosen, ...changes }).filter(([, value]) => value));
    go(`#/jobs${next.size ? `?${next}` : ""}`, { replace: true });
  };
  const fits = job => (scope !== "mine" || job.requester === person.person)
    && (!chosen.q || (job.title ?? "").toLowerCase().includes(chosen.q.toLowerCase()))
    && (!chosen.person || peopleOf(job).some(one => one?.toLowerCase() === chosen.person.toLowerCase()))
    && (!chosen.day || dayOf(job.startsAt ?? job.createdAt) === chosen.day);
  const requester = scope === "mine" ? "me" : undefined, isDeep = chosen.person || chosen.day || chosen.sort;
  const list = useList({ status, requester, q: chosen.q }, job => fits(job) && (!status || job.status === status), isDeep ? Deep : Page);
  const [showsFields, setShowsFields] = useState(Boolean(isDeep));
  const troubled = useTroubled(requester, fits);
  const counts = useRead(signal => countJobs({ requester, signal }), [requester, useChanges(jobs, 1000)])?.counts;
  const isFiltered = Boolean(status || chosen.q || chosen.person || chosen.day);
  const hasJobs = isFiltered || list.rows.length > 0 || (counts && Object.values(counts).some(count => count > 0));
  return html`
    ${hasJobs && html`<div class="toolbar">
      <div class="filter" role="group" aria-label=${texts.filter}>
        ${["", ...Statuses].filter(one => !one || one === status || counts?.[one] > 0).map(one => html`<button key=${one} class="chip" aria-pressed=${one === status} onClick=${() => choose({ status: one })}>
          ${one ? strings.status[one] : texts.all}${one && counts?.[one] > 0 && html` <span class="count">${number(counts[one])}</span>`}
        </button>`)}
      </div>
      <${Text} type="search" label=${texts.search} value=${chosen.q} onChange=${q => choose({ q })} />
      <button class="button" aria-expanded=${showsFields} onClick=${() => setShowsFields(!showsFields)}>${texts.filters}</button>
      ${showsFields && html`<div class="filter-fields">
        <${Text} type="text" label=${texts.person} value=${chosen.person} onChange=${value => choose({ person: value })} />
        <label>${texts.day}<input type="date" value=${chosen.day} onChange=${event => choose({ day: event.target.value })} /></label>
        <label>${texts.sort}<select value=${chosen.sort} onChange=${event => choose({ sort: event.target.value })}>
          <option value="">${texts.newest}</option><option value="start">${texts.byStart}</option></select></label>
        <label>${texts.scope}<select value=${scope} onChange=${event => choose({ scope: event.target.value })}>
          <option value="mine">${texts.mine}</option><option value="all">${texts.everything}</option></select></label>
      </div>`}
    </div>`}
    <${Unlisted} belongs=${attempt => attempt.operation === "create"} />
    <${Results} list=${list} troubled=${troubled} isFiltered=${isFiltered} groups=${!status} sorts=${chosen.sort === "start"} />`;
}

/** Where trouble can be, however old: the first page of the list may not have it. */
function useTroubled(requester, fits) {
  return Troubled.flatMap(status => useList({ status, requester }, job => job.status === status && fits(job), { limit: 100 }).rows);
}

function Results({ list, troubled, isFiltered, groups, sorts }) {
  const now = useNow();
  const [selected, setSelected] = useState(null);
  // What was repeated needs nobody any more.
  const repeated = new Set([...jobs.value.values()].map(job => job.previous));
  const attention = new Map((groups ? troubled : []).filter(job => !repeated.has(job.jobRequestId)).map(job => [job.jobRequestId, attentionOf(job, now)]).filter(([, why]) => why));
  // Which group a row is in waits for a calm page; what is on it does not.
  const isUrgent = useCalm(new Set(attention.keys()));
  if (list.isLoading) return html`<${Loading} rows=${5} />`;
  if (list.error && list.rows.length === 0) return html`<${Failed} error=${list.error} onRetry=${list.reload} />`;
  const urgent = troubled.filter(job => isUrgent.has(job.jobRequestId)).sort(byUrgency);
  const others = list.rows.filter(job => !isUrgent.has(job.jobRequestId));
  if (sorts) others.sort(byStart);
  if (urgent.length + others.length === 0) return isFiltered
    ? html`<${Empty} title=${texts.noMatch} action=${html`<a class="button" href="#/jobs">${texts.clear}</a>`}>${texts.noMatchText}<//>`
    : html`<${Empty} title=${texts.none} action=${html`<a class="button button-primary" href="#/new">${texts.first}</a>`}>${texts.noneText}<//>`;
  const select = (id, isOn) => setSelected(new Set(isOn ? [...selected, id] : [...selected].filter(one => one !== id)));
  const rows = of => html`<ul class="rows">${of.map(job => html`<${Row} key=${job.jobRequestId} job=${job} why=${attention.get(job.jobRequestId)} now=${now} selected=${selected} onSelect=${select} />`)}</ul>`;
  const listed = [...urgent, ...others];
  return html`
    <${Selection} jobs=${listed} selected=${selected} onSelected=${setSelected} />
    ${urgent.length > 0 && html`<section aria-labelledby="attention">
      <h2 id="attention" class="section">${texts.attention} <span class="count">${urgent.length}</span></h2>
      ${rows(urgent)}
    </section>`}
    ${others.length > 0 && html`<section aria-labelledby="others">
      <h2 id="others" class=${urgent.length > 0 ? "section" : "visually-hidden"}>${texts.others}</h2>
      ${rows(others)}
    </section>`}
    ${list.hasMore && html`<button class="button button-quiet" onClick=${list.loadMore}>${strings.more}</button>`}`;
}

// What still runs comes first, the soonest on top; then what has ended, the newest on top.
const dueOf = job => Date.parse((job.status === "Open" ? job.expiresAt : null) ?? job.startsAt);
const byUrgency = (one, other) => isEnded(one) - isEnded(other)
  || (isEnded(one) ? other.createdAt.localeCompare(one.createdAt) : dueOf(one) - dueOf(other));

function Row({ job, why, now, selected, onSelect }) {
  const id = job.jobRequestId, cancelling = useObservable(attempts).get(nameOf(id, "cancel"));
  const said = cancelling?.epoch === job.epoch && !isSilent(cancelling) ? textOf(cancelling) : why;
  return html`<li class=${selected ? "selectable" : ""}>
    ${selected && html`<label class="pick-row"><input type="checkbox" aria-label=${texts.select(titleOf(job))} checked=${selected.has(id)} onChange=${event => onSelect(id, event.target.checked)} /></label>`}
    <a class="row" href="#/jobs/${id}" data-job=${id}>
      <span class="row-title">${titleOf(job)}</span>
      <span class="row-detail">${said && html`<strong class="row-why">${said}</strong> · `}${detailOf(job)} · ${job.startsAt ? span(job.startsAt) : ago(job.createdAt, now)}</span>
      <span class="row-side"><${Countdown} job=${job} />${!why && html`<${Status} status=${job.status} />`}</span>
    </a>
  </li>`;
}

function detailOf(job) {
  if (job.acceptedBy) return texts.taken(job.acceptedBy);
  if (job.status === "Open" && typeof job.candidatesLeft === "number") return texts.candidatesLeft(job.candidatesLeft, job.candidates.length);
  return texts.by(job.requester);
}

/** Looks when somebody has stopped writing. */
function Text({ type, label, value, onChange }) {
  const [text, setText] = useState(value);
  const first = useRef(true);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    const timer = setTimeout(() => onChange(text.trim()), 200);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<input class=${type} type=${type} autocapitalize="none" aria-label=${label} placeholder=${label} value=${text} onInput=${event => setText(event.target.value)} />`;
}
