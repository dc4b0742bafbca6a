// A new job. What is written here is kept, and creates one job, however often it is sent.
import { attempts, dismiss, isUnderWay, nameOf, submit } from "../attempts.js";
import { now } from "../clock.js";
import { randomKey } from "../keys.js";
import { useObservable } from "../observable.js";
import { announce } from "../parts/announce.js";
import { Attempt } from "../parts/attempt.js";
import { go } from "../router.js";
import { keptFor } from "../session.js";
import { tab } from "../storage.js";
import { strings } from "../strings.js";
import { html, useEffect, useState } from "../ui.js";

const texts = strings.create;
const Person = /^[A-Za-z0-9_.@-]{1,64}$/;
const Choices = [15, 60, 240, 1440]; // minutes
const Empty = { title: "", people: "", tasks: "", deadline: "60", until: "", description: "", place: "", starts: "", ends: "", instructions: "" };

/** Each tab has a form of its own; what is written in it outlives a reload and a look at another page. */
const draftKey = person => keptFor(person, "new-job");

// A link begins a form; a reload of the address goes on with it, for it may have been sent.
function restore(person, query) {
  const link = query.toString(), kept = JSON.parse(tab.get(draftKey(person)) ?? "null");
  if (kept && (!link || kept.link === link)) return { ...Empty, ...kept };
  return { ...Empty, title: query.get("title") ?? "", people: query.get("candidates") ?? "", id: randomKey(), link };
}

const namesIn = text => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
const linesIn = text => text.split("\n").map(line => line.trim()).filter(Boolean);

export function Create({ query, person }) {
  const me = person.person;
  const [draft, setDraft] = useState(() => restore(me, query));
  const { title, people, tasks, deadline, until, description, place, starts, ends, instructions } = draft;
  const name = nameOf(`new-${draft.id}`, "create"), attempt = useObservable(attempts).get(name);
  const [errors, setErrors] = useState({});
  const candidates = namesIn(people);
  const write = changes => {
    const next = { ...draft, ...changes };
    setDraft(next);
    tab.set(draftKey(me), JSON.stringify(next));
  };

  useEffect(() => {
    const { outcome, status, jobRequestId } = attempt ?? {};
    if (outcome !== "done" && outcome !== "moved") return;
    tab.remove(draftKey(me));
    dismiss(name);
    if (outcome === "done") announce(texts.created, "good");
    else announce(texts.movedOn(strings.status[status] ?? status));
    go(`#/jobs/${jobRequestId}`, { replace: true });
  }, [attempt]);

  const expiresAt = () => deadline === "" ? null : deadline === "until" ? new Date(until) : new Date(now() + Number(deadline) * 60_000);

  const create = event => {
    event.preventDefault();
    const lines = linesIn(tasks), wrong = candidates.find(one => !Person.test(one)), end = expiresAt();
    const found = {};
    if (candidates.length === 0) found.people = texts.errors.candidates;
    else if (wrong) found.people = texts.errors.candidate(wrong);
    else if (candidates.length > 1000) found.people = texts.errors.tooMany;
    if (lines.length > 200) found.tasks = texts.errors.tooMany;
    else if (lines.some(line => line.length > 200)) found.tasks = texts.errors.tooLong;
    if (end && !(end.getTime() > now())) found.deadline = texts.errors.deadline;
    if (starts && ends && !(new Date(ends) > new Date(starts))) found.ends = texts.errors.ends;
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first) return document.getElementById(`create-${first}`)?.focus();
    event.currentTarget.focus({ preventScroll: true });
    tab.set(draftKey(me), JSON.stringify(draft));
    submit(`new-${draft.id}`, "create", {
      candidates,
      tasks: lines.map((line, index) => ({ id: `t${index + 1}`, name: line })),
      ...(title.trim() ? { title: title.trim() } : {}),
      ...(end ? { expiresAt: end.toISOString() } : {}),
      ...(description.trim() ? { description: description.trim() } : {}),
      ...(place.trim() ? { place: { text: place.trim() } } : {}),
      ...(starts ? { startsAt: new Date(starts).toISOString() } : {}),
      ...(ends ? { endsAt: new Date(ends).toISOString() } : {}),
      ...(instructions.trim() ? { instructions: instructions.trim() } : {}),
    }, { subject: title.trim() || strings.untitled });
  };

  const field = (key, label, hint, input) => html`<div class="field">
    <label for="create-${key}">${label}</label>
    ${hint && html`<p class="hint" id="create-${key}-hint">${hint}</p>`}
    ${input}
    ${errors[key] && html`<p class="field-error" id="create-${key}-error">${errors[key]}</p>`}
  </div>`;
  const describedBy = key => [`create-${key}-hint`, errors[key] && `create-${key}-error`].filter(Boolean).join(" ");

  return html`<form class="card form" tabIndex="-1" onSubmit=${create} novalidate>
    <fieldset disabled=${isUnderWay(attempt)}>
      ${field("title", texts.name, null, html`<input id="create-title" type="text" maxlength="200" autocomplete="off" placeholder=${texts.nameExample}
        value=${title} onInput=${event => write({ title: event.target.value })} />`)}
      ${field("people", texts.candidates, texts.candidatesHint, html`<textarea id="create-people" rows="2" autocapitalize="none" spellcheck="false" aria-describedby=${describedBy("people")}
        aria-invalid=${Boolean(errors.people)} value=${people} onInput=${event => write({ people: event.target.value })}></textarea>`)}
      ${candidates.length > 0 && html`<ul class="people" aria-hidden="true">${candidates.slice(0, 30).map(one => html`<li key=${one} class=${Person.test(one) ? "person" : "person person-wrong"}>${one}</li>`)}${candidates.length > 30 && html`<li class="person">+${candidates.length - 30}</li>`}</ul>`}
      ${field("tasks", texts.tasks, texts.tasksHint, html`<textarea id="create-tasks" rows="3" aria-describedby=${describedBy("tasks")} aria-invalid=${Boolean(errors.tasks)}
        value=${tasks} onInput=${event => write({ tasks: event.target.value })}></textarea>`)}
      ${field("deadline", texts.deadline, texts.deadlineHint, html`<select id="create-deadline" aria-describedby=${describedBy("deadline")} aria-invalid=${Boolean(errors.deadline)}
        value=${deadline} onChange=${event => write({ deadline: event.target.value })}>
          ${Choices.map(minutes => html`<option key=${minutes} value=${String(minutes)}>${texts.minutes(minutes)}</option>`)}
          <option value="until">${texts.until}</option>
          <option value="">${texts.never}</option>
        </select>
        ${deadline === "until" && html`<input type="datetime-local" aria-label=${texts.deadline} value=${until} onInput=${event => write({ until: event.target.value })} />`}`)}
      <details class="more-fields" open=${Boolean(description || place || starts || ends || instructions)}>
        <summary>${texts.details}</summary>
        ${field("description", texts.description, texts.descriptionHint, html`<textarea id="create-description" rows="3" maxlength="4000" aria-describedby=${describedBy("description")}
          value=${description} onInput=${event => write({ description: event.target.value })}></textarea>`)}
        ${field("place", texts.place, null, html`<input id="create-place" type="text" maxlength="200" value=${place} onInput=${event => write({ place: event.target.value })} />`)}
        ${field("starts", texts.starts, null, html`<input id="create-starts" type="datetime-local" value=${starts} onInput=${event => write({ starts: event.target.value })} />`)}
        ${field("ends", texts.ends, null, html`<input id="create-ends" type="datetime-local" aria-invalid=${Boolean(errors.ends)} value=${ends}
          onInput=${event => write({ ends: event.target.value })} />`)}
        ${field("instructions", texts.instructions, texts.instructionsHint, html`<textarea id="create-instructions" rows="2" maxlength="4000" aria-describedby=${describedBy("instructions")}
          value=${instructions} onInput=${event => write({ instructions: event.target.value })}></textarea>`)}
      </details>
      <button class="button button-primary button-big">${texts.submit(candidates.length)}</button>
    </fieldset>
    <${Attempt} name=${name} attempt=${attempt} />
    ${attempt?.errors?.length > 0 && html`<ul class="field-error">${attempt.errors.map(({ field: path, message }) => html`<li key=${path}>${path}: ${message}</li>`)}</ul>`}
  </form>`;
}
