// Every state of every page, and how to get there: walks that stop at each state. They go by addresses, ids and roles, never
// by words, so that they lead through the app in every language, in standard mode and in large mode.
import { expect } from '@playwright/test';
import { readyForOffline } from './forms.js';
import { known } from './records.js';
import { faults, isPublic } from './proxy.js';

/** The smallest picture there is. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A kind of report that the community does not have. */
export const MADE_UP = '龙';

/** Chosen before the app opens: `{ mode: 'large', language: 'en', text: 'largest' }`. */
export async function wear(page, choices) {
  await page.addInitScript((choices) => {
    if (!location.protocol.startsWith('http')) return;
    for (const [what, choice] of Object.entries(choices)) localStorage[`linli-${what}`] ??= choice;
  }, choices);
}

export const next = (page) => page.locator('button[type=submit]');
const main = (page) => page.locator('.actions .button--main');

/** An activity with several sessions, whose form has every question. */
export async function activityWithSessions(url) {
  return (await known(url)).activities.find((activity) => activity.sessions.length > 0);
}

export async function openApp(page, url, path = '/') {
  await page.goto(url + path);
  // The shell has no chip; the app has, on every page.
  await expect(page.locator('.header__status a')).toBeVisible();
}

async function typeInto(page, values) {
  for (const [id, value] of Object.entries(values)) await page.locator(`#${id}`).fill(value);
}

const person = (page) => typeInto(page, { 'person-name': '王芳', 'person-phone': '13800138000' });

/**
 * The three forms by their questions: the answer to each, as large mode asks them; `asks` where none is an error, `fields`
 * for what a person might type in the middle of it.
 */
export const questions = {
  'check-in': [
    { fill: (page) => typeInto(page, { systolic: '128', diastolic: '82' }) },
    { fill: (page) => typeInto(page, { pulse: '72' }), folded: true },
    { fill: (page) => page.locator('#mood-4').check() },
    { fill: (page) => page.locator('#sleep-3').check() },
    { fill: (page) => page.locator('#symptoms input').first().check() },
    { fill: (page) => typeInto(page, { note: '今天走了一万步' }) },
    { fill: person, asks: true },
  ],
  'sign-up': [
    { fill: (page) => page.locator('#session input').first().check(), asks: true },
    { fill: person, asks: true },
    { fill: (page) => typeInto(page, { party: '2' }) },
    { fill: (page) => page.locator('#role input').nth(1).check() },
    {
      fill: async (page) => {
        await page.locator('#on_behalf_of').check();
        await typeInto(page, { 'on_behalf_of-name': '李秀英', 'on_behalf_of-phone': '13900139000' });
      },
    },
  ],
  report: [
    { fill: (page) => page.locator('#kind input').first().check(), asks: true },
    { fill: async () => {} },
    { fill: (page) => typeInto(page, { description: '路灯不亮，晚上看不见台阶' }), asks: true },
    { fill: (page) => typeInto(page, { 'place-words': '北门外第二盏路灯' }), asks: true },
    { fill: async () => {} },
    { fill: (page) => typeInto(page, { 'reporter-name': '王芳', 'reporter-phone': '13800138000' }), asks: true },
  ],
};

/** The address of a form. */
export async function formPath(url, name) {
  return name === 'sign-up' ? `/activities/${(await activityWithSessions(url)).id}/sign-up` : `/${name}`;
}

/** Opens a form at a step of large mode, or at its fields. */
export async function openForm(page, url, name, step = '') {
  await openApp(page, url, (await formPath(url, name)) + step);
  await expect(main(page)).toBeVisible();
  // What has to be agreed to comes first.
  if (name === 'check-in' && !(await next(page).isVisible())) await main(page).click();
  await expect(next(page)).toBeVisible();
}

async function unfold(page) {
  const folded = page.locator('details:not([open]) > summary');
  if (await folded.count()) await folded.click();
}

export async function fill(page, question) {
  if (question.folded) await unfold(page);
  await question.fill(page);
}

/** In the page: what is typed and chosen, by the ids of the fields; what is empty is left out. */
export function answersOf() {
  const all = [...document.querySelectorAll('main :is(input:not([type=file]), textarea, select)')];
  const value = (it) => (it.matches('[type=radio], [type=checkbox]') ? it.checked : it.value);
  return Object.fromEntries(all.map((it) => [it.id, value(it)]).filter(([, value]) => value));
}

const at = (page, path) => expect.poll(() => new URL(page.url()).pathname).toMatch(path);

async function* fields({ page, url, mode }, name) {
  await openForm(page, url, name);
  if (mode === 'large') {
    for (const [index, question] of questions[name].entries()) {
      const state = `${name}-${index + 1}`;
      yield state;
      if (question.asks) {
        await next(page).click();
        await expect(page.getByRole('alert')).toBeFocused();
        yield `${state}-errors`;
      }
      await fill(page, question);
      await next(page).click();
      await at(page, index + 1 < questions[name].length ? new RegExp(`/${index + 2}$`) : /\/check$/);
    }
  } else {
    yield name;
    await next(page).click();
    await expect(page.getByRole('alert')).toBeFocused();
    yield `${name}-errors`;
    for (const question of questions[name]) await fill(page, question);
    await next(page).click();
  }
  await at(page, /\/check$/);
  yield `${name}-check`;
}

async function* form(visit, name) {
  yield* fields(visit, name);
  const { page } = visit;
  await main(page).click();
  await at(page, /^\/done\//);
  await expect(page.locator('main .banner[data-tone=good]')).toBeVisible();
  yield `${name}-done`;
}

async function* around({ page, url }) {
  await openApp(page, url);
  await expect(page.locator('.phone-link').first()).toBeVisible();
  await expect(page.locator('#main-link-activity')).not.toBeEmpty();
  yield 'home';
  await page.locator('main a[href="/activities"]').click();
  await expect(page.locator('.activity-card').first()).toBeVisible();
  yield 'activities';
  await page.locator('#search').fill('没有这样的');
  await expect(page.locator('.empty')).toBeVisible();
  yield 'activities-none';
  await page.locator('#search').fill('');
  await page.locator(`a[href="/activities/${(await activityWithSessions(url)).id}"]`).click();
  await expect(main(page)).toBeVisible();
  yield 'activity';
  await openApp(page, url);
  await page.locator('.notice-link__link').first().click();
  await expect(page.locator('.prose')).toBeVisible();
  yield 'notice';
  await openApp(page, url, '/nowhere');
  yield 'not-found';
  await openApp(page, url, '/outbox');
  await expect(page.locator('.banner[data-tone=good]')).toBeVisible();
  yield 'outbox-none';
  await openApp(page, url, '/mine');
  await expect(page.locator('.empty')).toBeVisible();
  yield 'mine-none';
  await openApp(page, url, '/receipts');
  await page.locator('#receipt').fill('123');
  await next(page).click();
  await expect(page.locator('#receipt')).toHaveAttribute('aria-invalid', 'true');
  yield 'receipts-error';
  await openApp(page, url, '/account');
  await next(page).click();
  await expect(page.locator('#phone')).toHaveAttribute('aria-invalid', 'true');
  yield 'account-errors';
  await openApp(page, url, '/account/open');
  await expect(next(page)).toBeVisible();
  yield 'account-open';
}

async function* report(visit) {
  const { page, url } = visit;
  yield* form(visit, 'report');
  await page.locator('.actions a[href="/"]').click();
  await page.locator('a[href="/mine"]').click();
  await expect(page.locator('.row .chip[data-tone=good]')).toBeVisible();
  yield 'mine';
  await page.locator('.row__link').click();
  const number = page.locator('.receipt-card__number');
  await expect(number).toBeVisible();
  yield 'mine-item';
  const receipt = await number.innerText();
  await openApp(page, url, '/receipts');
  yield 'receipts';
  await page.locator('#receipt').fill(receipt);
  await next(page).click();
  await expect(page.locator('main .banner')).toBeVisible();
  yield 'receipts-found';
  await openForm(page, url, 'report', visit.mode === 'large' ? '/5' : '');
  await page.locator('#photos').setInputFiles([
    { name: 'a.png', mimeType: 'image/png', buffer: PICTURE },
    { name: 'b.heic', mimeType: 'image/heic', buffer: Buffer.from('no picture') },
  ]);
  await expect(page.locator('.photo-field__photo[data-state=ready]')).toHaveCount(1);
  await expect(page.locator('.photo-field__photo[data-state=failed]')).toHaveCount(1);
  yield 'report-photos';
  await openForm(page, url, 'report', visit.mode === 'large' ? '/2' : '');
  await page.locator('#urgent').check();
  await expect(page.locator('main .phone-link').first()).toBeVisible();
  // Calling is the main action now.
  await expect(main(page)).toHaveCount(0);
  yield 'report-danger';
}

async function* reading({ page, url, mode }) {
  await openApp(page, url, '/check-in');
  await expect(main(page)).toBeVisible();
  yield 'check-in-consent';
  await openForm(page, url, 'check-in');
  await typeInto(page, { systolic: '236', diastolic: '118' });
  if (mode !== 'large') for (const question of questions['check-in'].slice(6)) await fill(page, question);
  await next(page).click();
  await expect(page.locator('.warning')).toBeFocused();
  yield 'check-in-unusual';
  await expect(page.locator('.warning .phone-link').first()).toBeVisible();
  await page.locator('.warning__answers .button').last().click();
  if (mode === 'large') {
    for (let step = 2; step <= 7; step += 1) {
      await at(page, new RegExp(`/${step}$`));
      await fill(page, questions['check-in'][step - 1]);
      await next(page).click();
    }
  }
  await at(page, /\/check$/);
  await expect(page.locator('main .phone-link').first()).toBeVisible();
  await expect(main(page)).toHaveCount(0);
  yield 'check-in-act';
}

/** With the network gone; then with a server that refuses what this device believed in. */
async function* trouble({ device, network, page, url, mode }) {
  network.arm(isPublic, faults.altered((known) => {
    known.kinds.report.unshift({ id: 'dragons', name: MADE_UP });
    return known;
  }), Infinity);
  await openApp(page, url);
  await readyForOffline(page);
  await device.setOffline(true);
  await network.down();
  for await (const _ of fields({ page, url, mode }, 'report'));
  await main(page).click();
  await at(page, /^\/done\//);
  await expect(page.locator('.header__status .icon use[href="#icon-cloud-off"]')).toBeAttached();
  yield 'done-waiting';
  await page.locator('.header__status a').click();
  await expect(page.locator('.row')).toBeVisible();
  await expect(page.locator('.banner[data-tone=caution]')).toBeVisible();
  yield 'outbox-waiting';
  await network.up();
  await device.setOffline(false);
  await expect(page.locator('.header__status [data-tone=danger]')).toBeVisible({ timeout: 60_000 });
  yield 'outbox-refused';
  await page.locator('.row__link').click();
  await page.locator('.button--danger').click();
  await expect(page.locator('.warning')).toBeFocused();
  yield 'mine-item-discard';
}

/** What is not with the community yet: begun, waiting, waiting for long; and a file that is not ours. */
async function* unsent({ device, network, page, url, mode }) {
  await openApp(page, url);
  await readyForOffline(page);
  await openForm(page, url, 'check-in');
  await typeInto(page, { systolic: '128' });
  await page.locator('.header__back').click();
  await page.locator('a[href="/mine"]').click();
  await expect(page.locator('.draft')).toBeVisible();
  yield 'mine-draft';
  await page.locator('.draft .button--danger').click();
  await expect(page.locator('.warning')).toBeFocused();
  yield 'mine-draft-discard';
  await device.setOffline(true);
  await network.down();
  for await (const _ of fields({ page, url, mode }, 'report'));
  await main(page).click();
  await at(page, /^\/done\//);
  await openApp(page, url, '/outbox');
  await page.locator('.row__link').click();
  await expect(main(page)).toBeVisible();
  yield 'mine-item-waiting';
  await page.locator('.disclosure__summary').click();
  await page.locator('.button--danger').click();
  await expect(page.locator('.warning')).toBeFocused();
  yield 'mine-item-waiting-discard';
  await page.clock.setFixedTime(Date.now() + 3.1 * 86_400_000);
  await openApp(page, url, '/outbox');
  await expect(page.locator('.header__status .icon use[href="#icon-triangle-alert"]')).toBeAttached();
  await page.locator('#take-file').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(page.locator('.banner[data-tone=danger]')).toBeVisible();
  yield 'outbox-overdue';
}

async function* desk({ page, url }) {
  await page.goto(`${url}/desk/`);
  await typeInto(page, { account: 'demo-admin', password: 'wrong' });
  await next(page).click();
  await expect(page.locator('.banner[data-tone=danger]')).toBeVisible();
  yield 'desk-sign-in';
  await page.locator('#password').fill('demo-linli-2026');
  await next(page).click();
  await expect(page.locator('.desk-row__link').first()).toBeVisible();
  yield 'desk-list';
  await page.locator('.desk-row__link').first().click();
  await expect(page.locator('.answers').first()).toBeVisible();
  yield 'desk-item';
  await page.goto(`${url}/desk/sheets/check_in`);
  await expect(page.locator('.sheet')).toBeVisible();
  yield 'desk-sheets';
}

/** A report with a photo, as the desk looks at it. */
async function* photo(visit) {
  const { page, url, mode } = visit;
  await openForm(page, url, 'report', mode === 'large' ? '/5' : '');
  await page.locator('#photos').setInputFiles([{ name: 'a.png', mimeType: 'image/png', buffer: PICTURE }]);
  await expect(page.locator('.photo-field__photo[data-state=ready]')).toBeVisible();
  for await (const _ of fields(visit, 'report'));
  await main(page).click();
  await expect(page.locator('main .banner[data-tone=good]')).toBeVisible();
  await expect(page.locator('.header__status [data-tone=good]')).toBeVisible({ timeout: 60_000 });
  await page.goto(`${url}/desk/`);
  await typeInto(page, { account: 'demo-admin', password: 'demo-linli-2026' });
  await next(page).click();
  await page.locator('.desk-row__link').first().click();
  await expect(page.locator('.photo-wall')).toBeVisible();
  await expect(async () => {
    await page.reload();
    await page.locator('.photo-wall__open').click({ timeout: 2_000 });
  }).toPass();
  await expect(page.locator('.photo-wall__large')).toBeVisible();
  yield 'desk-photo';
}

/** A tablet on a wall. */
async function* kiosk({ page, url, mode }) {
  await openApp(page, url, '/kiosk');
  await expect(page.locator('html')).toHaveAttribute('data-kiosk', '');
  await expect(page.locator('.phone-link').first()).toBeVisible();
  yield 'kiosk-home';
  await openForm(page, url, 'report', mode === 'large' ? '/4' : '');
  yield 'kiosk-report';
}

/** A visit is a device, its network, its page, the address and the mode; a walk yields the name of each state it is in. */
export const walks = {
  around,
  'check-in': (visit) => form(visit, 'check-in'),
  'sign-up': (visit) => form(visit, 'sign-up'),
  report,
  reading,
  trouble,
  unsent,
  desk,
  photo,
  kiosk,
};

/** Walks through all states of a walk and looks at each. */
export async function look(name, { device, network, mode = 'standard', language = 'zh-Hans' }, at) {
  const { page } = device;
  await wear(page, { mode, language });
  for await (const state of walks[name]({ device, network, page, url: network.url, mode })) await at(state);
}
