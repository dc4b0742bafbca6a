// Whether a job needs its dispatcher now, and why.
import { time } from "../format.js";
import { strings } from "../strings.js";

const texts = strings.attention;
const Soon = 5 * 60_000, BeforeStart = 3600_000, Day = 24 * 3600_000;

/** @returns the reason in words; null where nobody has to do anything */
export function attentionOf({ status, createdAt, expiresAt, startsAt }, now) {
  const start = startsAt ? Date.parse(startsAt) : null;
  // What is over stays for a day, or until the work should have begun: then it is too late for another offer.
  const matters = (start ?? Date.parse(createdAt) + Day) > now;
  switch (status) {
    case "Declined": return matters ? texts.declined : null;
    case "Expired": return matters ? texts.expired : null;
    case "Open":
      if (expiresAt && Date.parse(expiresAt) - now < Soon) return texts.soon;
      return start !== null && start - now < BeforeStart ? texts.untaken(time(startsAt)) : null;
    case "Accepted": return start !== null && start < now ? texts.late(time(startsAt)) : null;
    default: return null;
  }
}
