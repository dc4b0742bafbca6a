// What a person does here counts once, whatever happens on the way. A command gets its key once and is stored with it before it is
// sent; until its outcome is known it is sent again with the same key: after a broken connection, in another tab, after a restart.
import { explain, isFinal, NoAnswer, readJob, Refused, send } from "./api.js";
import { now } from "./clock.js";
import { keyOf, randomKey } from "./keys.js";
import { observable } from "./observable.js";
import { keptFor, seedOf, session } from "./session.js";
import { device } from "./storage.js";
import { put, refresh } from "./store.js";

/**
 * name → attempt: {key, job, operation, body, epoch, subject, createdAt, state, isUnsaved?, outcome?, code?, title?, errors?, status?, explanation?, jobRequestId?}
 * state: "sending" → "offline" (no answer) | "busy" | "asking" (not decided yet) | "checking" (answered before: the job is read again) → "done"
 * outcome, once done: "won" (it is this person's) | "inLine" (somebody has it, and this person is next, or after others) | "done" (another step succeeded) | "lost" (the rules say no) | "moved" (it succeeded before, and
 * the job has moved on) | "gone" (no such job) | "refused" (400, 422…) | "lapsed" (not executed before the deadline, and never will be); "dismissed" once its message was taken away
 */
export const attempts = observable(new Map());

// A tap means now, not in an hour: after this the gateway does not execute it any more.
const GiveUpAfter = 10 * 60_000;
const Kept = 24 * 3600_000;
const FirstPause = 400, LongestPause = 8_000;
const driving = new Set();

export const nameOf = (job, operation, task) => [job, operation, task].filter(Boolean).join("/");

export const isUnderWay = attempt => Boolean(attempt) && attempt.state !== "done";

/** Each attempt is an item of its own: a tab that writes one does not undo what another tab writes. */
const prefix = ({ person }) => keptFor(person, "attempt/");

function load() {
  const found = new Map();
  for (const key of session.value ? device.keys(prefix(session.value)) : []) {
    const attempt = read(key);
    if (attempt) found.set(key.slice(prefix(session.value).length), attempt);
  }
  return found;
}

function read(key) {
  try {
    return JSON.parse(device.get(key));
  } catch {
    return null;
  }
}

function save(name, { isUnsaved, ...attempt }) {
  const key = prefix(session.value) + name;
  if (!device.set(key, JSON.stringify(attempt))) device.set(key, JSON.stringify({ ...attempt, isUnsaved: true }));
  attempts.set(load());
}

/** Changes what is kept of this attempt, unless it is decided or taken away meanwhile, by another tab perhaps. */
function change(name, { key }, changes) {
  const attempt = load().get(name);
  if (attempt?.key !== key || (attempt.state === "done" && changes.state)) return;
  save(name, { ...attempt, ...changes });
}

/** Takes the message away. The attempt stays, for the key of the next one is made from it. */
export function dismiss(name) {
  const attempt = load().get(name);
  if (attempt) save(name, { ...attempt, outcome: "dismissed" });
}

/** Does this once. Asked again while the first time is under way, it changes nothing. */
export function submit(job, operation, body, { epoch, subject }) {
  const name = nameOf(job, operation, body.task);
  const before = load().get(name);
  if (!isUnderWay(before)) {
    const key = keyOf(seedOf(session.value), name, epoch, body, before?.key);
    save(name, { key, job, operation, body, epoch, subject, createdAt: Date.now(), state: "sending" });
  }
  pursue(name);
  return name;
}

/** How much longer the gateway may execute it: by this device's clock alone, which may be wrong, and its answers tell by how much. */
const timeLeft = ({ createdAt }) => Math.min(GiveUpAfter, GiveUpAfter - (Date.now() - createdAt));

const deadlineOf = attempt => new Date(now() + timeLeft(attempt)).toISOString();

/** Goes on with what was under way when the tab was closed. */
function resume() {
  attempts.set(load());
  for (const [name, attempt] of attempts.value) if (isUnderWay(attempt)) pursue(name);
}

// The other tabs of this person show the same.
addEventListener("storage", ({ key }) => {
  if (session.value && key?.startsWith(prefix(session.value))) attempts.set(load());
});

session.subscribe(person => person ? resume() : attempts.set(new Map()));

// Nothing is kept for ever. With an attempt its key is forgotten, and a new seed makes others.
for (const key of device.keys("board/")) {
  const [attempt] = key.match(/attempt\/.*/) ?? [];
  if (!attempt || read(key)?.createdAt > Date.now() - Kept) continue;
  device.remove(key);
  device.set(key.replace(attempt, "seed"), randomKey());
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
        next = await judge(attempt, await send(attempt.operation, attempt.job, attempt.key, attempt.body, deadlineOf(attempt)), name, person);
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
  if (body.outcome === "SUCCESS") {
    const { jobRequestId } = body, outcome = attempt.operation === "accept" ? "won" : "done", success = { state: "done", outcome, jobRequestId };
    if (!answer.replayed) {
      if (body.job) put(body.job);
      return body.standby ? { ...success, outcome: "inLine" } : success;
    }
    // The first answer was lost on its way. What it said is true of then; what is true now, the job says.
    change(name, attempt, { state: "checking" });
    const job = await readNow(jobRequestId);
    if (!job) return { state: "done", outcome: "gone" };
    if (attempt.operation === "accept" && rankIn(job, person.person)) return { ...success, outcome: "inLine" };
    return stillHolds(attempt, job, person.person) ? success : { ...success, outcome: "moved", status: job.status };
  }
  if (body.outcome === "FAIL") {
    if (attempt.operation !== "accept") refresh(attempt.job, body.version);
    else if ((await readNow(attempt.job))?.acceptedBy === person.person) return { state: "done", outcome: "won" };
    return { state: "done", outcome: body.code === "DEADLINE_PASSED" ? "lapsed" : "lost", code: body.code, title: body.title, explainable: true };
  }
  if (status === 404) return { state: "done", outcome: "gone" };
  if (status === 401) return { state: "offline" };
  if (status === 429 || status === 503) return { state: "busy", afterMs: answer.retryAfterMs };
  if (status >= 500 || body.outcome === "TIMEOUT" || body.retry?.outcomeKnown === false) return { state: "asking", afterMs: answer.retryAfterMs };
  if (body.errors?.some(error => error.field === "Request-Deadline"))
    // While there is time left it was this device's clock, which this answer has put right.
    return timeLeft(attempt) > 0 ? { state: "asking" } : { state: "done", outcome: "lapsed" };
  return { state: "done", outcome: "refused", title: body.title, errors: body.errors };
}

/** The place of somebody who waits for a job that another person has, from 1. */
export const rankIn = (job, person) => job.candidates.find(candidate => candidate.id === person)?.rank;

function stillHolds({ operation, body, epoch }, job, me) {
  switch (operation) {
    case "create": return job.status === "Open";
    case "accept": return job.acceptedBy === me;
    case "confirm": return job.acceptedBy === me && !job.confirmBy;
    case "amend": return true;
    case "decline": return job.candidates.some(candidate => candidate.id === me && candidate.answer === "Declined");
    case "withdraw": return job.acceptedBy !== me && !rankIn(job, me);
    case "assign": return job.acceptedBy === body.candidate;
    case "release": return job.status === "Open" || (Boolean(job.acceptedBy) && job.epoch > epoch);
    case "start": return job.acceptedBy === me && (job.status === "Started" || job.status === "Finished");
    case "finish-task": return job.tasks.some(task => task.id === body.task && task.done);
    case "finish": return job.status === "Finished";
    default: return job.status === "Cancelled";
  }
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
      if (isFinal(error) && error.status !== 404) return;
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
