// The public HTTP API, one function for each route that the board uses.
import { learn } from "./clock.js";
import { session, signOut } from "./session.js";

/** Nothing is known of what the gateway did: no answer of it arrived. */
export class NoAnswer extends Error {}

/** The gateway answered, and not with what was asked for. */
export class Refused extends Error {
  constructor(answer) {
    super(answer.body.title);
    this.status = answer.status;
    this.problem = answer.body;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** Whether asking again cannot help. */
export const isFinal = error => error instanceof Refused && error.status < 500 && error.status !== 429;

const ReadTimeout = 15_000;

// Captive portals, proxies and old caches answer in the gateway's place. Only what has the shape of this API says anything.
const isProblem = ({ status, body }) => status >= 400 && body?.status === status && typeof body.code === "string" && typeof body.title === "string";

/**
 * @param isOurs whether an answer that is not a problem is one of this API
 * @returns {status, body, replayed, retryAfterMs}; throws NoAnswer.
 */
export async function exchange(method, path, isOurs, { body, text = body === undefined ? undefined : JSON.stringify(body), read = JSON.parse, headers = {}, timeout = ReadTimeout, signal, keepalive } = {}) {
  const asking = session.value;
  const sentAt = Date.now();
  // Not AbortSignal.any: phones that are a few years old do not have it.
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, timeout);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...(asking ? { Authorization: `Bearer ${asking.token}` } : {}),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: text,
      signal: ending.signal,
      keepalive,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    const answer = await answerOf(response, read);
    if (!(isProblem(answer) || (response.ok && isOurs(answer.body)))) throw new NoAnswer(`HTTP ${response.status} is no answer of this service.`);
    learn(response.headers.get("Date"), sentAt, Date.now());
    if (response.status === 401 && asking && session.value === asking) signOut("tokenRefused");
    return answer;
  } catch (error) {
    if (signal?.aborted || error instanceof NoAnswer) throw error;
    throw new NoAnswer(error.message);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
}

async function answerOf(response, read = JSON.parse) {
  return {
    status: response.status,
    body: read(await response.text()),
    replayed: response.headers.get("Idempotency-Replayed") === "true",
    retryAfterMs: 1000 * (Number(response.headers.get("Retry-After")) || 0),
  };
}

/** The problem that the gateway answered with; null where it was somebody else, a proxy perhaps. */
export async function problemOf(response) {
  const answer = await answerOf(response).catch(() => null);
  return answer && isProblem(answer) ? answer.body : null;
}

async function ask(method, path, isOurs, options) {
  const answer = await exchange(method, path, isOurs, options);
  if (answer.status >= 400) throw new Refused(answer);
  return answer.body;
}

const get = (path, isOurs, options) => ask("GET", path, isOurs, options);

const query = parameters => {
  const chosen = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return chosen.length ? `?${new URLSearchParams(chosen)}` : "";
};

const isJob = body => typeof body?.jobRequestId === "string" && typeof body.status === "string" && Array.isArray(body.candidates);
const jobPath = id => `/v1/job-requests/${encodeURIComponent(id)}`;

export const readConfig = () => get("/board/config.json", body => typeof body?.identity?.roleClaim === "string");

export const readJob = (id, { strong, minVersion, signal } = {}) =>
  get(jobPath(id) + query({ consistency: strong ? "strong" : undefined, minVersion }), body => isJob(body) && body.jobRequestId === id.toLowerCase(), { signal });

export const readHistory = (id, options) => get(`${jobPath(id)}/history`, body => Array.isArray(body?.events), options);

/** The job's ledger: every answer with the times of its hops; for its requester and administrators. */
export const readTimeline = (id, options) => get(`${jobPath(id)}/timeline`, body => Array.isArray(body?.entries), options);

export const listJobs = ({ signal, ...filter }) => get(`/v1/job-requests${query(filter)}`, body => Array.isArray(body?.items) && body.items.every(isJob), { signal });

export const countJobs = ({ signal, ...filter }) => get(`/v1/job-requests/counts${query(filter)}`, body => typeof body?.counts === "object", { signal });

export const readStatus = options => get("/v1/admin/status", body => typeof body?.commands?.perSecond === "number", options);

const isVerification = body => typeof body?.state === "string";

export const readVerification = options => get("/v1/admin/verify", isVerification, options);

export const startVerification = () => exchange("POST", "/v1/admin/verify", isVerification);

export const readDeadLetters = ({ signal, ...filter }) => get(`/v1/admin/dead-letters${query(filter)}`, body => Array.isArray(body?.groups), { signal });

const ReplayTimeout = 45_000;

/** Puts dead letters back: those of one job, or all. Safe to repeat: it needs no key. */
export const replayDeadLetters = (job, dryRun, signal) =>
  ask("POST", `/v1/admin/dead-letters/replay${query({ dryRun: dryRun || undefined })}`, body => typeof body?.dryRun === "boolean", { body: job ? { job } : {}, timeout: ReplayTimeout, signal });

const CommandWait = 5;

/** Sends a command; answers of every status are results. Throws NoAnswer when it is not known what became of it. */
export function send(operation, job, key, body, deadline) {
  const { task, ...rest } = body;
  const path = operation === "create" ? "/v1/job-requests"
    : operation === "finish-task" ? `${jobPath(job)}/tasks/${encodeURIComponent(task)}/finish`
    : `${jobPath(job)}/${operation}`;
  return exchange("POST", path, body => body?.outcome === "TIMEOUT" || (body?.outcome === "SUCCESS" && body.requestKey === key), {
    body: rest,
    headers: { "Idempotency-Key": key, Prefer: `wait=${CommandWait}`, "Request-Deadline": deadline },
    timeout: (CommandWait + 5) * 1000,
    // It may be sent because the page goes. What is longer than 64 KB could not be: not every command is.
    keepalive: operation === "decline",
  });
}

const ManyTimeout = 180_000;

/** Creates a job for each body. @returns a line for each, in their order: {status, result} or {status, problem} */
export async function createMany(key, bodies) {
  const read = text => {
    const lines = text.split("\n").filter(Boolean).map(line => JSON.parse(line));
    return lines.length === 1 && isProblem({ status: lines[0].status, body: lines[0] }) ? lines[0] : lines;
  };
  const { status, body } = await exchange("POST", "/v1/job-requests/bulk", body => Array.isArray(body) && body.length === bodies.length && body.every(({ result, problem }) => result ?? problem), {
    text: bodies.map(body => JSON.stringify(body)).join("\n"),
    read,
    headers: { "Content-Type": "application/x-ndjson", "Idempotency-Key": key },
    timeout: ManyTimeout,
  });
  if (status >= 400) throw new Refused({ status, body });
  return body;
}

export const explain = (key, job, operation) => get(`/v1/requests/${key}/explain${query({ job, op: operation })}`, body => typeof body?.summary === "string");
