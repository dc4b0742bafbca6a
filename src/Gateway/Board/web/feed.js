// The live feed: one connection for the tab, resumed where it broke off.
import { observable } from "./observable.js";
import { session, signOut } from "./session.js";
import { read } from "./sse.js";

/** "connecting", "live", "waiting" (tries again by itself) or "off". */
export const feedState = observable("off");

const Silence = 40_000; // Heartbeats come every 15 s.
const FirstPause = 250, LongestPause = 10_000;
const listeners = new Set();
let running = null;

/**
 * @param listener is told `{type: "event", event}` for each event and `{type: "gap"}` when events may have been missed:
 * at the first connection, and where the gateway could not go on from the last one.
 */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function start() {
  stop();
  running = run(session.value);
}

export function stop() {
  running?.abort();
  running = null;
  feedState.set("off");
}

const tell = message => { for (const listener of [...listeners]) listener(message); };

function run(person) {
  const life = new AbortController();
  follow(person, life.signal);
  return life;
}

async function follow(person, life) {
  let lastId = null, shortest = FirstPause, pause = shortest;
  while (!life.aborted) {
    feedState.set("connecting");
    const connection = new AbortController();
    const end = () => connection.abort();
    life.addEventListener("abort", end);
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(end, Silence);
    };
    try {
      alive();
      const response = await fetch("/v1/events", {
        headers: { Accept: "text/event-stream", Authorization: `Bearer ${person.token}`, ...(lastId ? { "Last-Event-ID": lastId } : {}) },
        signal: connection.signal, cache: "no-store", credentials: "omit",
      });
      if (response.status === 401) return signOut("tokenRefused");
      if (!response.ok) {
        // A cursor of another time cannot be gone on from: begin at the end, and read again what is shown.
        if (response.status >= 400 && response.status < 500 && response.status !== 429) lastId = null;
        throw new Error(`HTTP ${response.status}`);
      }
      feedState.set("live");
      if (lastId === null) tell({ type: "gap" });
      await read(response, ({ id, event, data, retry }) => {
        if (retry !== undefined) shortest = Math.min(retry, LongestPause);
        pause = shortest;
        if (id) lastId = id;
        if (data) take(event, data);
      }, alive);
    } catch (error) {
      if (life.aborted) return;
      console.debug("The feed broke off.", error);
    } finally {
      clearTimeout(watch);
      life.removeEventListener("abort", end);
      connection.abort();
    }
    if (life.aborted) return;
    feedState.set("waiting");
    await rest(pause * (0.5 + Math.random()), life);
    pause = Math.min(pause * 2, LongestPause);
  }
}

function take(event, data) {
  if (event === "reload") return tell({ type: "gap" });
  const body = JSON.parse(data);
  // A newer gateway may tell more than events of jobs.
  if (body.jobRequestId) tell({ type: "event", event: body });
}

/** Waits, but no longer than until the network or the person is back. */
function rest(milliseconds, life) {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", whenSeen);
      life.removeEventListener("abort", done);
      resolve();
    };
    const whenSeen = () => document.visibilityState === "visible" && done();
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    document.addEventListener("visibilitychange", whenSeen);
    life.addEventListener("abort", done);
  });
}
