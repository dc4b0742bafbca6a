// The live feed: one connection for all tabs of a person, resumed where it broke off. Browsers allow six connections to a server over
// HTTP/1.1, and a feed in every tab would take them all.
import { problemOf } from "./api.js";
import { createLead } from "./lead.js";
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
 * at the first connection, and where the feed could not go on from the last one.
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
  feedState.set("connecting");
  const life = new AbortController();
  const place = { id: null, isFresh: true }; // how far this tab has heard
  let connection = new AbortController();
  connection.abort();

  const lead = createLead(`board/feed/${person.person}/${person.isAdmin}`, {
    // The tab that was seen last holds the connection: hidden ones are slowed down and put to sleep.
    onLead() {
      connection = new AbortController();
      follow(person, place, connection.signal, announce);
    },
    onFollow: () => connection.abort(),
    onWord(word) {
      const missed = place.isFresh || place.id !== word.after;
      Object.assign(place, { id: word.id, isFresh: false });
      feedState.set(word.state);
      if (missed) tell({ type: "gap" });
      else if (word.message) tell(word.message);
    },
    describe: () => ({ state: feedState.value, after: place.id, id: place.id }),
  });

  /** Says it here and in the other tabs. */
  function announce({ state = feedState.value, id = place.id, message = null }) {
    const after = place.id;
    place.id = id;
    feedState.set(state);
    if (message) tell(message);
    lead.say({ state, after, id, message });
  }

  life.signal.addEventListener("abort", () => {
    lead.end();
    connection.abort();
  });
  return life;
}

async function follow(person, place, life, announce) {
  let shortest = FirstPause, pause = shortest;
  while (!life.aborted) {
    announce({ state: "connecting" });
    const connection = new AbortController();
    const end = () => connection.abort();
    life.addEventListener("abort", end);
    addEventListener("offline", end);
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(end, Silence);
    };
    try {
      alive();
      const response = await fetch("/v1/events", {
        headers: { Accept: "text/event-stream", Authorization: `Bearer ${person.token}`, ...(place.id ? { "Last-Event-ID": place.id } : {}) },
        signal: connection.signal, cache: "no-store", credentials: "omit", redirect: "error",
      });
      if (!response.ok) {
        const { status } = await problemOf(response) ?? {};
        if (status === 401) return signOut("tokenRefused");
        // A cursor of another time cannot be gone on from: begin at the end, and read again what is shown.
        if (status >= 400 && status < 500 && status !== 429) place.id = null;
      }
      if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) throw new Error(`HTTP ${response.status} is no feed.`);
      announce({ state: "live", message: place.id === null ? { type: "gap" } : null });
      if (place.isFresh && place.id) tell({ type: "gap" });
      place.isFresh = false;
      await read(response, ({ id, event, data, retry }) => {
        if (retry !== undefined) shortest = Math.min(retry, LongestPause);
        pause = shortest;
        announce({ id: id || place.id, message: data ? messageOf(event, data) : null });
      }, () => {
        alive();
        announce({});
      });
    } catch (error) {
      if (life.aborted) return;
      console.debug("The feed broke off.", error);
    } finally {
      clearTimeout(watch);
      life.removeEventListener("abort", end);
      removeEventListener("offline", end);
      connection.abort();
    }
    if (life.aborted) return;
    announce({ state: "waiting" });
    await rest(pause * (0.5 + Math.random()), life);
    pause = Math.min(pause * 2, LongestPause);
  }
}

function messageOf(event, data) {
  if (event === "reload") return { type: "gap" };
  const body = JSON.parse(data);
  // A newer gateway may tell more than events of jobs.
  return body.jobRequestId ? { type: "event", event: body } : null;
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
