// What somebody comes here for: to offer jobs, or to be offered some. Tokens do not say it; whether they have offered any does.
import { countJobs, isFinal, NoAnswer, Refused } from "./api.js";
import { useObservable, observable } from "./observable.js";
import { keptFor, session } from "./session.js";
import { device } from "./storage.js";
import { useEffect } from "./ui.js";

const Pause = 2000;
const keyOf = person => keptFor(person, "offers-jobs");

/** Whether this person offers jobs to others; null until it is known. */
const offersJobs = observable(null);

function know(person, value) {
  if (session.value !== person) return;
  // Who has once offered a job stays a dispatcher; who has not may do so tomorrow.
  if (value) device.set(keyOf(person.person), "true");
  offersJobs.set(value);
}

export const becomeDispatcher = () => know(session.value, true);

export function useIsDispatcher(person) {
  const known = useObservable(offersJobs);
  useEffect(() => {
    let timer;
    const ask = () => countJobs({ requester: "me" }).then(({ counts }) => know(person, Object.values(counts).some(count => count > 0)), error => {
      if (!(error instanceof NoAnswer) && !(error instanceof Refused)) throw error;
      know(person, false);
      if (!isFinal(error)) timer = setTimeout(ask, Pause);
    });
    if (person.isAdmin || device.get(keyOf(person.person))) offersJobs.set(true);
    else ask();
    return () => {
      clearTimeout(timer);
      offersJobs.set(null);
    };
  }, [person]);
  return known;
}
