// What people write lies on the device encrypted: nobody who copies the browser's profile reads it there. Waiting, sent
// and half-written forms; `LINLI_FORMS` says how many (100 in docs/promise.md), `LINLI_COUNTS` a file that gets the counts as
// a line of JSON.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectAllSent, test } from '../harness/index.js';
import { forms, goOn, openHome, readyForOffline, send } from '../harness/forms.js';

const FORMS = Number(process.env.LINLI_FORMS ?? 4);
// Words that stand nowhere else; the telephone number is one that no one can have.
const CANARY = { name: '金丝雀芳', phone: '19900007731', description: '金丝雀笼子吊在七楼外面', half: '金丝雀写到一半就走', note: '金丝雀夜里叫' };
const CONTROL = '这只看得见的麻雀';

test('a copy of the profile tells nothing of what was written', async ({ device, network }, info) => {
  test.setTimeout(60_000 + FORMS * 15_000);
  await openHome(device, network.url);
  const { page } = device;
  await readyForOffline(page);
  for (let at = 0; at < FORMS; at += 1) {
    if (at === Math.floor(FORMS / 2)) await network.down();
    await openHome(device, network.url);
    await submitCanary(page, at % 2 ? 'check_in' : 'report');
  }
  await openHome(device, network.url);
  await forms.report.enter(page);
  await page.getByRole('textbox', { name: '是什么情况？', exact: true }).fill(CANARY.half);
  await page.getByRole('textbox', { name: '姓名', exact: true }).fill(CANARY.name);
  await page.getByRole('link', { name: '返回' }).or(page.getByRole('button', { name: '返回' })).first().click();
  await sight(page);
  await device.close();

  const profile = info.outputPath('profile');
  expect(await found(profile, [CONTROL]), 'the search finds what is there').toEqual([CONTROL]);
  const words = Object.values(CANARY);
  const told = await found(profile, words);
  const counts = { forms: FORMS, words: words.length, found: told.length };
  if (process.env.LINLI_COUNTS) await writeFile(process.env.LINLI_COUNTS, `${JSON.stringify(counts)}\n`);
  expect(told).toEqual([]);

  // The device itself reads it.
  await device.open();
  await network.up();
  await openHome(device, network.url);
  await expectAllSent(device.page);
  await forms.report.enter(device.page);
  await expect(device.page.getByRole('textbox', { name: '是什么情况？', exact: true })).toHaveValue(CANARY.half);
});

test('the key of the device is for AES-GCM, of 256 bits, and does not leave the browser', async ({ device, network }) => {
  await openHome(device, network.url);
  await readyForOffline(device.page);
  await forms.report.enter(device.page);
  await device.page.getByRole('textbox', { name: '是什么情况？', exact: true }).fill(CANARY.half);
  const key = () =>
    device.page.evaluate(async () => {
      const settled = (request) =>
        new Promise((done, failed) => Object.assign(request, { onsuccess: () => done(request.result), onerror: failed }));
      const database = await settled(indexedDB.open('linli'));
      const key = await settled(database.transaction('key').objectStore('key').get('device'));
      database.close();
      if (!key) return null;
      const taken = await crypto.subtle.exportKey('raw', key).then(() => 'taken', (error) => error.name);
      return { ...key.algorithm, extractable: key.extractable, taken };
    });
  await expect.poll(key).toEqual({ name: 'AES-GCM', length: 256, extractable: false, taken: 'InvalidAccessError' });
});

async function submitCanary(page, kind) {
  await forms[kind].enter(page);
  await forms[kind].fill(page);
  await page.getByRole('textbox', { name: '姓名', exact: true }).fill(CANARY.name);
  await page.getByRole('textbox', { name: '电话', exact: true }).fill(CANARY.phone);
  if (kind === 'report') {
    await page.getByRole('textbox', { name: '是什么情况？', exact: true }).fill(CANARY.description);
  } else {
    await page.getByRole('textbox', { name: /想说的/ }).fill(CANARY.note);
  }
  await goOn(page);
  await send(page);
}

/** Leaves a word in a database of its own, as it is: the search must find it. */
async function sight(page) {
  await page.evaluate(
    (word) =>
      new Promise((done, failed) => {
        const opening = indexedDB.open('control');
        opening.onupgradeneeded = () => opening.result.createObjectStore('words');
        opening.onerror = failed;
        opening.onsuccess = () => {
          const writing = opening.result.transaction('words', 'readwrite', { durability: 'strict' });
          writing.objectStore('words').put(JSON.stringify({ word }), 'word');
          writing.oncomplete = done;
        };
      }),
    CONTROL,
  );
}

/** Which of the words stand in any file of the folder, in either way browsers write text. */
async function found(folder, words) {
  const seen = new Set();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath ?? entry.path, entry.name));
    for (const word of words) {
      if (bytes.includes(Buffer.from(word, 'utf8')) || bytes.includes(Buffer.from(word, 'utf16le'))) seen.add(word);
    }
  }
  return words.filter((word) => seen.has(word));
}
