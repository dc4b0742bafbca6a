// Who is signed in. The token lives as long as the tab does, and is never part of an address.
import { observable } from "./observable.js";

const TokenKey = "board.token";
const LastPersonKey = "board.person";
const DevelopmentPrefix = "dev-";

export const session = observable(null);

export function restore(config) {
  const token = sessionStorage.getItem(TokenKey);
  if (token) session.set(describe(token, config));
}

/** @returns an error code of the strings, or null when the person is signed in. */
export function signIn(token, config) {
  const described = describe(token.trim().replace(/^Bearer\s+/i, ""), config);
  if (!described) return "tokenUnreadable";
  if (described.expiresAt && described.expiresAt < Date.now()) return "tokenExpired";
  sessionStorage.setItem(TokenKey, described.token);
  localStorage.setItem(LastPersonKey, described.person);
  session.set(described);
  return null;
}

export const signInAs = (person, config) => signIn(DevelopmentPrefix + person, config);

export function signOut(reason = null) {
  sessionStorage.removeItem(TokenKey);
  ended.set(reason);
  session.set(null);
}

/** Why the last session ended, for the sign-in page; null when the person chose to. */
export const ended = observable(null);

export const lastPerson = () => localStorage.getItem(LastPersonKey) ?? "";

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
