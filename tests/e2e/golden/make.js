// Makes the golden profile of a release, once, from its own files:
//   LINLI_BIN=…/linli LINLI_APP=…/dist node golden/make.js v2
// A draft of each form, one of each form waiting, one that needs attention, with a correction begun, and one sent; reports
// with photos; and beside it, as v2-tablet, a shared tablet with one of each form sealed, and the server's database. What has to
// be found in each goes beside it. A profile that was published is never made again.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { agree, forms, goOn, openHome, readyForOffline, send, submit } from '../harness/forms.js';
import { GOLDEN, ORIGIN, goldenDevice, pack, packDatabase } from '../harness/golden.js';
import { TABLET } from '../harness/browser.js';
import { readBack } from '../harness/device.js';
import { Proxy, faults, isPublic } from '../harness/proxy.js';
import { Server } from '../harness/server.js';
import { file, picture } from '../harness/photos.js';
import { MADE_UP, answersOf, fill, formPath, openApp, questions } from '../harness/states.js';

const [version] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'linli-golden-'));
const profile = join(folder, 'profile');
const server = new Server(folder);
await server.start();
const network = new Proxy(server);
await network.up();
// This device believes in a kind that the community does not have.
network.arm(isPublic, faults.altered((known) => {
  known.kinds.report.unshift({ id: 'dragons', name: MADE_UP });
  return known;
}), Infinity);
const device = goldenDevice(profile, network);
await device.open();
const { page } = device;
const paths = {};
for (const name of Object.keys(questions)) paths[name] = await formPath(network.url, name);

await openHome(device, ORIGIN);
await readyForOffline(page);
const secure = await page.evaluate(() => [isSecureContext, Boolean(crypto.subtle), Boolean(navigator.serviceWorker)]);
expect(secure).toEqual([true, true, true]);

const home = () => page.getByRole('link', { name: '回到首页' }).click();
const items = [];
async function made(kind, state) {
  const id = new URL(page.url()).pathname.split('/').pop();
  const receipt = (await page.locator('.receipt-card__number').innerText()).replace(/\s/g, '');
  items.push({ id, kind, state, receipt });
}
async function takePhoto() {
  await page.locator('#photos').setInputFiles([file(await picture(page, 'png'))]);
  await expect(page.locator('.photo-field__photo[data-state=ready]')).toHaveCount(1);
}
async function reportOfAKnownKind(page, { photo = false } = {}) {
  await forms.report.enter(page);
  await forms.report.fill(page);
  await page.getByRole('group', { name: '是哪一类？' }).getByRole('radio').nth(1).check();
  if (photo) await takePhoto();
  await goOn(page);
  await send(page);
}

await forms.report.enter(page);
await forms.report.fill(page);
await page.getByRole('radio', { name: MADE_UP, exact: true }).check();
await goOn(page);
await send(page);
await expect(page.getByRole('link', { name: '看看是哪里不对' })).toBeVisible();
await made('report', 'attention');
await page.goto(ORIGIN);

const sent = page.waitForRequest((request) => request.url().endsWith('/outbox') && request.method() === 'POST');
await reportOfAKnownKind(page);
const body = JSON.parse((await sent).postData()).items[0].body;
await expect(page.getByText('社区已收到')).toBeVisible();
await made('report', 'sent');
items.at(-1).body = body;
await home();

await device.setOffline(true);
await network.down();
for (const kind of ['check_in', 'sign_up', 'report']) {
  if (kind === 'report') await reportOfAKnownKind(page, { photo: true });
  else await submit(page, kind);
  await made(kind, 'waiting');
  if (kind === 'report') items.at(-1).photos = 1;
  await home();
}

const drafts = [];
for (const name of Object.keys(questions)) {
  await openApp(page, ORIGIN, paths[name]);
  if (name === 'check-in') await agree(page);
  // Half filled in: the last question is left.
  for (const question of questions[name].slice(0, -1)) await fill(page, question);
  if (name === 'report') await takePhoto();
  await draftKept(paths[name], name === 'report' ? { photos: 1 } : {});
}
const refused = items.find((item) => item.state === 'attention');
await openApp(page, ORIGIN, `/mine/${refused.id}`);
await page.getByRole('link', { name: '修改后再发' }).click();
await page.locator('#description').fill('路灯还是不亮，台阶上已经有人绊倒');
const { pathname, search } = new URL(page.url());
await draftKept(pathname + search);
await device.close();
await keep(version, profile, { madeUp: MADE_UP, drafts, items });

const shared = join(folder, 'tablet');
await network.up();
const tablet = goldenDevice(shared, network, TABLET);
await tablet.open();
await tablet.page.goto(`${ORIGIN}/kiosk`);
await expect(tablet.page.locator('html')).toHaveAttribute('data-kiosk', '');
await readyForOffline(tablet.page);
await tablet.setOffline(true);
await network.down();
for (const kind of ['check_in', 'sign_up', 'report']) {
  if (kind === 'report') await reportOfAKnownKind(tablet.page);
  else await submit(tablet.page, kind);
  await tablet.page.getByRole('link', { name: '回到首页' }).click();
}
const sealed = (await readBack(tablet.page, 'submission')).map((text) => JSON.parse(text).id);
expect(sealed).toHaveLength(3);
await tablet.close();
await keep(`${version}-tablet`, shared, { sealed });
// What was sealed is opened by a key in the community's own database.
await server.backUp();
await packDatabase(`${version}-tablet`, server.backup);
await server.stop();
await rm(folder, { recursive: true });

async function keep(name, from, expected) {
  await pack(name, from);
  await writeFile(`${GOLDEN}${name}/expected.json`, `${JSON.stringify(expected, null, 2)}\n`);
}

/** What the form that is open shows, once it is kept. */
async function draftKept(path, besides = {}) {
  const values = await page.evaluate(answersOf);
  drafts.push({ path, values, ...besides });
  const typed = Object.values(values).filter((value) => typeof value === 'string');
  await expect.poll(() => newestDrafts(page)).toContainEqual(expect.arrayContaining(typed));
}

/** All that was typed in each draft of its database. */
async function newestDrafts(page) {
  return (await readBack(page, 'draft')).map((text) => Object.values(JSON.parse(text).values));
}
