// Devices on which much waits. Linli's rows are those that version 0.1 wrote, which today's build takes over and locks as it
// does on anybody's device; PouchDB is filled through its own interface.
import { dice } from '../../tests/e2e/harness/dice.js';

/** Reports that anybody could have made, the same for everybody. */
export function reports(count, seed, known) {
  const chance = dice(seed);
  const hex = (digits) => Array.from({ length: digits }, () => Math.floor(chance() * 16).toString(16)).join('');
  const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const started = Date.parse('2026-11-24T09:30:00+08:00') - count * 1_000;
  return Array.from({ length: count }, (_, at) => {
    const millis = (started + at * 1_000).toString(16).padStart(12, '0');
    const random = Array.from({ length: 11 }, () => symbols[Math.floor(chance() * 32)]).join('');
    return {
      id: `${millis.slice(0, 8)}-${millis.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(12)}`,
      body: {
        community: known.community.id,
        kind: known.kinds.report[0].id,
        urgent: false,
        description: `第 ${at + 1} 件：楼道的灯不亮，晚上看不见台阶`,
        place: { estate: null, building: null, unit: null, words: '北门外第二盏路灯', point: null },
        photos: [],
        reporter: { name: '王芳', phone: '13800138000' },
        on_behalf_of: null,
        channel: 'phone',
        made_at: new Date(started + at * 1_000).toISOString().replace(/\.\d+Z$/, '+00:00'),
        receipt: random + check(random, symbols),
      },
    };
  });
}

/** The check character of a receipt number: Luhn mod 32. */
function check(random, symbols) {
  let [factor, sum] = [2, 0];
  for (const symbol of [...random].reverse()) {
    const product = factor * symbols.indexOf(symbol);
    sum += Math.floor(product / 32) + (product % 32);
    factor = 3 - factor;
  }
  return symbols[(32 - (sum % 32)) % 32];
}

/** Writes them as version 0.1 kept what waits, before the app was ever opened. */
export async function fillLinli(page, url, records) {
  await page.goto(`${url}/favicon.svg`);
  await page.evaluate((records) => new Promise((resolve, reject) => {
    const opening = indexedDB.open('linli', 1);
    opening.onupgradeneeded = () => {
      for (const table of ['draft', 'submission', 'outbox', 'fate', 'cache']) opening.result.createObjectStore(table);
    };
    opening.onsuccess = () => {
      const writing = opening.result.transaction(['submission', 'outbox'], 'readwrite');
      for (const { id, body } of records) {
        writing.objectStore('submission').put(JSON.stringify({ id, kind: 'report', title: '公共设施损坏', body }), id);
        writing.objectStore('outbox').put(JSON.stringify({ id, attempts: 0, not_before: 0 }), id);
      }
      writing.oncomplete = () => {
        opening.result.close();
        resolve();
      };
      writing.onerror = () => reject(writing.error);
    };
  }), records);
}

export async function fillPouch(page, url, records) {
  await page.goto(`${url}/?idle`);
  await page.evaluate((records) => store.bulk(records), records.map(({ id, body }) => ({ id, kind: 'report', body })));
}
