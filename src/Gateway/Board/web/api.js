// The public HTTP API, one function for each route that the board uses.
import { learn } from "./clock.js";
import { session, signOut } from "./session.js";

/** Nothing is known of what the gateway did: no answer arrived. */
export class NoAnswer extends Error {}

/** The gateway answered, and not with what was asked for. */
export class Refused extends Error {
  constructor(answer) {
    super(answer.body?.title ?? `HTTP ${answer.status}`);
    this.status = answer.status;
    this.problem = answer.body;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

const ReadTimeout = 15_000;

/** @returns {status, body, replayed, retryAfterMs}; throws NoAnswer. */
export async function exchange(method, path, { body, headers = {}, timeout = ReadTimeout, signal } = {}) {
  const asking = session.value;
  const sentAt = Date.now();
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...(asking ? { Authorization: `Bearer ${asking.token}` } : {}),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(timeout)]) : AbortSignal.timeout(timeout),
      cache: "no-store",
      credentials: "omit",
    });
    const text = await response.text();
    learn(response.headers.get("Date"), sentAt, Date.now());
    if (response.status === 401 && asking && session.value === asking) signOut("tokenRefused");
    return {
      status: response.status,
      body: /json/.test(response.headers.get("Content-Type") ?? "") && text ? JSON.parse(text) : null,
      replayed: response.headers.get("Idempotency-Replayed") === "true",
      retryAfterMs: 1000 * (Number(response.headers.get("Retry-After")) || 0),
      lagMs: Number(response.headers.get("View-Lag-Ms") ?? NaN),
    };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NoAnswer(error.message);
  }
}

async function get(path, options) {
  const answer = await exchange("GET", path, options);
  if (answer.status >= 400) throw new Refused(answer);
  return answer.body;
}

const query = parameters => {
  const chosen = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return chosen.length ? `?${new URLSearchParams(chosen)}` : "";
};

const jobPath = id => `/v1/job-requests/${encodeURIComponent(id)}`;

export const readJob = (id, { strong, minVersion, signal } = {}) =>
  get(jobPath(id) + query({ consistency: strong ? "strong" : undefined, minVersion }), { signal });

export const readHistory = (id, options) => get(`${jobPath(id)}/history`, options);

/** The job's ledger: every answer with the times of its hops; for its requester and administrators. */
export const readTimeline = (id, options) => get(`${jobPath(id)}/timeline`, options);

export const listJobs = ({ signal, ...filter }) => get(`/v1/job-requests${query(filter)}`, { signal });

export const countJobs = ({ signal, ...filter }) => get(`/v1/job-requests/counts${query(filter)}`, { signal });

export const readStatus = options => get("/v1/admin/status", options);

export const readVerification = options => get("/v1/admin/verify", options);

export const startVerification = () => exchange("POST", "/v1/admin/verify");

export const readParked = ({ signal, ...filter }) => get(`/v1/admin/parked${query(filter)}`, { signal });

const ReplayTimeout = 45_000;

/** Puts parked commands back: those of one job, or all. Safe to repeat: it needs no key. */
export async function replayParked(job, dryRun, signal) {
  const answer = await exchange("POST", `/v1/admin/parked/replay${query({ dryRun: dryRun || undefined })}`, { body: job ? { job } : {}, timeout: ReplayTimeout, signal });
  if (answer.status >= 400) throw new Refused(answer);
  return answer.body;
}

const CommandWait = 5;

/** Sends a command; answers of every status are results. Throws NoAnswer when it is not known what became of it. */
export function send(operation, job, key, body, deadline) {
  const { task, ...rest } = body;
  const path = operation === "create" ? "/v1/job-requests"
    : operation === "finish-task" ? `${jobPath(job)}/tasks/${encodeURIComponent(task)}/finish`
    : `${jobPath(job)}/${operation}`;
  return exchange("POST", path, {
    body: rest,
    headers: { "Idempotency-Key": key, Prefer: `wait=${CommandWait}`, "Request-Deadline": deadline },
    timeout: (CommandWait + 5) * 1000,
  });
}

export const explain = (key, job, operation) => get(`/v1/requests/${key}/explain${query({ job, op: operation })}`);
