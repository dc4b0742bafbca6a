// The browser's storage, which may be blocked or full: then this page remembers by itself what it was given, for as long as it is open.

function storage(open) {
  const unsaved = new Map();
  const attempt = (action, otherwise) => {
    try {
      return action(open());
    } catch {
      return otherwise;
    }
  };
  return {
    get: key => unsaved.get(key) ?? attempt(store => store.getItem(key), null),
    /** @returns whether it outlives this page */
    set(key, value) {
      const isSaved = attempt(store => {
        store.setItem(key, value);
        return true;
      }, false);
      if (isSaved) unsaved.delete(key);
      else unsaved.set(key, value);
      return isSaved;
    },
    remove(key) {
      unsaved.delete(key);
      attempt(store => store.removeItem(key));
    },
    keys: prefix => [...new Set([...attempt(store => Object.keys(store), []), ...unsaved.keys()])].filter(key => key.startsWith(prefix)),
  };
}

/** Shared by all tabs; ends when the person signs out. */
export const device = storage(() => localStorage);

/** Ends with the tab. */
export const tab = storage(() => sessionStorage);
