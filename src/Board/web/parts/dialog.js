// The browser's own modal dialog: it keeps the focus inside, closes with Escape and with the back button, and gives the focus back.
import { randomKey } from "../keys.js";
import { html, useEffect, useRef } from "../ui.js";

export function Dialog({ title, children, onClose }) {
  const element = useRef();
  useEffect(() => {
    const dialog = element.current, entry = randomKey();
    const isOnTop = () => history.state?.dialog === entry;
    const onBack = () => isOnTop() || onClose();
    dialog.showModal();
    history.pushState({ dialog: entry }, "");
    addEventListener("popstate", onBack);
    return () => {
      removeEventListener("popstate", onBack);
      dialog.close();
      if (isOnTop()) history.back();
    };
  }, []);
  const onBackdrop = event => event.target === element.current && onClose();
  return html`<dialog ref=${element} class="dialog" aria-labelledby="dialog-title" onClose=${onClose} onClick=${onBackdrop}>
    <div class="dialog-body">
      <h2 id="dialog-title">${title}</h2>
      ${children}
    </div>
  </dialog>`;
}
