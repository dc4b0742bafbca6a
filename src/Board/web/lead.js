// Which of a person's tabs does something for all of them. They agree over a BroadcastChannel, which every page has, on secure origins and
// others, and whether or not it may store anything: the tab that was seen last leads, and the others hear what it says.
import { randomKey } from "./keys.js";

const HelloWait = 60; // milliseconds for the one that leads to answer a new tab
const Silence = 45_000; // after that it is gone, or put to sleep
const tab = randomKey();

const isLater = (claim, other) => claim.at > other.at || (claim.at === other.at && claim.tab > other.tab);

/**
 * @param onLead this tab leads from now on; onFollow: it does not any more
 * @param onWord something was said by the tab that leads
 * @param describe what a tab that has just come is told
 * @returns {say, end}
 */
export function createLead(name, { onLead, onFollow, onWord, describe }) {
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
  let leader = null, isLeading = false, timer;
  const isSeen = () => document.visibilityState === "visible";
  const post = message => channel?.postMessage({ claim: leader, ...message });
  const later = (action, milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds);
  };

  function lead() {
    clearTimeout(timer);
    if (isLeading) return;
    isLeading = true;
    leader = { at: Math.max(Date.now(), (leader?.at ?? 0) + 1), tab };
    post({ word: describe() });
    onLead();
  }

  function follow() {
    clearTimeout(timer);
    if (!isLeading) return;
    isLeading = false;
    onFollow();
  }

  function leave() {
    if (isLeading) post({ bye: true });
    follow();
  }

  function hear({ claim, word, hello, bye }) {
    if (hello || (claim && leader && isLater(leader, claim))) {
      if (isLeading) post({ word: describe() });
      return;
    }
    follow();
    leader = claim;
    if (word) onWord(word);
    // One that is seen takes over before one that is not.
    if (bye) later(lead, (isSeen() ? 0 : 500) + 200 * Math.random());
    else later(lead, Silence);
  }

  // Where tabs cannot speak to each other, those that nobody sees do without.
  const onSight = () => isSeen() ? lead() : channel ?? follow();
  const onReturn = ({ persisted }) => persisted && onSight();
  const onMessage = ({ data }) => hear(data);
  channel?.addEventListener("message", onMessage);
  document.addEventListener("visibilitychange", onSight);
  addEventListener("pageshow", onReturn);
  addEventListener("pagehide", leave);
  post({ hello: true });
  later(() => isSeen() || (channel && !leader) ? lead() : channel && later(lead, Silence), HelloWait);

  return {
    say: word => isLeading && post({ word }),
    end() {
      leave();
      clearTimeout(timer);
      channel?.close();
      document.removeEventListener("visibilitychange", onSight);
      removeEventListener("pageshow", onReturn);
      removeEventListener("pagehide", leave);
    },
  };
}
