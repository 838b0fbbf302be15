// PouchDB as its guides set it up: a local database, live replication that retries, documents put under an id of their own.
'use strict';

const database = new PouchDB('records', { auto_compaction: true });
const remote = new PouchDB(`${location.origin}/db/records`);

const store = {
  save: ({ id, ...record }) => database.put({ _id: id, ...record }),
  async bulk(records) {
    await database.bulkDocs(records.map(({ id, ...record }) => ({ _id: id, ...record })));
  },
  start(tell) {
    if (location.search === '?idle') return;
    if (location.search === '?once') {
      // All that waits, once the network is there.
      window.addEventListener('online', async () => {
        // The first request after the event may still find no network.
        for (let sent = false; !sent; ) sent = await database.replicate.to(remote).then(() => true, () => false);
        tell('sent');
      });
      return;
    }
    database.replicate.to(remote, { live: true, retry: true }).on('paused', () => tell('sent'));
  },
  /** What is on the device and not at the server, by the server's own word. */
  async pending() {
    const { rows } = await database.allDocs({ include_docs: true });
    const answer = await fetch('/db/records/_all_docs').then((response) => response.json());
    const there = new Set(answer.rows.map((row) => row.id));
    return rows.filter((row) => !there.has(row.id)).map((row) => row.doc.body);
  },
  async list() {
    return (await database.allDocs({ include_docs: true, descending: true })).rows.map((row) => row.doc);
  },
};
