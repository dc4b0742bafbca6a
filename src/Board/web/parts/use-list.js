// A list of jobs that stays true by itself: the first page is read, and whatever the feed brings that fits is added.
import { isFinal, listJobs, NoAnswer, Refused } from "../api.js";
import { generation, jobs, put, refresh } from "../store.js";
import { useObservable } from "../observable.js";
import { useEffect, useRef, useState } from "../ui.js";

const MostPages = 10;
const Pause = 2000; // milliseconds, where no page came

/**
 * @param filter what the route takes: {status, candidate, standing, requester, q}
 * @param fits whether a job belongs here, for those that change or arrive later
 * @param enough how many to read at first, in pages of the limit; Infinity reads all there are
 * @returns {rows, error, isLoading, hasMore, loadMore, reload}
 */
export function useList(filter, fits, { limit = 50, enough = limit } = {}) {
  const name = JSON.stringify(filter);
  const [page, setPage] = useState({ name, ids: null, cursor: null, error: null });
  const known = useObservable(jobs), turn = useObservable(generation);
  const asked = useRef(0);

  const read = async (cursor, ids) => {
    const question = ++asked.current;
    try {
      const wanted = ids.length + enough;
      // A page may hold few jobs and still have a next one.
      for (let pages = 0; pages === 0 || (cursor && ids.length < wanted && (pages < MostPages || enough === Infinity)); pages++) {
        const answer = await listJobs({ ...filter, limit, cursor });
        if (question !== asked.current) return;
        put(...answer.items);
        ids = [...ids, ...answer.items.map(job => job.jobRequestId)];
        cursor = answer.next;
      }
      setPage({ name, ids, cursor, error: null });
      // What belongs here and was not listed has changed while nothing was heard of it.
      const listed = new Set(ids), oldest = cursor ? jobs.value.get(ids.at(-1))?.createdAt : "";
      for (const job of jobs.value.values()) if (fits(job) && !listed.has(job.jobRequestId) && job.createdAt >= oldest) refresh(job.jobRequestId);
    } catch (error) {
      if (question !== asked.current) return;
      if (!(error instanceof NoAnswer) && !(error instanceof Refused)) throw error;
      if (!isFinal(error)) setTimeout(() => question === asked.current && read(cursor, ids), Pause);
      setPage(before => ({ ...before, name, error, ids: before.name === name ? before.ids : null }));
    }
  };

  useEffect(() => {
    read(undefined, []);
    return () => { asked.current++; };
  }, [name, turn]);

  const current = page.name === name ? page : { ids: null, cursor: null, error: null };
  const listed = new Set(current.ids ?? []);
  const oldest = current.cursor && current.ids?.length ? known.get(current.ids.at(-1))?.createdAt : undefined;
  // Beyond the last page that was read there are others, which come with it.
  const rows = [...known.values()]
    .filter(job => fits(job) && (listed.has(job.jobRequestId) || !oldest || job.createdAt >= oldest))
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt) || other.jobRequestId.localeCompare(one.jobRequestId));
  return {
    rows,
    error: current.error,
    isLoading: current.ids === null && !current.error,
    hasMore: current.cursor !== null,
    loadMore: () => read(current.cursor, current.ids),
    reload: () => read(undefined, []),
  };
}
