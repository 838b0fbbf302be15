// 说给我听, with a voice that writes down what it is asked to say.
import { expect, test } from '../harness/index.js';
import { next, openApp, openForm, wear } from '../harness/states.js';

/** A voice that is silent: `said` holds what waits to be said, `stopped` counts. It says a piece when the test tells it to. */
function silentVoice() {
  const voice = { said: [], stopped: 0 };
  const speechSynthesis = {
    speak: (piece) => voice.said.push(piece),
    cancel: () => {
      voice.stopped += 1;
      const stopped = voice.said.splice(0);
      for (const piece of stopped) piece.onerror?.(Object.assign(new Event('error'), { error: 'canceled' }));
    },
    getVoices: () => [],
  };
  Object.defineProperty(window, 'speechSynthesis', { value: speechSynthesis, configurable: true });
  window.voice = voice;
}

const said = (page) => page.evaluate(() => window.voice.said.map(({ text, lang }) => ({ text, lang })));
const texts = async (page) => (await said(page)).map(({ text }) => text);
const stopped = (page) => page.evaluate(() => window.voice.stopped);
const button = (page) => page.getByRole('button', { name: '说给我听' });
const stop = (page) => page.getByRole('button', { name: '先不听了' });

test('heading, question, hint and error are said in the order of the page', async ({ device, network }) => {
  const { page } = device;
  await page.addInitScript(silentVoice);
  await openForm(page, network.url, 'report');
  await button(page).click();
  await expect(stop(page)).toBeVisible();
  const inOrder = async (...words) => {
    const spoken = await texts(page);
    const places = words.map((word) => spoken.findIndex((text) => text.includes(word)));
    expect(places, spoken.join('\n')).not.toContain(-1);
    expect(places, spoken.join('\n')).toEqual([...places].sort((a, b) => a - b));
  };
  await inOrder('您想说什么事？', '说清楚是什么、在哪里，就够了。', '是哪一类？', '是什么情况？', '看到了什么，什么时候开始的', '下一步');
  expect(new Set((await said(page)).map(({ lang }) => lang))).toEqual(new Set(['zh-CN']));
  const once = await texts(page);
  expect(once.filter((text) => text.includes('看到了什么'))).toHaveLength(1);

  await next(page).click();
  await expect(page.getByRole('alert')).toBeFocused();
  if (await stop(page).isVisible()) await stop(page).click();
  await button(page).click();
  await inOrder('还差一点，请看这几处', '请选一类。', '请说说是什么情况。', '是哪一类？');
  const errors = (await texts(page)).filter((text) => text.includes('请说说是什么情况。'));
  expect(errors, 'in the summary and at the field').toHaveLength(2);
});

test('units and what one agrees to are said, the names of other steps are not', async ({ device, network }) => {
  const { page } = device;
  await page.addInitScript(silentVoice);
  await openApp(page, network.url, '/check-in');
  await expect(page.getByRole('button', { name: '我同意，去打卡' })).toBeVisible();
  await button(page).click();
  expect((await texts(page)).join('\n')).toContain('只给社区的工作人员和医生护士');
  await openForm(page, network.url, 'check-in');
  await button(page).click();
  const spoken = (await texts(page)).join('\n');
  expect(spoken).toContain('毫米汞柱');
  expect(spoken).not.toContain('请核对一遍');
});

test('pressing again stops; what was said to its end can be heard again', async ({ device, network }) => {
  const { page } = device;
  await page.addInitScript(silentVoice);
  await openApp(page, network.url, '/receipts');
  await button(page).click();
  expect((await said(page)).length).toBeGreaterThan(2);
  const before = await stopped(page);
  await stop(page).click();
  expect(await stopped(page)).toBe(before + 1);
  expect(await said(page)).toEqual([]);
  await expect(button(page)).toBeVisible();
  await expect(page.getByText('这台设备不会朗读。')).toBeHidden();
  await button(page).click();
  await page.evaluate(() => {
    for (const piece of window.voice.said.splice(0)) piece.onend?.(new Event('end'));
  });
  await expect(button(page)).toBeVisible();
});

test('leaving the page stops: by a link, by the way back, to the next question', async ({ device, network }) => {
  const { page } = device;
  await page.addInitScript(silentVoice);
  await wear(page, { mode: 'large' });
  await openApp(page, network.url);
  const leaves = async (leave) => {
    await button(page).click();
    await expect(stop(page)).toBeVisible();
    await leave();
    await expect(button(page)).toBeVisible();
    expect(await said(page)).toEqual([]);
  };
  await leaves(() => page.getByRole('link', { name: '健康打卡', exact: true }).click());
  await leaves(() => page.getByRole('button', { name: '我同意，去打卡' }).click());
  await leaves(() => next(page).click());
  await leaves(() => page.goBack());
  await leaves(() => page.locator('#language-zh-Hans').click().then(() => page.getByRole('link', { name: '返回' }).click()));
});

test('another language is said in its own voice', async ({ device, network }) => {
  const { page } = device;
  await page.addInitScript(silentVoice);
  await wear(page, { language: 'en' });
  await openForm(page, network.url, 'check-in');
  await page.getByRole('button', { name: 'Read to me' }).click();
  expect(await said(page)).toContainEqual({ text: expect.stringContaining('Next'), lang: 'en' });
  await page.getByRole('button', { name: 'Stop reading' }).click();
  // What the community wrote is Chinese in any language.
  await openApp(page, network.url);
  await expect(page.locator('.phone-link').first()).toBeVisible();
  await page.getByRole('button', { name: 'Read to me' }).click();
  await expect(async () => {
    const chinese = (await said(page)).filter(({ text }) => /\p{Script=Han}/u.test(text) && !/[a-z]/i.test(text));
    expect(chinese.length).toBeGreaterThan(0);
    expect(new Set(chinese.map(({ lang }) => lang))).toEqual(new Set(['zh-CN']));
  }).toPass({ timeout: 2_000 });
});

test('where the browser has no voice there is no button; where the voice fails the page says so', async ({ device, network }) => {
  const { page } = device;
  await page.addInitScript(() => Object.defineProperty(window, 'speechSynthesis', { value: undefined, configurable: true }));
  await openApp(page, network.url);
  await expect(page.getByRole('group', { name: '字的大小' })).toBeVisible();
  await expect(button(page)).toHaveCount(0);

  const other = await device.newTab();
  await other.addInitScript(silentVoice);
  await openForm(other, network.url, 'check-in');
  await button(other).click();
  await other.evaluate(() => window.voice.said[0].onerror(Object.assign(new Event('error'), { error: 'synthesis-failed' })));
  await expect(other.getByRole('status').filter({ hasText: '这台设备不会朗读。' })).toBeVisible();
  await expect(button(other)).toBeVisible();
});
