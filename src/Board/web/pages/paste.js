// Many jobs from a spreadsheet: pasted, looked at, created in one call. The call keeps its key until every row is decided.
import { createMany, NoAnswer, Refused } from "../api.js";
import { span } from "../format.js";
import { randomKey } from "../keys.js";
import { isName, namesIn, rememberPeople } from "../parts/people-field.js";
import { becomeDispatcher } from "../role.js";
import { keptFor } from "../session.js";
import { tab } from "../storage.js";
import { strings } from "../strings.js";
import { html, useState } from "../ui.js";
import { here, momentOf } from "../zones.js";

const texts = strings.paste;
const Most = 1000;
const draftKey = person => keptFor(person, "new-jobs");
const Empty = { text: "", key: null, results: null };

/** The cells of each row; a cell in quotes may hold tabs, lines and doubled quotes. */
export function cellsOf(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n\r]*))(\t|\r?\n|$)/g)) {
    rows.at(-1).push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end !== "\t") rows.push([]);
  }
  return rows.filter(cells => cells.some(Boolean));
}

/** "2026-12-01 08:00" and "1.12.2026 08:00"; a date with slashes means different days in different countries, and none here. */
function momentIn(cell) {
  const [, day, month, year, time] = cell.match(/^(\d{1,2})\.(\d{1,2})\.(\d{4})[ ,T]+(\d{1,2}:\d{2})$/) ?? [];
  const local = day ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}T${time.padStart(5, "0")}` : cell.replace(/^(\d{4}-\d{2}-\d{2})[ ,T]+(\d{2}:\d{2})$/, "$1T$2");
  return momentOf(local, here);
}

const inOneLine = text => text?.replace(/\s+/g, " ");

/** @returns {body, wrong}: what is created, and the column that cannot be read */
function jobOf([name, people = "", where, starts, ends, tasks = "", description, instructions]) {
  const title = inOneLine(name), place = inOneLine(where), candidates = namesIn(people), startsAt = starts ? momentIn(starts) : null, endsAt = ends ? momentIn(ends) : null;
  const names = tasks.split(";").map(task => inOneLine(task).trim()).filter(Boolean);
  const wrong = candidates.length === 0 || !candidates.every(isName) ? 1 : starts && !startsAt ? 3 : ends && (!endsAt || endsAt <= startsAt) ? 4 : null;
  return {
    wrong,
    body: {
      candidates,
      tasks: names.map((name, index) => ({ id: `t${index + 1}`, name })),
      ...(title ? { title } : {}),
      ...(place ? { place: { text: place } } : {}),
      ...(startsAt ? { startsAt: startsAt.toISOString() } : {}),
      ...(endsAt ? { endsAt: endsAt.toISOString() } : {}),
      ...(description ? { description } : {}),
      ...(instructions ? { instructions } : {}),
    },
  };
}

export function Paste({ person }) {
  const [draft, setDraft] = useState(() => JSON.parse(tab.get(draftKey(person.person)) ?? "null") ?? Empty);
  const [state, setState] = useState({ isBusy: false, error: null });
  const { text, key, results } = draft;
  const isHead = ([title, people]) => title.toLowerCase() === texts.columns[0].toLowerCase() && people?.toLowerCase() === texts.columns[1].toLowerCase();
  const jobs = cellsOf(text).filter(cells => !isHead(cells)).map(jobOf), isReady = jobs.length > 0 && jobs.length <= Most && jobs.every(({ wrong }) => wrong === null);
  const isDone = results?.every(({ status }) => status < 500 && status !== 429 && status !== 202);
  const write = next => {
    setDraft(next);
    tab.set(draftKey(person.person), JSON.stringify(next));
  };
  const create = async event => {
    event.preventDefault();
    const sent = { text, key: key ?? randomKey(), results };
    write(sent);
    setState({ isBusy: true, error: null });
    try {
      const decided = await createMany(sent.key, jobs.map(({ body }) => body));
      write({ ...sent, results: decided.map(({ status, result, problem }) => ({ status, id: result?.jobRequestId, title: problem?.detail ?? problem?.title })) });
      rememberPeople(jobs.flatMap(({ body }) => body.candidates));
      becomeDispatcher();
      setState({ isBusy: false, error: null });
    } catch (error) {
      if (!(error instanceof NoAnswer) && !(error instanceof Refused)) throw error;
      setState({ isBusy: false, error });
    }
  };
  return html`<form class="card form" onSubmit=${create}>
    <div class="field">
      <label for="rows">${texts.label}</label>
      <p class="hint" id="rows-hint">${texts.hint(texts.columns.join(" · "))}</p>
      <textarea id="rows" rows="8" wrap="off" spellcheck="false" aria-describedby="rows-hint" disabled=${Boolean(key)} value=${text} onInput=${event => write({ ...Empty, text: event.target.value })}></textarea>
    </div>
    ${jobs.length > Most && html`<p class="field-error">${texts.tooMany}</p>`}
    <ol class="rows pasted">${jobs.slice(0, Most).map(({ body, wrong }, index) => html`<li key=${index} class="row">
      <span class="row-title">${results?.[index].id ? html`<a href="#/jobs/${results[index].id}">${body.title ?? strings.untitled}</a>` : body.title ?? strings.untitled}</span>
      <span class="row-detail">${[body.candidates.join(", "), body.startsAt && span(body.startsAt, body.endsAt), body.place?.text].filter(Boolean).join(" · ")}</span>
      ${wrong !== null && html`<span class="field-error">${texts.wrong(texts.columns[wrong])}</span>`}
      ${results?.[index].title && html`<span class="field-error">${results[index].title}</span>`}
    </li>`)}</ol>
    <div role="status">
      ${state.error && html`<p class="field-error">${state.error instanceof NoAnswer ? texts.noAnswer : state.error.message}</p>`}
      ${results && html`<p>${texts.created(results.filter(({ id }) => id).length, results.length)}</p>`}
    </div>
    ${!isDone && html`<button class="button button-primary button-big" disabled=${!isReady || state.isBusy}>${key ? strings.retry : texts.submit(jobs.length)}</button>`}
    ${key && !state.isBusy && html`<button type="button" class="button button-quiet" onClick=${() => write(Empty)}>${texts.again}</button>`}
  </form>`;
}
