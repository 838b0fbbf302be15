// Three languages: changing in the middle of a form loses nothing, another language is fetched when it is wanted and stays,
// and every state speaks it whole.
import { expect, expectAccessible, test } from '../harness/index.js';
import { interfaceTexts, untranslated } from '../harness/catalogue.js';
import { readyForOffline } from '../harness/forms.js';
import { fill, look, next, openApp, openForm, questions, walks, wear } from '../harness/states.js';

const speak = (page, tag) => page.locator(`#language-${tag}`);
const html = (page) => page.locator('html');
const isLanguage = ({ url }) => url.startsWith('/locales/');

const values = (page) => page.locator('main :is(input, textarea, select)').evaluateAll((all) =>
  all.map((it) => [it.id, it.matches('[type=radio], [type=checkbox]') ? it.checked : it.value]));

/** Types the last letter and presses the language's button in one breath, long before the draft is saved. */
function inOneBreath(page, id, words, tag) {
  return page.evaluate(([id, words, tag]) => {
    const field = document.getElementById(id);
    field.value = words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    document.getElementById(`language-${tag}`).click();
  }, [id, words, tag]);
}

const last = { 'check-in': ['note', '今天走了两万步'], 'sign-up': ['person-name', '王小芳'], report: ['description', '两盏灯都不亮'] };

for (const [name, [id, words]] of Object.entries(last)) {
  test(`${name}: changing the language in the middle loses nothing`, async ({ device, network }) => {
    const { page } = device;
    await openForm(page, network.url, name);
    for (const question of questions[name]) await fill(page, question);
    let typed = await values(page);
    const address = page.url();
    const title = await page.title();
    // At once after typing, with words that are still to be fetched.
    await speak(page, 'en').click();
    await expect(html(page)).toHaveAttribute('lang', 'en');
    await expect.poll(() => values(page)).toEqual(typed);
    expect(page.url()).toBe(address);
    expect(await page.title()).not.toBe(title);
    expect(await page.title()).toMatch(/Linli/);
    await expect(speak(page, 'en')).toBeFocused();
    for (const tag of ['zh-Hant', 'zh-Hans', 'en']) {
      await inOneBreath(page, id, words + tag, tag);
      typed = typed.map(([field, value]) => [field, field === id ? words + tag : value]);
      await expect(html(page)).toHaveAttribute('lang', tag);
      await expect.poll(() => values(page), tag).toEqual(typed);
    }

    await page.reload();
    await expect(html(page)).toHaveAttribute('lang', 'en');
    await expect.poll(() => values(page)).toEqual(typed);
    await next(page).click();
    await expect(page).toHaveURL(/\/check$/);
    await speak(page, 'zh-Hant').click();
    await expect(html(page)).toHaveAttribute('lang', 'zh-Hant');
    await expect(page).toHaveURL(/\/check$/);
    await expect(page.locator('.answers')).toContainText(words);
  });

  test(`${name}: in large mode the question stays`, async ({ device, network }) => {
    const { page } = device;
    await wear(page, { mode: 'large' });
    await openForm(page, network.url, name);
    for (const [index, question] of questions[name].entries()) {
      const tag = ['en', 'zh-Hant', 'zh-Hans'][index % 3];
      await fill(page, question);
      const typed = await values(page);
      const address = page.url();
      await speak(page, tag).click();
      await expect(html(page)).toHaveAttribute('lang', tag);
      await expect.poll(() => values(page), `question ${index + 1}`).toEqual(typed);
      expect(page.url()).toBe(address);
      await next(page).click();
      await expect(page).not.toHaveURL(address);
    }
    await expect(page).toHaveURL(/\/check$/);
  });
}

test('what is typed while a language is on its way is not lost', async ({ device, network }) => {
  const { page } = device;
  await openForm(page, network.url, 'report');
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  const asked = network.arm(isLanguage, async ({ response, forward }) => {
    const answer = await forward();
    await held;
    const { 'transfer-encoding': chunked, ...headers } = answer.headers;
    response.writeHead(answer.status, { ...headers, 'content-length': answer.body.length }).end(answer.body);
  });
  await speak(page, 'en').click();
  await page.locator('#description').fill('路灯不亮');
  letGo();
  await asked;
  await expect(html(page)).toHaveAttribute('lang', 'en');
  await expect(page.locator('#description')).toHaveValue('路灯不亮');
});

test('a language is fetched when it is wanted, once, and opens offline afterwards', async ({ device, network }) => {
  const asked = [];
  const watch = () => device.page.context().on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/locales/')) asked.push(pathname.replace(/-[0-9a-f]+\.json$/, ''));
  });
  watch();
  await openApp(device.page, network.url);
  await readyForOffline(device.page);
  await openApp(device.page, network.url, '/check-in');
  expect(asked).toEqual([]);
  await speak(device.page, 'en').click();
  await expect(html(device.page)).toHaveAttribute('lang', 'en');
  expect(new Set(asked)).toEqual(new Set(['/locales/en']));

  await device.setOffline(true);
  await network.down();
  await device.close();
  await device.open();
  await openApp(device.page, network.url);
  await expect(html(device.page)).toHaveAttribute('lang', 'en');
  await expect(device.page.getByRole('heading', { name: 'What would you like to do today?' })).toBeVisible();
  await device.page.getByRole('button', { name: '简体中文' }).click();
  await expect(device.page.getByRole('heading', { name: '今天想办什么？' })).toBeVisible();
  await device.page.getByRole('button', { name: 'English' }).click();
  await expect(html(device.page)).toHaveAttribute('lang', 'en');
  // The other one was never wanted: the page says so and goes on as it is.
  await device.page.getByRole('button', { name: '繁體中文' }).click();
  await expect(device.page.getByText('Open this language once while there is a network.')).toBeVisible();
  await expect(html(device.page)).toHaveAttribute('lang', 'en');
});

test('a language chosen before anything is kept opens offline too', async ({ device, network }) => {
  const { page } = device;
  await wear(page, { language: 'en' });
  await openApp(page, network.url);
  await readyForOffline(page);
  await device.setOffline(true);
  await network.down();
  await device.close();
  await device.open();
  await openApp(device.page, network.url);
  await expect(html(device.page)).toHaveAttribute('lang', 'en');
});

for (const language of ['zh-Hant', 'en']) {
  for (const mode of ['standard', 'large']) {
    for (const name of Object.keys(walks)) {
      test(`${language}, ${mode}: ${name}`, async ({ device, network, server }) => {
        const { page } = device;
        const find = await untranslated(language, server.url);
        const found = [];
        await look(name, { device, network, mode, language }, async (state) => {
          await expect.soft(html(page), state).toHaveAttribute('lang', language);
          await expectAccessible(page, `${language} ${mode} ${state}`);
          for (const text of find(await page.evaluate(interfaceTexts))) found.push(`${text} [${state}]`);
        });
        expect(found, `still in 简体:\n${found.join('\n')}`).toEqual([]);
      });
    }
  }
}

test('what the community wrote is marked as Chinese on an English page', async ({ device, network }) => {
  const { page } = device;
  await wear(page, { language: 'en' });
  await openApp(page, network.url);
  await expect(page.locator('.phone-link').first()).toBeVisible();
  const spoken = (locator) => locator.first().evaluate((element) => element.closest('[lang]').lang);
  for (const part of ['.page-head__above', '.notice-link__link', '.phone-link__name'])
    expect.soft(await spoken(page.locator(part)), part).toBe('zh-Hans');
  await openApp(page, network.url, '/activities');
  await expect(page.locator('.activity-card').first()).toBeVisible();
  for (const part of ['.activity-card__link', '.activity-card__place', '.filter:nth-child(2)'])
    expect.soft(await spoken(page.locator(part)), part).toBe('zh-Hans');
});
