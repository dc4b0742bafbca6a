// A job's events, oldest first, with the time between them.
import { duration, preciseTime, time } from "../format.js";
import { strings } from "../strings.js";
import { html } from "../ui.js";

const texts = strings.job;
const ByTime = ["JobExpired", "CandidatesExhausted", "OfferWidened", "AcceptanceLapsed"];
const ShowsGapFrom = 1; // milliseconds

/** @param seesAll whether this person may know who else the job was offered to: a candidate's events hold that candidate alone */
export function Timeline({ events, person, seesAll }) {
  return html`<ol class="timeline">
    ${events.map((event, index) => {
      const gap = index > 0 ? Date.parse(event.at) - Date.parse(events[index - 1].at) : 0;
      return html`<li key=${event.version} class="moment moment-${event.type}">
        ${gap >= ShowsGapFrom && html`<span class="moment-gap">+${duration(gap)}</span>`}
        <span class="moment-what">${texts.events[event.type] ?? event.type} ${whoOf(event, person)}</span>
        ${detailOf(event, seesAll) && html`<span class="moment-detail">${detailOf(event, seesAll)}</span>`}
        <time class="moment-when" dateTime=${event.at} title=${time(event.at)}>${preciseTime(event.at)}</time>
      </li>`;
    })}
  </ol>`;
}

function whoOf(event, person) {
  if (event.by) return html`<span class="muted">${event.by === person ? texts.by(texts.you) : texts.by(event.by)}</span>`;
  return ByTime.includes(event.type) ? null : html`<span class="muted">${texts.somebody}</span>`;
}

function detailOf({ type, data }, seesAll) {
  if (type === "JobRequested") return seesAll ? texts.toPeople(data.candidates.length) : texts.toYou;
  if (type === "OfferWidened" && data.candidates) return seesAll ? texts.toPeople(data.candidates.length) : texts.toYou;
  return [data.candidate, data.rank && texts.rank(data.rank), data.promoted && texts.promoted(data.promoted), data.reason && texts.reason(data.reason), data.task, texts.right[data.role]].filter(Boolean).join(" · ") || null;
}
