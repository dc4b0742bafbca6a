// A new job, or changes to one. What is written here is kept, and creates one job, however often it is sent.
import { readJob } from "../api.js";
import { attempts, dismiss, isUnderWay, nameOf, submit } from "../attempts.js";
import { now } from "../clock.js";
import { duration, span } from "../format.js";
import { randomKey } from "../keys.js";
import { useObservable } from "../observable.js";
import { announce } from "../parts/announce.js";
import { Attempt } from "../parts/attempt.js";
import { isEnded } from "../parts/dispatcher-steps.js";
import { isName, namesIn, PeopleSuggestions, plain, rememberPeople } from "../parts/people-field.js";
import { Loading } from "../parts/states.js";
import { useRead } from "../parts/use-read.js";
import { becomeDispatcher } from "../role.js";
import { go } from "../router.js";
import { keptFor } from "../session.js";
import { tab } from "../storage.js";
import { strings } from "../strings.js";
import { html, useEffect, useState } from "../ui.js";
import { daysLater, here, isZone, localOf, momentOf, zones } from "../zones.js";

const texts = strings.create;
const Choices = [15, 60, 240, 1440]; // minutes
const WaveSeconds = [30, 60, 300, 900, 3600], ConfirmSeconds = [60, 300, 900, 3600], FirstWave = { size: 3, seconds: 60 };
const Empty = {
  title: "", people: "", tasks: "", deadline: "60", until: "", description: "", place: "", point: "", zone: here, starts: "", ends: "", contact: "", instructions: "", metadata: {}, waves: [], confirm: "",
};

/** Each tab has a form of its own; what is written in it outlives a reload and a look at another page. */
const draftKey = person => keptFor(person, "new-job");

// A link begins a form; a reload of the address goes on with it, for it may have been sent.
function restore(person, link, original, changes) {
  const query = new URLSearchParams(link), kept = JSON.parse(tab.get(draftKey(person)) ?? "null");
  if (kept && (!link || kept.link === link)) return { ...Empty, ...kept };
  const begun = changes ? saidBy(original) : original ? again(original) : { title: query.get("title") ?? "", people: query.get("candidates") ?? "" };
  return { ...Empty, ...begun, id: randomKey(), link };
}

/** A form that says what a job said, at the same clock time in the next week in which it is still to come. */
function again(job) {
  const { jobRequestId, status, title, candidates, tasks, description, place, startsAt, instructions, metadata, waves, confirmSeconds, waiting = [] } = job, said = saidBy(job);
  let days = 0;
  while (startsAt && momentOf(daysLater(said.starts, days), said.zone) < now()) days += 7;
  const later = local => local ? daysLater(local, days) : "";
  return {
    ...said, starts: later(said.starts), ends: later(said.ends), deadline: Empty.deadline, until: "",
    people: [...candidates.map(candidate => candidate.id), ...waiting].join(", "), tasks: tasks.map(task => task.name).join("\n"), waves: waves ?? [], confirm: confirmSeconds ?? "",
    // What a repeat leaves out the service copies, so that only a form that has all of it can name the job it repeats.
    previous: isEnded({ status }) ? { id: jobRequestId, has: [title && "title", description && "description", place && "place", instructions && "instructions", metadata && "metadata", waves && "waves", confirmSeconds && "confirmSeconds"].filter(Boolean) } : null,
  };
}

/** What a job says that can be changed. */
function saidBy({ title, description, place, startsAt, endsAt, expiresAt, instructions, metadata }) {
  const { contact = "", timeZone, ...others } = metadata ?? {}, zone = isZone(timeZone) ? timeZone : here;
  const local = (iso, where) => iso ? localOf(new Date(iso), where) : "";
  return {
    title: title ?? "", description: description ?? "", place: place?.text ?? "", point: place?.latitude === undefined ? "" : `${place.latitude}, ${place.longitude}`,
    zone, starts: local(startsAt, zone), ends: local(endsAt, zone), contact, instructions: instructions ?? "", metadata: others,
    deadline: expiresAt ? "until" : "", until: local(expiresAt, here),
  };
}

const Changeable = ["title", "description", "place", "startsAt", "endsAt", "expiresAt", "instructions", "metadata"];

/** What the form says otherwise than the job; null for what the job has no more. */
function changesOf(job, body) {
  // The form knows minutes.
  const value = (member, of) => member.endsWith("At") ? Math.floor(Date.parse(of[member]) / 60_000) : of[member] ?? null;
  const changed = Changeable.filter(member => JSON.stringify(value(member, job)) !== JSON.stringify(value(member, body)));
  return { ...Object.fromEntries(changed.map(member => [member, body[member] ?? null])), ...(body.candidates.length > 0 ? { addCandidates: body.candidates } : {}) };
}

const linesIn = text => text.split("\n").map(line => line.trim()).filter(Boolean);

/** "53.54, 9.98", as maps copy it; null where it is none. */
function pointOf(text) {
  const [latitude, longitude, ...rest] = text.split(/[\s,;]+/).filter(Boolean).map(Number);
  return rest.length === 0 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

/** @param id of the job that is changed; a new one where it is left out */
export function Create({ query, person, id }) {
  const from = id ?? query.get("from");
  const original = useRead(signal => from ? readJob(from, { signal }) : Promise.resolve({}), [from], undefined, () => go("#/new", { replace: true }));
  return original ? html`<${Form} key=${from} link=${id ? `edit=${id}` : query.toString()} person=${person} original=${from && original} changes=${Boolean(id)} />` : html`<${Loading} />`;
}

function Form({ link, person, original, changes }) {
  const me = person.person;
  const [draft, setDraft] = useState(() => restore(me, link, original, changes));
  const { title, people, tasks, deadline, until, description, place, point, zone, starts, ends, contact, instructions, metadata, waves, confirm, previous } = draft;
  const job = changes ? original.jobRequestId : `new-${draft.id}`, operation = changes ? "amend" : "create", name = nameOf(job, operation), attempt = useObservable(attempts).get(name);
  const [errors, setErrors] = useState({});
  const [startsOpen] = useState(Boolean(description || place || point || starts || ends || contact || instructions));
  const [zoneList] = useState(() => html`<datalist id="zones">${zones().map(one => html`<option key=${one} value=${one}></option>`)}</datalist>`);
  const candidates = namesIn(people);
  const write = written => {
    const next = { ...draft, ...written };
    setDraft(next);
    tab.set(draftKey(me), JSON.stringify(next));
  };

  useEffect(() => {
    const { outcome, status, jobRequestId } = attempt ?? {};
    if (outcome !== "done" && outcome !== "moved") return;
    tab.remove(draftKey(me));
    dismiss(name);
    rememberPeople(candidates);
    becomeDispatcher();
    if (outcome === "done") announce(changes ? texts.changed : texts.created, "good");
    else announce(texts.movedOn(strings.status[status] ?? status));
    go(`#/jobs/${jobRequestId}`, { replace: true });
  }, [attempt]);

  const expiresAt = () => deadline === "" ? null : deadline === "until" ? momentOf(until, here) : new Date(now() + Number(deadline) * 60_000);

  const startsAt = isZone(zone) && starts ? momentOf(starts, zone) : null, endsAt = isZone(zone) && ends ? momentOf(ends, zone) : null;

  // Programs read these two like all metadata. The zone is said where it is not that of the browser, which changes from one reader to the next.
  const said = {
    ...metadata, ...(contact.trim() ? { contact: contact.trim() } : {}), ...(startsAt && (zone !== here || original?.metadata?.timeZone) ? { timeZone: zone } : {}),
  };

  const create = event => {
    event.preventDefault();
    const lines = linesIn(tasks), wrong = candidates.find(one => !isName(one)), end = expiresAt(), spot = pointOf(point);
    const found = {};
    if (candidates.length === 0 && !changes) found.people = texts.errors.candidates;
    else if (wrong) found.people = texts.errors.candidate(wrong, plain(wrong));
    else if (candidates.length > 1000) found.people = texts.errors.tooMany;
    if (lines.length > 200) found.tasks = texts.errors.tooMany;
    else if (lines.some(line => line.length > 200)) found.tasks = texts.errors.tooLong;
    // A job that somebody has outlives its deadline, which stays as it is.
    const isAsItWas = changes && original.expiresAt && until === saidBy(original).until;
    if (deadline && !isAsItWas && !(end?.getTime() > now())) found.deadline = texts.errors.deadline;
    if (point && !spot) found.point = texts.errors.point;
    if (!isZone(zone)) found.zone = texts.errors.zone;
    else if (starts && !startsAt) found.starts = texts.errors.skipped;
    else if (ends && !endsAt) found.ends = texts.errors.skipped;
    else if (startsAt && endsAt && endsAt <= startsAt) found.ends = texts.errors.ends;
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first) return document.getElementById(`create-${first}`)?.focus();
    event.currentTarget.focus({ preventScroll: true });
    tab.set(draftKey(me), JSON.stringify(draft));
    const body = {
      candidates,
      tasks: lines.map((line, index) => ({ id: `t${index + 1}`, name: line })),
      ...(title.trim() ? { title: title.trim() } : {}),
      ...(end ? { expiresAt: end.toISOString() } : {}),
      ...(description.trim() ? { description: description.trim() } : {}),
      ...(place.trim() || spot ? { place: { ...(place.trim() ? { text: place.trim() } : {}), ...spot } } : {}),
      ...(startsAt ? { startsAt: startsAt.toISOString() } : {}),
      ...(endsAt ? { endsAt: endsAt.toISOString() } : {}),
      ...(Object.keys(said).length > 0 ? { metadata: Object.fromEntries(Object.entries(said).sort()) } : {}),
      ...(instructions.trim() ? { instructions: instructions.trim() } : {}),
      ...(waves.length > 0 ? { waves } : {}),
      ...(confirm ? { confirmSeconds: Number(confirm) } : {}),
    };
    const about = { subject: title.trim() || strings.untitled };
    if (changes) {
      const changed = changesOf(original, body);
      if (Object.keys(changed).length > 0) submit(job, operation, changed, { ...about, epoch: original.epoch });
      else go(`#/jobs/${job}`, { replace: true });
      return;
    }
    submit(job, operation, previous?.has.every(member => body[member]) ? { ...body, previous: previous.id } : body, about);
  };

  const setWave = (index, written) => write({ waves: waves.map((wave, at) => at === index ? { ...wave, ...written } : wave) });
  const field = (key, label, hint, input) => html`<div class="field">
    <label for="create-${key}">${label}</label>
    ${hint && html`<p class="hint" id="create-${key}-hint">${hint}</p>`}
    ${input}
    ${errors[key] && html`<p class="field-error" id="create-${key}-error">${errors[key]}</p>`}
  </div>`;
  const describedBy = key => [`create-${key}-hint`, errors[key] && `create-${key}-error`].filter(Boolean).join(" ");

  return html`${!changes && html`<a class="link" href="#/paste">${strings.paste.open}</a>`}
  <form class="card form" tabIndex="-1" onSubmit=${create} novalidate>
    <fieldset disabled=${isUnderWay(attempt)}>
      ${field("title", texts.name, null, html`<input id="create-title" type="text" maxlength="200" autocomplete="off" placeholder=${texts.nameExample}
        value=${title} onInput=${event => write({ title: event.target.value })} />`)}
      ${field("people", changes ? texts.addPeople : texts.candidates, texts.candidatesHint, html`<textarea id="create-people" rows="2" autocapitalize="none" spellcheck="false" aria-describedby=${describedBy("people")}
        aria-invalid=${Boolean(errors.people)} value=${people} onInput=${event => write({ people: event.target.value })}></textarea>`)}
      <${PeopleSuggestions} text=${people} onText=${text => write({ people: text })} />
      ${!changes && field("tasks", texts.tasks, texts.tasksHint, html`<textarea id="create-tasks" rows="3" aria-describedby=${describedBy("tasks")} aria-invalid=${Boolean(errors.tasks)}
        value=${tasks} onInput=${event => write({ tasks: event.target.value })}></textarea>`)}
      ${field("deadline", texts.deadline, texts.deadlineHint, html`<select id="create-deadline" aria-describedby=${describedBy("deadline")} aria-invalid=${Boolean(errors.deadline)}
        value=${deadline} onChange=${event => write({ deadline: event.target.value })}>
          ${Choices.map(minutes => html`<option key=${minutes} value=${String(minutes)}>${texts.minutes(minutes)}</option>`)}
          <option value="until">${texts.until}</option>
          <option value="">${texts.never}</option>
        </select>
        ${deadline === "until" && html`<input type="datetime-local" aria-label=${texts.deadline} value=${until} onInput=${event => write({ until: event.target.value })} />`}`)}
      ${!changes && html`<div class="field" role="group" aria-labelledby="create-waves">
        <span id="create-waves">${texts.waves}</span>
        ${waves.map(({ size, seconds }, index) => html`<div key=${index} class="wave">
          <label>${index === 0 ? texts.firstPeople : texts.thenPeople}
            <input type="number" min="1" max="1000" value=${size} onInput=${event => setWave(index, { size: Math.max(1, Math.floor(Number(event.target.value)) || 1) })} /></label>
          <label>${texts.wait}<select value=${String(seconds)} onChange=${event => setWave(index, { seconds: Number(event.target.value) })}>
            ${[...new Set([...WaveSeconds, seconds])].map(one => html`<option key=${one} value=${String(one)}>${duration(one * 1000)}</option>`)}</select></label>
          <button type="button" class="button button-quiet button-small" aria-label=${texts.removeWave(index + 1)} onClick=${() => write({ waves: waves.filter((_, at) => at !== index) })}>✕</button>
        </div>`)}
        <p class="hint">${waves.length > 0 ? texts.thenAll : texts.atOnce}</p>
        ${waves.length < 20 && html`<button type="button" class="button button-small" onClick=${() => write({ waves: [...waves, FirstWave] })}>${waves.length > 0 ? texts.anotherWave : texts.addWave}</button>`}
      </div>`}
      ${!changes && field("confirm", texts.confirm, texts.confirmHint, html`<select id="create-confirm" aria-describedby=${describedBy("confirm")} value=${String(confirm)} onChange=${event => write({ confirm: event.target.value })}>
        <option value="">${texts.noConfirm}</option>
        ${[...new Set([...ConfirmSeconds, Number(confirm)])].filter(Boolean).map(one => html`<option key=${one} value=${String(one)}>${duration(one * 1000)}</option>`)}
      </select>`)}
      <details class="more-fields" open=${startsOpen}>
        <summary>${texts.details}</summary>
        ${field("description", texts.description, texts.descriptionHint, html`<textarea id="create-description" rows="3" maxlength="4000" aria-describedby=${describedBy("description")}
          value=${description} onInput=${event => write({ description: event.target.value })}></textarea>`)}
        ${field("place", texts.place, null, html`<input id="create-place" type="text" maxlength="200" value=${place} onInput=${event => write({ place: event.target.value })} />`)}
        ${field("point", texts.point, texts.pointHint, html`<input id="create-point" type="text" inputmode="text" placeholder="53.54, 9.98" aria-describedby=${describedBy("point")}
          aria-invalid=${Boolean(errors.point)} value=${point} onInput=${event => write({ point: event.target.value })} />`)}
        ${field("starts", texts.starts, null, html`<input id="create-starts" type="datetime-local" aria-invalid=${Boolean(errors.starts)} value=${starts}
          onInput=${event => write({ starts: event.target.value })} />`)}
        ${field("ends", texts.ends, null, html`<input id="create-ends" type="datetime-local" aria-invalid=${Boolean(errors.ends)} value=${ends}
          onInput=${event => write({ ends: event.target.value })} />`)}
        ${field("zone", texts.zone, null, html`<input id="create-zone" type="text" list="zones" autocomplete="off" aria-invalid=${Boolean(errors.zone)} value=${zone}
          onInput=${event => write({ zone: event.target.value })} />${zoneList}`)}
        ${zone !== here && startsAt && html`<p class="hint" role="status">${texts.hereItIs(span(startsAt.toISOString(), endsAt?.toISOString()))}</p>`}
        ${field("contact", texts.contact, texts.contactHint, html`<input id="create-contact" type="text" maxlength="500" autocomplete="off" aria-describedby=${describedBy("contact")}
          value=${contact} onInput=${event => write({ contact: event.target.value })} />`)}
        ${field("instructions", texts.instructions, texts.instructionsHint, html`<textarea id="create-instructions" rows="2" maxlength="4000" aria-describedby=${describedBy("instructions")}
          value=${instructions} onInput=${event => write({ instructions: event.target.value })}></textarea>`)}
        ${Object.keys(metadata).length > 0 && html`<p class="hint">${texts.metadata(Object.entries(metadata).map(([key, value]) => `${key}: ${value}`).join(", "))}
          <button type="button" class="link" onClick=${() => write({ metadata: {} })}>${texts.leaveOut}</button></p>`}
      </details>
      <button class="button button-primary button-big">${changes ? texts.save : texts.submit(candidates.length)}</button>
    </fieldset>
    <${Attempt} name=${name} attempt=${attempt} />
    ${attempt?.errors?.length > 0 && html`<ul class="field-error">${attempt.errors.map(({ field: path, message }) => html`<li key=${path}>${path}: ${message}</li>`)}</ul>`}
  </form>`;
}
