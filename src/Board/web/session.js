// Who is signed in. The token lives as long as the tab does, and is never part of an address.
import { now } from "./clock.js";
import { randomKey } from "./keys.js";
import { observable } from "./observable.js";
import { device, tab } from "./storage.js";

const TokenKey = "board.token";
const LastPersonKey = "board.person";
const DevelopmentPrefix = "dev-";

export const session = observable(null);

export function restore(config) {
  const token = tab.get(TokenKey);
  if (token) session.set(describe(token, config));
}

/** @returns an error code of the strings, or null when the person is signed in. */
export function signIn(token, config) {
  const described = describe(token.trim().replace(/^Bearer\s+/i, ""), config);
  if (!described) return "tokenUnreadable";
  if (described.expiresAt && described.expiresAt < now()) return "tokenExpired";
  tab.set(TokenKey, described.token);
  device.set(LastPersonKey, described.person);
  session.set(described);
  return null;
}

export const signInAs = (person, config) => signIn(DevelopmentPrefix + person, config);

/**
 * Ends the session. Where the person chose to, nothing of theirs stays on this device, and their other tabs end, too; where the gateway
 * refused the token, what they had sent is kept until they are back.
 */
export function signOut(reason = null) {
  const { person } = session.value;
  tab.remove(TokenKey);
  ended.set(reason);
  session.set(null);
  if (reason) return;
  for (const key of [...device.keys(keptFor(person, "")), LastPersonKey]) device.remove(key);
  for (const key of tab.keys(keptFor(person, ""))) tab.remove(key);
}

/** The name under which something of a person is stored. */
export const keptFor = (person, name) => `board/${encodeURIComponent(person)}/${name}`;

// A secret of this device, out of which it makes the keys of commands. It goes when the person signs out.
const seedName = person => keptFor(person, "seed");

export const seedOf = ({ person }) => device.get(seedName(person));

session.subscribe(person => {
  if (person && !seedOf(person)) device.set(seedName(person.person), randomKey());
});

addEventListener("storage", ({ key, newValue }) => {
  if (session.value && key === seedName(session.value.person) && newValue === null && device.get(key) === null) signOut();
});

/** Why the last session ended, for the sign-in page; null when the person chose to. */
export const ended = observable(null);

export const lastPerson = () => device.get(LastPersonKey) ?? "";

// The gateway alone decides whether a token is good; this reads only what is shown.
function describe(token, config) {
  if (config.identity.development && token.startsWith(DevelopmentPrefix)) {
    const person = token.slice(DevelopmentPrefix.length);
    return /^[A-Za-z0-9_.@-]{1,64}$/.test(person) ? { token, person, isAdmin: person === "admin", expiresAt: null } : null;
  }
  try {
    const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), character => character.charCodeAt(0))));
    if (!claims.sub) return null;
    const roles = [].concat(claims[config.identity.roleClaim] ?? []);
    return { token, person: claims.sub, isAdmin: roles.includes("admin"), expiresAt: claims.exp ? claims.exp * 1000 : null };
  } catch {
    return null;
  }
}
