// Dexie with strictly durable transactions. It keeps and does not send: it is here for the time of saving.
'use strict';

const database = new Dexie('records', { chromeTransactionDurability: 'strict' });
database.version(1).stores({ records: 'id', outbox: 'id' });

const store = {
  save: (record) =>
    database.transaction('rw', database.records, database.outbox, () =>
      Promise.all([database.records.add(record), database.outbox.add({ id: record.id, attempts: 0 })])),
  start() {},
};
