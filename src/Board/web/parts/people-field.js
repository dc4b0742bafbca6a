// Who could do it: user names, completed from the people of earlier jobs. There is no directory: whoever was never seen here may be a slip of the pen.
import { keptFor, session } from "../session.js";
import { device } from "../storage.js";
import { jobs } from "../store.js";
import { strings } from "../strings.js";
import { html } from "../ui.js";

const texts = strings.create;
const Person = /^[A-Za-z0-9_.@-]{1,64}$/;
const Remembered = 300, Suggested = 8, Shown = 30;

export const namesIn = text => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
export const isName = name => Person.test(name);

/** What a name would be without its accents; null where that is no user name either. */
export function plain(name) {
  const without = name.normalize("NFD").replace(/\p{M}/gu, "");
  return isName(without) ? without : null;
}

const key = () => keptFor(session.value.person, "people");
const remembered = () => JSON.parse(device.get(key()) ?? "[]");

/** The newest first. */
export const rememberPeople = names => device.set(key(), JSON.stringify([...new Set([...names, ...remembered()])].slice(0, Remembered)));

const known = () => [...new Set([...remembered(), ...[...jobs.value.values()].flatMap(job => job.candidates.map(candidate => candidate.id))])];

export function PeopleSuggestions({ text, onText }) {
  const names = namesIn(text), people = known();
  const typed = /[\s,;]$/.test(text) ? "" : names.at(-1) ?? "", chosen = new Set(typed ? names.slice(0, -1) : names);
  const fits = people.filter(one => !chosen.has(one) && one !== typed && one.toLowerCase().startsWith(typed.toLowerCase())).slice(0, Suggested);
  const add = name => onText(`${[...chosen, name].join(", ")}, `);
  // Only where this device knows anybody, somebody unknown says something.
  const strangers = people.length > 0 ? names.filter(one => isName(one) && !people.includes(one) && one !== typed) : [];
  const alike = names.filter((one, index) => names.findIndex(other => other.toLowerCase() === one.toLowerCase()) !== index);
  return html`
    ${fits.length > 0 && html`<div class="suggestions" role="group" aria-label=${texts.suggestions}>
      ${fits.map(one => html`<button type="button" key=${one} class="chip" aria-label=${texts.add(one)} onClick=${() => add(one)}>+ ${one}</button>`)}
    </div>`}
    ${names.length > 0 && html`<ul class="people" aria-hidden="true">
      ${names.slice(0, Shown).map(one => html`<li key=${one} class=${isName(one) ? "person" : "person person-wrong"}>${one}</li>`)}
      ${names.length > Shown && html`<li class="person">+${names.length - Shown}</li>`}
    </ul>`}
    <div role="status">
      ${strangers.length > 0 && html`<p class="hint">${texts.strangers(strangers.slice(0, Suggested).join(", "))}</p>`}
      ${alike.length > 0 && html`<p class="hint">${texts.alike(alike.join(", "))}</p>`}
    </div>`;
}
