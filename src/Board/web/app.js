// The frame around the pages: who is signed in, where one can go, whether the feed is live.
import { attempts, isUnderWay } from "./attempts.js";
import { feedState } from "./feed.js";
import { useObservable } from "./observable.js";
import { Create } from "./pages/create.js";
import { Job } from "./pages/job.js";
import { Jobs } from "./pages/jobs.js";
import { Mine } from "./pages/mine.js";
import { Offers } from "./pages/offers.js";
import { Paste } from "./pages/paste.js";
import { Operations } from "./pages/operations.js";
import { SignIn } from "./pages/sign-in.js";
import { Announcements } from "./parts/announce.js";
import { Loading } from "./parts/states.js";
import { titleOf } from "./parts/status.js";
import { undoable } from "./parts/undo.js";
import { useIsDispatcher } from "./role.js";
import { listOf, route } from "./router.js";
import { session, signOut } from "./session.js";
import { jobs } from "./store.js";
import { strings } from "./strings.js";
import { html, useEffect, useRef, useState } from "./ui.js";

const icons = {
  offers: "M4 7h10M4 12h6M4 17h10M14 13l3 3 5-7",
  mine: "M5 8h14v11H5zM9 8V5h6v3M5 13h14",
  jobs: "M4 6h16M4 12h16M4 18h16",
  operations: "M3 13h4l3-8 4 14 3-6h4",
};

export function App({ config }) {
  const person = useObservable(session);
  const { parts, query } = useObservable(route);
  if (!person) return html`<${SignIn} config=${config} />`;
  return html`<${Frame} key=${person.person} config=${config} person=${person} parts=${parts} query=${query} />`;
}

function pageOf(parts, person, isDispatcher, known) {
  const list = (section, component) => ({ section, address: `#/${section}`, title: strings[section].title, component });
  const [name, id] = parts;
  if (name === "jobs" && id) {
    const job = known.get(id), isOwn = job ? job.requester === person.person || person.isAdmin : isDispatcher;
    return { section: isOwn ? "jobs" : job?.acceptedBy === person.person ? "mine" : "offers", address: `#/jobs/${id}`, title: job ? titleOf(job) : strings.job.id, id, component: Job };
  }
  if (name === "edit" && id) return { section: "jobs", address: `#/edit/${id}`, title: strings.create.changeTitle, id, component: Create, back: `#/jobs/${id}` };
  if (name === "new") return { section: "jobs", address: "#/new", title: strings.create.title, component: Create, isBelow: true };
  if (name === "paste") return { section: "jobs", address: "#/paste", title: strings.paste.title, component: Paste, isBelow: true };
  if (name === "operations" && person.isAdmin) return list("operations", Operations);
  if (name === "mine") return list("mine", Mine);
  if (name === "jobs" || (!name && isDispatcher)) return list("jobs", Jobs);
  if (!name && isDispatcher === null) return { ...list("offers", Loading), section: null };
  return list("offers", Offers);
}

// Administrators read and do not answer: nothing is offered to them.
const sectionsOf = (person, isDispatcher) => person.isAdmin ? ["jobs", "operations"] : isDispatcher ? ["jobs", "offers", "mine"] : ["offers", "mine"];

function Frame({ config, person, parts, query }) {
  const isDispatcher = useIsDispatcher(person);
  const page = pageOf(parts, person, isDispatcher, useObservable(jobs));
  const heading = useRef();
  const { title } = page;

  useEffect(() => {
    document.title = `${title} · ${strings.product}`;
  }, [title]);
  const isFirst = useRef(true), isLoading = page.component === Loading;
  useEffect(() => {
    if (!isFirst.current) {
      heading.current.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = isLoading;
  }, [page.address, isLoading]);

  const sections = sectionsOf(person, isDispatcher);
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
      ${(page.id || page.isBelow) && html`<a class="back" href=${page.back ?? listOf(page.section)}><span aria-hidden="true">‹</span> ${page.back ? strings.job.id : strings.nav[page.section]}</a>`}
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
  const unsent = [...useObservable(attempts).values()].filter(isUnderWay).length + useObservable(undoable).size;
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
      ${!person.isAdmin && html`<a class="button button-quiet" href="#/new" onClick=${() => { menu.current.open = false; }}>${strings.jobs.offer}</a>`}
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
