// What a person does here counts once, whatever happens on the way. A command gets its key once and is stored with it before it is
// sent; until its outcome is known it is sent again with the same key: after a broken connection, in another tab, after a restart.
import { explain, NoAnswer, readJob, Refused, send } from "./api.js";
import { now } from "./clock.js";
import { observable } from "./observable.js";
import { session } from "./session.js";
import { put, refresh } from "./store.js";

/**
 * name → attempt: {key, job, operation, body, epoch, createdAt, deadline, state, outcome?, code?, title?, errors?, explanation?, jobRequestId?}
 * state: "sending" → "offline" | "busy" | "asking" (not decided yet) | "checking" (answered before: the job is read again) → "done"
 * outcome, once done: "won" (it is this person's) | "done" (another step succeeded) | "lost" (the rules say no) | "moved" (it succeeded, and the
 * job has moved on) | "gone" (no such job) | "refused" (400, 422…) | "lapsed" (not executed before the deadline, and never will be)
 */
export const attempts = observable(new Map());

// A tap means now, not in an hour: after this the gateway does not execute it any more.
const Patience = 10 * 60_000;
const Kept = 24 * 3600_000;
const FirstPause = 400, LongestPause = 8_000;
const driving = new Set();

export const nameOf = (job, operation, task) => [job, operation, task].filter(Boolean).join("/");

const storageKey = () => `board.attempts.${session.value.person}`;

function load() {
  try {
    const stored = Object.entries(JSON.parse(localStorage.getItem(storageKey()) ?? "{}"));
    return new Map(stored.filter(([, attempt]) => attempt.createdAt > Date.now() - Kept));
  } catch {
    return new Map();
  }
}

function save(map) {
  localStorage.setItem(storageKey(), JSON.stringify(Object.fromEntries(map)));
  attempts.set(map);
}

/** Changes what is kept of this attempt, unless it is decided or taken away meanwhile, by another tab perhaps. */
function change(name, { key }, changes) {
  const map = load(), attempt = map.get(name);
  if (attempt?.key !== key || (attempt.state === "done" && changes.state)) return;
  map.set(name, { ...attempt, ...changes });
  save(map);
}

export function dismiss(name) {
  const map = load();
  map.delete(name);
  save(map);
}

/** Does this once. Asked again while the first time is under way, it changes nothing. */
export function submit(job, operation, body = {}, epoch = 0) {
  const name = nameOf(job, operation, body.task);
  const map = load();
  const before = map.get(name);
  if (!before || before.state === "done") {
    const createdAt = Date.now();
    map.set(name, { key: newKey(), job, operation, body, epoch, createdAt, deadline: new Date(now() + Patience).toISOString(), state: "sending" });
    save(map);
  }
  pursue(name);
  return name;
}

/** Goes on with what was under way when the tab was closed. */
function resume() {
  attempts.set(load());
  for (const [name, attempt] of attempts.value) if (attempt.state !== "done") pursue(name);
}

// The other tabs of this person show the same.
addEventListener("storage", event => {
  if (session.value && event.key === storageKey()) attempts.set(load());
});

session.subscribe(person => person ? resume() : attempts.set(new Map()));

// crypto.randomUUID is there only on secure origins; a phone on the local network has none.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
}

async function pursue(name) {
  const person = session.value, drive = `${person.person}/${name}`;
  if (driving.has(drive)) return;
  driving.add(drive);
  try {
    let pause = FirstPause;
    for (;;) {
      const attempt = load().get(name);
      if (!attempt || attempt.state === "done") return;
      let next;
      try {
        next = await judge(attempt, await send(attempt.operation, attempt.job, attempt.key, attempt.body, attempt.deadline), name, person);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        next = { state: "offline" };
      }
      if (session.value !== person) return;
      const { afterMs, explainable, ...changes } = next;
      change(name, attempt, changes);
      if (changes.state === "done") {
        if (explainable) learnWhy(name, attempt, person);
        return;
      }
      await rest(Math.max(afterMs ?? 0, pause * (0.5 + Math.random())));
      if (session.value !== person) return;
      pause = Math.min(pause * 2, LongestPause);
    }
  } finally {
    driving.delete(drive);
  }
}

/** What an answer means for the attempt. */
async function judge(attempt, answer, name, person) {
  const { status, body } = answer;
  if (status === 200 || status === 201) {
    // A replayed answer shows the job as it was then.
    if (body.job && !answer.replayed) put(body.job);
    if (attempt.operation === "create") return { state: "done", outcome: "done", jobRequestId: body.jobRequestId };
    if (!answer.replayed) return { state: "done", outcome: attempt.operation === "accept" ? "won" : "done" };
    // The first answer was lost on its way. What it said is true of then; what is true now, the job says.
    change(name, attempt, { state: "checking" });
    const job = await readNow(attempt.job);
    return { state: "done", outcome: attempt.operation !== "accept" ? "done" : job?.acceptedBy === person.person ? "won" : "moved" };
  }
  if (body?.outcome === "FAIL") {
    if (attempt.operation !== "accept") refresh(attempt.job, body.version);
    else if ((await readNow(attempt.job))?.acceptedBy === person.person) return { state: "done", outcome: "won" };
    return { state: "done", outcome: body.code === "DEADLINE_PASSED" ? "lapsed" : "lost", code: body.code, title: body.title, explainable: true };
  }
  if (status === 404) return { state: "done", outcome: "gone" };
  if (status === 401) return { state: "offline" };
  if (status === 429 || status === 503) return { state: "busy", afterMs: answer.retryAfterMs };
  if (status === 202 || status >= 500 || body?.outcome === "TIMEOUT" || body?.retry?.outcomeKnown === false) return { state: "asking", afterMs: answer.retryAfterMs };
  if (body?.errors?.some(error => error.field === "Request-Deadline")) return { state: "done", outcome: "lapsed" };
  return { state: "done", outcome: "refused", title: body?.title, errors: body?.errors };
}

/** The job as it decides, not as a view remembers it; null where it does not exist for this person any more. */
async function readNow(id) {
  try {
    const job = await readJob(id, { strong: true });
    put(job);
    return job;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    // Not known yet: the command is sent again and leads here again.
    throw error instanceof Refused ? new NoAnswer(error.message) : error;
  }
}

async function learnWhy(name, attempt, person) {
  const { key, job, operation } = attempt;
  for (let pause = FirstPause; pause <= LongestPause; pause *= 2) {
    try {
      const explanation = await explain(key, job, operation);
      if (session.value === person) change(name, attempt, { explanation });
      return;
    } catch (error) {
      if (!(error instanceof NoAnswer) && !(error instanceof Refused)) throw error;
      if (error instanceof Refused && error.status < 500 && error.status !== 404) return;
    }
    await rest(pause);
  }
}

function rest(milliseconds) {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}
