// The browser killed at random moments of submitting and sending, over a line that fails: what the page called saved is in
// the database once. `LINLI_KILLS` says how often (12 in a usual run), `LINLI_SEED` which moments, `LINLI_COUNTS` a file that
// gets the counts as a line of JSON.
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, expectAllSent, faults, isWrite, test } from '../harness/index.js';
import { dice } from '../harness/dice.js';
import { agree } from '../harness/forms.js';
import { fill, formPath, next, openApp, questions } from '../harness/states.js';

const KILLS = Number(process.env.LINLI_KILLS ?? 12);
const SEED = Number(process.env.LINLI_SEED ?? 4);
/** Moments lie up to this long after the press of the last button, most of them soon after it, milliseconds. */
const SPAN = 700;

/** Where the name of each submission stands: no two are typed alike. */
const named = {
  report: { type: (page, name) => page.locator('#description').fill(name), read: (body) => body.description },
  'check-in': { type: (page, name) => page.locator('#person-name').fill(name), read: (body) => body.person.name },
  'sign-up': { type: (page, name) => page.locator('#person-name').fill(name), read: (body) => body.person.name },
};
const nameOf = (row) => named[row.kind.replace('_', '-')].read(row.body);

/** In the page: tells which submission is called saved, at the moment when it is. */
function tellWhatIsSaved() {
  let told = '';
  const look = () => {
    const [, done, id] = location.pathname.split('/');
    if (done !== 'done' || id === told || !/^(已保存在本机|社区已收到|报名成功|候补)/.test(document.querySelector('h1')?.textContent)) return;
    told = id;
    window.hearSaved(id);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}

/** A line that loses, delays, refuses and forgets, half of the time. */
function failing(network, chance) {
  let healed = false;
  const line = async (call) => {
    const throwOf = chance();
    await pause(chance() * 250);
    if (throwOf < 0.15) return faults.cut(call);
    if (throwOf < 0.35) return faults.replyLost(call);
    if (throwOf < 0.5) return faults.answer(503, { 'retry-after': '1', 'content-type': 'application/problem+json' }, '{}')(call);
    const { headers, status, body } = await call.forward();
    return faults.answer(status, headers, body)(call);
  };
  network.arm((request) => isWrite(request) && !healed, line, Infinity);
  return () => {
    healed = true;
  };
}

test(`killed ${KILLS} times: what was called saved arrives once`, async ({ server, network, device, office }) => {
  test.setTimeout(120_000 + KILLS * 20_000);
  const chance = dice(SEED);
  const heal = failing(network, chance);
  const paths = {};
  for (const name of Object.keys(questions)) paths[name] = await formPath(server.url, name);
  const saved = new Set();
  const listen = () => device.hear('hearSaved', (id) => void saved.add(id), tellWhatIsSaved);

  let number = 0;
  const upToTheLastButton = async (kind) => {
    const { page } = device;
    await openApp(page, network.url, paths[kind]);
    if (kind === 'check-in') await agree(page);
    await expect(next(page)).toBeVisible();
    for (const question of questions[kind]) await fill(page, question);
    await named[kind].type(page, `第 ${(number += 1)} 份`);
    await next(page).click();
    await expect(page).toHaveURL(/\/check$/);
    return page.locator('.actions .button--main');
  };
  const kinds = Object.keys(questions);
  await listen();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const button = await upToTheLastButton(kinds[Math.floor(chance() * kinds.length)]);
    const moment = chance() ** 3 * SPAN;
    const pressed = button.click({ noWaitAfter: true }).catch(() => {});
    await pause(moment);
    await device.kill();
    await pressed;
    await device.open();
    await listen();
  }

  heal();
  await openApp(device.page, network.url);
  await expectAllSent(device.page);
  const rows = await office.rows();
  const stored = new Set(rows.map((row) => row.id));
  const names = rows.map(nameOf);
  const lost = [...saved].filter((id) => !stored.has(id));
  const doubled = names.filter((name, at) => names.indexOf(name) !== at);
  const counts = { kills: KILLS, seed: SEED, submitted: number, saved: saved.size, stored: rows.length, lost: lost.length, doubled: doubled.length };
  if (process.env.LINLI_COUNTS) await writeFile(process.env.LINLI_COUNTS, `${JSON.stringify(counts)}\n`);
  expect(names.every((name) => /^第 \d+ 份$/.test(name)), 'every name is read').toBe(true);
  expect(saved.size, 'some were called saved').toBeGreaterThan(0);
  expect({ lost, doubled }).toStrictEqual({ lost: [], doubled: [] });
});
