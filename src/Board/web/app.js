// The frame around the pages: who is signed in, where one can go, whether the feed is live.
import { attempts, isUnderWay } from "./attempts.js";
import { feedState } from "./feed.js";
import { useObservable } from "./observable.js";
import { Create } from "./pages/create.js";
import { Job } from "./pages/job.js";
import { Jobs } from "./pages/jobs.js";
import { Offers } from "./pages/offers.js";
import { Operations } from "./pages/operations.js";
import { SignIn } from "./pages/sign-in.js";
import { Announcements } from "./parts/announce.js";
import { titleOf } from "./parts/status.js";
import { route } from "./router.js";
import { session, signOut } from "./session.js";
import { jobs } from "./store.js";
import { strings } from "./strings.js";
import { html, useEffect, useRef, useState } from "./ui.js";

const icons = {
  offers: "M4 7h10M4 12h6M4 17h10M14 13l3 3 5-7",
  jobs: "M4 6h16M4 12h16M4 18h16",
  operations: "M3 13h4l3-8 4 14 3-6h4",
};

export function App({ config }) {
  const person = useObservable(session);
  const { parts, query } = useObservable(route);
  if (!person) return html`<${SignIn} config=${config} />`;
  return html`<${Frame} key=${person.person} config=${config} person=${person} parts=${parts} query=${query} />`;
}

function pageOf(parts, person) {
  if (parts[0] === "jobs" && parts[1]) return { section: "jobs", address: `#/jobs/${parts[1]}`, title: null, id: parts[1], component: Job };
  if (parts[0] === "jobs") return { section: "jobs", address: "#/jobs", title: strings.jobs.title, component: Jobs };
  if (parts[0] === "new") return { section: "jobs", address: "#/new", title: strings.create.title, component: Create };
  if (parts[0] === "operations" && person.isAdmin) return { section: "operations", address: "#/operations", title: strings.operations.title, component: Operations };
  // Administrators read and do not answer: nothing is offered to them.
  if (parts.length === 0 && person.isAdmin) return { section: "jobs", address: "#/jobs", title: strings.jobs.title, component: Jobs };
  return { section: "offers", address: "#/offers", title: strings.offers.title, component: Offers };
}

function Frame({ config, person, parts, query }) {
  const page = pageOf(parts, person);
  const known = useObservable(jobs);
  const heading = useRef();
  const job = page.id && known.get(page.id);
  const title = page.title ?? (job ? titleOf(job) : strings.job.id);

  useEffect(() => {
    document.title = `${title} · ${strings.product}`;
  }, [title]);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      heading.current.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [page.address]);

  const sections = person.isAdmin ? ["jobs", "operations"] : ["offers", "jobs"];
  return html`
    <a class="skip" href="#main" onClick=${event => { event.preventDefault(); heading.current.focus(); }}>${strings.skip}</a>
    <header class="top">
      <a class="brand" href="#/">${strings.product}</a>
      <nav class="nav" aria-label=${strings.nav.label}>
        ${sections.map(section => html`<a key=${section} href="#/${section}" aria-current=${section === page.section ? "page" : null}>
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d=${icons[section]} /></svg><span>${strings.nav[section]}</span>
        </a>`)}
      </nav>
      <${Feed} />
      <${Account} person=${person} />
    </header>
    <main id="main" class="page page-${page.section}">
      <div class="page-head">
        <h1 ref=${heading} tabIndex="-1">${title}</h1>
        ${page.component === Jobs && html`<a class="button button-primary" href="#/new">${strings.jobs.create}</a>`}
      </div>
      <${page.component} key=${page.address} id=${page.id} person=${person} query=${query} config=${config} />
    </main>
    <div class="low">
      <${Announcements} />
      <${Offline} />
    </div>`;
}

function Feed() {
  const state = useObservable(feedState);
  return html`<p class="feed feed-${state}" role="status"><span class="feed-dot" aria-hidden="true"></span><span>${strings.feed[state]}</span></p>`;
}

function Account({ person }) {
  const menu = useRef();
  const unsent = [...useObservable(attempts).values()].filter(isUnderWay).length;
  useEffect(() => {
    const onPointer = ({ target }) => {
      if (!menu.current.contains(target)) menu.current.open = false;
    };
    addEventListener("pointerdown", onPointer);
    return () => removeEventListener("pointerdown", onPointer);
  }, []);
  const onKey = ({ key }) => {
    if (key !== "Escape" || !menu.current.open) return;
    menu.current.open = false;
    menu.current.querySelector("summary").focus();
  };
  return html`<details ref=${menu} class="account" onKeyDown=${onKey}>
    <summary><span class="avatar" aria-hidden="true">${person.person[0].toUpperCase()}</span><span class="account-name">${person.person}</span></summary>
    <div class="menu">
      <p>${strings.account.signedInAs(person.person)}${person.isAdmin && html`<br /><span class="muted">${strings.account.admin}</span>`}</p>
      ${unsent > 0 && html`<p class="muted">${strings.account.unsent(unsent)}</p>`}
      <button class="button button-quiet" onClick=${() => signOut()}>${strings.account.signOut}</button>
    </div>
  </details>`;
}

/** Said only when it lasts: a connection that is back within two seconds is nobody's business. */
function Offline() {
  const state = useObservable(feedState);
  const [isOnline, setIsOnline] = useState(navigator.onLine);
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    const look = () => setIsOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  useEffect(() => {
    if (state === "live") {
      setLasts(false);
      return undefined;
    }
    const timer = setTimeout(() => setLasts(true), 2000);
    return () => clearTimeout(timer);
  }, [state === "live"]);
  return html`<div role="status">${(!isOnline || lasts) && html`<p class="banner">${isOnline ? strings.feed.lost : strings.feed.offline}</p>`}</div>`;
}
