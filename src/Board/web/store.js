// The jobs that are shown, kept fresh by the feed: an event says which job to read again, the gateway says what it is.
import { NoAnswer, readJob, Refused } from "./api.js";
import { listen } from "./feed.js";
import { observable } from "./observable.js";
import { session } from "./session.js";

/** id → job; a new map for each change. */
export const jobs = observable(new Map());

/** Counts up when everything that is shown should be read again. */
export const generation = observable(0);

const AtOnce = 4; // reads side by side
const TooMany = 200; // waiting reads: then lists are read again instead
const ReadAgainAfter = 2000; // milliseconds, where the gateway did not answer
const waiting = new Map(); // id → the version that was announced
const running = new Set();

export function put(...read) {
  const next = new Map(jobs.value);
  for (const job of read) {
    const known = next.get(job.jobRequestId);
    // A list may be behind what an event has already led to.
    if (!known || known.version <= job.version) next.set(job.jobRequestId, job);
  }
  jobs.set(next);
}

function forget(id) {
  if (!jobs.value.has(id)) return;
  const next = new Map(jobs.value);
  next.delete(id);
  jobs.set(next);
}

/** Reads the job again, at least at this version; several wishes for one job become one read. */
export function refresh(id, version = 0) {
  if ((jobs.value.get(id)?.version ?? 0) >= version && version > 0) return;
  waiting.set(id, Math.max(waiting.get(id) ?? 0, version));
  if (waiting.size > TooMany) {
    waiting.clear();
    refreshAll();
  } else pump();
}

const refreshAll = () => generation.set(generation.value + 1);

listen(message => {
  if (message.type === "event") refresh(message.event.jobRequestId, message.event.version);
  else if (message.type === "gap") refreshAll();
});

session.subscribe(() => {
  jobs.set(new Map());
  waiting.clear();
});

function pump() {
  for (const [id, version] of waiting) {
    if (running.size >= AtOnce) return;
    if (running.has(id)) continue;
    waiting.delete(id);
    running.add(id);
    load(id, version).finally(() => {
      running.delete(id);
      pump();
    });
  }
}

async function load(id, version) {
  const asking = session.value;
  try {
    const job = await readJob(id, { minVersion: version || undefined });
    if (session.value === asking) put(job);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) forget(id);
    else if (error instanceof NoAnswer || error instanceof Refused) setTimeout(() => session.value === asking && refresh(id, version), ReadAgainAfter);
    else throw error;
  }
}
