// What, where and when a job is, as far as it says so.
import { span, spanIn } from "../format.js";
import { strings } from "../strings.js";
import { html } from "../ui.js";
import { here, isZone } from "../zones.js";

const texts = strings.job;
const hasPoint = place => place?.latitude !== undefined;
/** Phones open their own map at such an address. */
const mapOf = ({ latitude, longitude, text }) => `geo:${latitude},${longitude}?q=${latitude},${longitude}${text ? `(${encodeURIComponent(text)})` : ""}`;

let mapAddress;
/** @param address the map of the gateway's settings, with {latitude}, {longitude} and {text} for a place's own; none where nothing is set */
export const mapsAt = address => { mapAddress = address; };

function mapPageOf(place) {
  const marks = [...mapAddress?.matchAll(/\{(\w+)\}/g) ?? []].map(([, member]) => member);
  return marks.length > 0 && marks.every(member => place[member] !== undefined) && mapAddress.replace(/\{(\w+)\}/g, (_, member) => encodeURIComponent(place[member]));
}

function Place({ place }) {
  const page = mapPageOf(place);
  return html`${place.text ?? `${place.latitude}, ${place.longitude}`}${hasPoint(place) && html` <a href=${mapOf(place)}>${texts.map}</a>`}${page && html` <a href=${page} target="_blank" rel="noopener noreferrer">${texts.mapPage}</a>`}`;
}

/** Time and place on one line, for a card. */
export const WhenAndWhere = ({ job }) => (job.startsAt || job.place) && html`<p class="meta when-where">
  ${job.startsAt && html`<span>${span(job.startsAt, job.endsAt)}</span>`}${job.place && html`<span><${Place} place=${job.place} /></span>`}
</p>`;

const linkOf = contact => /^\+?\d[\d\s()/.-]{4,}$/.test(contact) ? `tel:${contact.replace(/[^+\d]/g, "")}` : /^[^\s@]+@[^\s@]+$/.test(contact) && `mailto:${contact}`;
function Contact({ contact }) {
  const link = linkOf(contact);
  return link ? html`<a href=${link}>${contact}</a>` : contact;
}

/** Everything, for the job's page. */
export function JobDetails({ job }) {
  const { contact, timeZone, ...metadata } = job.metadata ?? {};
  return html`
  ${job.description && html`<p class="job-text" data-part="description">${job.description}</p>`}
  ${(job.startsAt || job.endsAt || job.place || job.metadata) && html`<dl class="facts" data-part="details">
    ${(job.startsAt || job.endsAt) && html`<div><dt>${texts.when}</dt><dd>${job.startsAt ? span(job.startsAt, job.endsAt) : texts.endsBy(span(job.endsAt))}</dd></div>`}
    ${job.startsAt && isZone(timeZone) && timeZone !== here && html`<div><dt>${timeZone}</dt><dd>${spanIn(timeZone, job.startsAt, job.endsAt)}</dd></div>`}
    ${contact && html`<div><dt>${strings.create.contact}</dt><dd><${Contact} contact=${contact} /></dd></div>`}
    ${job.place && html`<div><dt>${texts.where}</dt><dd><${Place} place=${job.place} /></dd></div>`}
    ${Object.entries(metadata).map(([key, value]) => html`<div key=${key}><dt>${key}</dt><dd>${value}</dd></div>`)}
  </dl>`}
  ${job.instructions && html`<section class="job-text" data-part="instructions" aria-label=${texts.instructions}><h2>${texts.instructions}</h2><p>${job.instructions}</p></section>`}`;
}
