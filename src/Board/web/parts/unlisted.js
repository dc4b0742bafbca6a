// Commands whose job is not on the page: a new one that is not there yet, or one that cannot be read at the moment.
import { attempts, isUnderWay } from "../attempts.js";
import { useObservable } from "../observable.js";
import { jobs } from "../store.js";
import { strings } from "../strings.js";
import { html } from "../ui.js";
import { Attempt } from "./attempt.js";

const Said = ["gone", "lapsed", "refused"];

/** @param belongs which attempts this page is the place for */
export function Unlisted({ belongs }) {
  const known = useObservable(jobs);
  const found = [...useObservable(attempts)].filter(([, attempt]) => belongs(attempt) && (isUnderWay(attempt) || Said.includes(attempt.outcome)) && !known.has(attempt.job));
  return found.map(([name, attempt]) => html`<article key=${name} tabIndex="-1" class="card" aria-label=${attempt.subject}>
    <h3>${strings.unlisted[attempt.operation]?.(attempt.subject) ?? attempt.subject}</h3>
    <${Attempt} name=${name} attempt=${attempt} />
  </article>`);
}
