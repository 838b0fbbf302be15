// Makes the golden profile of a release, once, from its own files:
//   LINLI_BIN=…/linli LINLI_APP=…/dist node golden/make.js v2
// A draft of each form, one of each form waiting, one that needs attention and one sent; what has to be found in it goes
// beside it. A profile that was published is never made again.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { forms, goOn, openHome, readyForOffline, send, submit } from '../harness/forms.js';
import { GOLDEN, ORIGIN, goldenDevice, pack } from '../harness/golden.js';
import { readBack } from '../harness/device.js';
import { Proxy, faults, isPublic } from '../harness/proxy.js';
import { Server } from '../harness/server.js';
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
async function reportOfAKnownKind() {
  await forms.report.enter(page);
  await forms.report.fill(page);
  await page.getByRole('group', { name: '是哪一类？' }).getByRole('radio').nth(1).check();
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
await reportOfAKnownKind();
const body = JSON.parse((await sent).postData()).items[0].body;
await expect(page.getByText('社区已收到')).toBeVisible();
await made('report', 'sent');
items.at(-1).body = body;
await home();

await device.setOffline(true);
await network.down();
for (const kind of ['check_in', 'sign_up', 'report']) {
  if (kind === 'report') await reportOfAKnownKind();
  else await submit(page, kind);
  await made(kind, 'waiting');
  await home();
}

const drafts = [];
for (const name of Object.keys(questions)) {
  await openApp(page, ORIGIN, paths[name]);
  // Half filled in: the last question is left.
  for (const question of questions[name].slice(0, -1)) await fill(page, question);
  const values = await page.evaluate(answersOf);
  drafts.push({ path: paths[name], values });
  const typed = Object.values(values).filter((value) => typeof value === 'string');
  await expect.poll(() => newestDrafts(page)).toContainEqual(expect.arrayContaining(typed));
}
await device.close();
await server.stop();
await network.down();
await pack(version, profile);
await writeFile(`${GOLDEN}${version}/expected.json`, `${JSON.stringify({ madeUp: MADE_UP, drafts, items }, null, 2)}\n`);
await rm(folder, { recursive: true });

/** All that was typed in each draft of its database. */
async function newestDrafts(page) {
  return (await readBack(page, 'draft')).map((text) => Object.values(JSON.parse(text).values));
}
