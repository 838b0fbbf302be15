// The same queue at its best: a key of its own for each item, an id made before the first try, nothing removed before the
// server confirmed it, one sender at a time in all tabs.
'use strict';

const outbox = localforage.createInstance({ name: 'records', storeName: 'outbox' });

const store = {
  async save(record) {
    await outbox.setItem(record.id, record);
    void this.flush();
  },
  flush() {
    return navigator.locks.request('outbox', { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      try {
        for (const key of await outbox.keys()) {
          const response = await fetch('/api/records', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(await outbox.getItem(key)),
          });
          if (!response.ok) break;
          await outbox.removeItem(key);
        }
        this.tell(await outbox.length());
      } catch {
        // Not reached: the next turn tries again.
      }
    });
  },
  start(tell) {
    this.tell = tell;
    window.addEventListener('online', () => this.flush());
    setInterval(() => this.flush(), 2_000);
    void this.flush();
  },
  async pending() {
    const records = await Promise.all((await outbox.keys()).map((key) => outbox.getItem(key)));
    return records.map((record) => record.body);
  },
};
