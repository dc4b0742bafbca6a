// A job's state in a word, and how long it is still on offer.
import { useNow } from "../clock.js";
import { time } from "../format.js";
import { strings } from "../strings.js";
import { html } from "../ui.js";

export const Status = ({ status }) => html`<span class="pill pill-${status.toLowerCase()}">${strings.status[status] ?? status}</span>`;

export const titleOf = job => job.title || strings.untitled;

/** Counts down while the job is open. The ticking itself is not read out; the moment is. */
export function Countdown({ job }) {
  const active = job.status === "Open" && job.expiresAt !== null;
  const now = useNow(active);
  if (!active) return null;
  const left = Date.parse(job.expiresAt) - now;
  const whole = Date.parse(job.expiresAt) - Date.parse(job.createdAt);
  const share = Math.max(0, Math.min(1, left / whole));
  return html`<span class="countdown ${left < 60_000 ? "countdown-soon" : ""}" title=${time(job.expiresAt)}>
    <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
      <circle cx="10" cy="10" r="8" class="countdown-track" />
      <circle cx="10" cy="10" r="8" class="countdown-rest" pathLength="100" stroke-dasharray="${100 * share} 100" transform="rotate(-90 10 10)" />
    </svg>
    <span aria-hidden="true">${strings.left(left)}</span>
    <span class="visually-hidden">${strings.job.deadline}: ${time(job.expiresAt)}</span>
  </span>`;
}
