// P6 to P9, everybody in the same run and by turns. Times are taken in the pages, between what a person does and what the
// page says.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dice } from '../../tests/e2e/harness/dice.js';
import { Device } from '../../tests/e2e/harness/device.js';
import { known } from '../../tests/e2e/harness/records.js';
import { contenders } from './contenders.js';
import { fillLinli, fillPouch, reports } from './filled.js';
import { SLOW_4G, ShapedLine } from './shaped.js';
import { Stage, spread } from './stage.js';

const median = (values) => spread(values).median;
const ratios = (ours, theirs) => spread(ours.map((value, at) => value / theirs[at]));

/** In the page: milliseconds from the press of the last button until the first write is complete, and until the word. */
function timeSaving(isSaved) {
  return `(() => {
    const isSaved = ${isSaved};
    let pressed = null;
    window.addEventListener('click', () => { pressed = performance.now(); window.took = window.written = null; }, true);
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const transaction = begin.call(this, stores, mode, options);
      if (mode === 'readwrite' && pressed !== null) {
        const since = pressed;
        transaction.addEventListener('complete', () => { window.written ??= performance.now() - since; });
      }
      return transaction;
    };
    new MutationObserver(() => {
      if (pressed === null || !isSaved()) return;
      window.took = performance.now() - pressed;
      pressed = null;
    }).observe(document, { subtree: true, childList: true, characterData: true });
  })()`;
}

/** P6: pressing send until it is called saved. PouchDB cannot be told to be strictly durable, and is not. */
export async function saving({ rounds, each = 5 }) {
  const who = ['linli', 'dexie', 'pouchdb'];
  const stages = {};
  for (const name of who) {
    stages[name] = await Stage.set(contenders[name], dice(1));
    await stages[name].page.addInitScript(timeSaving(contenders[name].isSaved));
    await stages[name].page.reload();
    await contenders[name].open(stages[name].page, stages[name].url);
  }
  const medians = Object.fromEntries(who.map((name) => [name, []]));
  const writes = Object.fromEntries(who.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of who) {
      const stage = stages[name];
      const times = [];
      const written = [];
      for (let at = 0; at < each; at += 1) {
        await stage.submit('report', `${round} ${at}`);
        times.push(await stage.page.evaluate(() => window.took));
        written.push(await stage.page.evaluate(() => window.written));
      }
      // The first round warms up.
      if (round === 0) continue;
      medians[name].push(median(times));
      writes[name].push(median(written));
    }
  }
  for (const name of who) await stages[name].strike();
  return {
    rounds,
    each,
    ms: Object.fromEntries(who.map((name) => [contenders[name].name, spread(medians[name])])),
    written_ms: Object.fromEntries(who.map((name) => [contenders[name].name, spread(writes[name])])),
    ratio: { dexie: ratios(medians.linli, medians.dexie), pouchdb: ratios(medians.linli, medians.pouchdb) },
    written_ratio: { dexie: ratios(writes.linli, writes.dexie), pouchdb: ratios(writes.linli, writes.pouchdb) },
  };
}

/** A device on which records wait, and a line that is not there yet. */
async function waitingDevice(name, records, shape) {
  const folder = await mkdtemp(join(tmpdir(), 'linli-filled-'));
  await mkdir(join(folder, 'server'));
  const server = contenders[name].server(join(folder, 'server'));
  await server.start();
  const line = new ShapedLine(server);
  await line.open();
  const url = `http://127.0.0.1:${line.port}`;
  const device = new Device(join(folder, 'profile'));
  await device.open();
  const { page } = device;
  // A device of thousands takes a while to be taken over.
  page.setDefaultTimeout(600_000);
  const queued = reports(records, 7, name === 'linli' ? await known(server.url) : { community: { id: 'rongshu' }, kinds: { report: [{ id: 'facility' }] } });
  await page.addInitScript(() => {
    window.addEventListener('online', () => {
      window.began = performance.now();
    }, true);
    new MutationObserver(() => {
      const chip = document.querySelector('.header__status a [data-tone], .header__status a');
      const done = document.querySelector('#waiting')?.textContent === 'sent' || chip?.textContent.includes('全部已送达');
      if (window.began && done && !window.ended) window.ended = performance.now();
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  if (name === 'linli') {
    await fillLinli(page, url, queued);
    // It opens, takes over what waits and keeps its files; nothing is sent before the time begins.
    await page.route('**/api/v1/outbox', (route) => route.abort());
    await contenders.linli.open(page, url);
    await device.setOffline(true);
    await page.unroute('**/api/v1/outbox');
    // As somebody opens it without a network, and no more than that is known of the line.
    await contenders.linli.open(page, url);
  } else {
    await fillPouch(page, url, queued);
    await page.goto(`${url}/?once`);
    await device.setOffline(true);
  }
  line.shape = shape;
  line.bytes = { up: 0, down: 0 };
  const close = async () => {
    await device.close();
    await line.close();
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  };
  return { page, device, server, line, queued, close };
}

/** Milliseconds until all that waits is delivered and the device knows. */
export async function delivering(name, records, shape) {
  const it = await waitingDevice(name, records, shape);
  let requests = 0;
  it.page.on('request', (request) => {
    if (contenders[name].isApi({ url: new URL(request.url()).pathname }) && request.method() !== 'GET') requests += 1;
  });
  let reads = 0;
  it.page.on('request', (request) => {
    if (contenders[name].isApi({ url: new URL(request.url()).pathname }) && request.method() === 'GET') reads += 1;
  });
  await it.device.setOffline(false);
  await it.page.waitForFunction(() => window.ended, null, { timeout: 300_000 });
  const took = await it.page.evaluate(() => window.ended - window.began);
  // All of it at once, in one request that is answered when its last byte is there.
  const bytes = Buffer.byteLength(JSON.stringify(it.queued.map(({ id, body }) => ({ kind: 'report', id, body }))));
  await contenders[name].begin(it.server);
  const stored = name === 'linli' ? it.server.count() : (await contenders[name].stored()).length;
  const sent = { ...it.line.bytes };
  await it.close();
  if (stored < records) throw new Error(`${name}: ${stored} of ${records} arrived`);
  const limit = shape ? (bytes / shape.up) * 1_000 + 2 * shape.delay : null;
  return { took, requests, reads, sent, limit };
}

/** P8 and P9: what waits, over slow 4G and over no distance at all. */
async function sending({ rounds, records = 500, shape }) {
  const runs = { linli: [], pouchdb: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['linli', 'pouchdb']) runs[name].push(await delivering(name, records, shape));
  }
  const took = (name) => runs[name].map((run) => run.took);
  const told = (name) => ({
    ms: spread(took(name)),
    per_second: spread(took(name).map((time) => (records * 1_000) / time)),
    requests: spread(runs[name].map((run) => run.requests + run.reads)),
    writes: spread(runs[name].map((run) => run.requests)),
    bytes_up: spread(runs[name].map((run) => run.sent.up)),
  });
  return {
    rounds,
    records,
    ...(shape && { limit_ms: runs.linli[0].limit, to_limit: spread(took('linli').map((time) => time / runs.linli[0].limit)) }),
    [contenders.linli.name]: told('linli'),
    [contenders.pouchdb.name]: told('pouchdb'),
    faster: ratios(took('pouchdb'), took('linli')),
  };
}

/** P7: an archive and a queue, opened without a network; from the address being asked for to the list being painted. */
export async function opening({ rounds, archive, queue }) {
  const it = await waitingDevice('linli', archive + queue, null);
  // All of the archive goes out; the rest stays when the line goes.
  const { page, device, server, line } = it;
  let taken = 0;
  await page.route('**/api/v1/outbox', (route) => {
    taken += 1;
    return taken * 100 <= archive ? route.continue() : route.abort();
  });
  await device.setOffline(false);
  while (server.count() < archive) await pause(250);
  await pause(1_000);
  const origin = `http://127.0.0.1:${line.port}`;
  const lists = { '/outbox': 'main .row', '/mine': 'main .row', '/': '.header__status a' };
  const times = Object.fromEntries(Object.keys(lists).map((path) => [path, []]));
  await page.addInitScript((lists) => {
    if (!lists[location.pathname]) return;
    const watching = new MutationObserver(() => {
      const text = document.querySelector(lists[location.pathname])?.textContent ?? '';
      if (text === '' || window.painted || (location.pathname === '/' && text.includes('全部已送达'))) return;
      watching.disconnect();
      // The frame that shows it has been painted when the one after it begins.
      requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); }));
    });
    watching.observe(document, { subtree: true, childList: true, characterData: true });
  }, lists);
  await device.setOffline(true);
  for (let round = 0; round <= rounds; round += 1) {
    for (const path of Object.keys(lists)) {
      await page.goto(origin + path);
      await page.waitForFunction(() => window.painted, null, { timeout: 120_000 });
      if (round > 0) times[path].push(await page.evaluate(() => window.painted));
    }
  }
  await it.close();
  return { archive, queue, rounds, ms: Object.fromEntries(Object.entries(times).map(([path, values]) => [path, spread(values)])) };
}

/** All of them. */
export async function measure({ rounds, records, who = ['P6', 'P7', 'P8', 'P9'] }) {
  const queued = Math.min(records, 500);
  const measures = {
    P6: () => saving({ rounds }),
    P7: async () => [await opening({ rounds, archive: 10_000, queue: 1_000 }), await opening({ rounds, archive: 1_000, queue: 1_000 })],
    P8: () => sending({ rounds, records: queued, shape: SLOW_4G }),
    P9: () => sending({ rounds, records: queued, shape: null }),
  };
  const results = {};
  for (const name of who) {
    results[name] = await measures[name]();
    console.error(name, JSON.stringify(results[name]));
  }
  return results;
}
