// The queue that many apps have: an array of items under one key of localForage, sent one by one whenever the network is
// there, shortened by what was sent.
'use strict';

const QUEUE = 'queue';

const store = {
  async save({ id, ...record }) {
    const queue = (await localforage.getItem(QUEUE)) ?? [];
    queue.push(record);
    await localforage.setItem(QUEUE, queue);
    void this.flush();
  },
  async flush() {
    if (this.flushing) return;
    this.flushing = true;
    try {
      const queue = (await localforage.getItem(QUEUE)) ?? [];
      while (queue.length > 0) {
        const response = await fetch('/api/records', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(queue[0]),
        });
        if (!response.ok) break;
        queue.shift();
        await localforage.setItem(QUEUE, queue);
      }
      this.tell(queue.length);
    } catch {
      // Not reached: the next turn tries again.
    } finally {
      this.flushing = false;
    }
  },
  start(tell) {
    this.tell = tell;
    window.addEventListener('online', () => this.flush());
    setInterval(() => this.flush(), 2_000);
    void this.flush();
  },
  async pending() {
    return ((await localforage.getItem(QUEUE)) ?? []).map((record) => record.body);
  },
};
