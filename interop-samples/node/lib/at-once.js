'use strict';

/**
 * Runs a job for each item, so many at once and never two of one key. The results come in the items' order, whatever order the jobs ended in.
 */
exports.atOnce = async (limit, items, keyOf, run) => {
  const left = items.map((item, index) => ({ item, index }));
  const busy = new Set();
  const results = [];
  const running = new Set();
  for (;;) {
    const next = running.size < limit ? left.findIndex(({ item }) => !busy.has(keyOf(item))) : -1;
    if (next < 0) {
      if (running.size === 0) return results;
      await Promise.race(running);
      continue;
    }
    const [ { item, index } ] = left.splice(next, 1);
    const key = keyOf(item);
    busy.add(key);
    const job = run(item).then(result => { results[index] = result; }).finally(() => {
      busy.delete(key);
      running.delete(job);
    });
    running.add(job);
  }
};
