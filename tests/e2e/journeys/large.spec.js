// 长辈版: one question at a time, with the keyboard alone and by touch; errors, corrections and the way back.
import { expect, expectArrived, test } from '../harness/index.js';
import { confirmed, openHome } from '../harness/forms.js';
import { activityWithSessions, fill, next, openApp, openForm, questions, wear } from '../harness/states.js';

const heading = (page, name) => page.getByRole('heading', { name, level: 1 });
const step = (page, path) => expect(page).toHaveURL((url) => url.pathname.endsWith(path));

/** What a person does on each question of a form, told by the names on the screen. */
const stories = {
  check_in: {
    way: () => [{ link: '健康打卡' }, { button: '我同意，去打卡' }],
    path: () => '/check-in',
    questions: [
      [{ text: '高压', words: '128' }, { text: '低压', words: '82' }],
      [{ text: '脉搏', words: '72' }],
      [{ radio: '好' }],
      [{ radio: '一般' }],
      [{ checkbox: '咳嗽' }],
      [{ text: '还有什么想说的？', words: '今天走了一万步' }, { checkbox: '请社区的医生或护士联系我' }],
      [{ text: '姓名', words: '王芳' }, { text: '电话', words: '13800138000' }],
    ],
  },
  sign_up: {
    way: (activity) => [{ link: '活动报名' }, { link: activity.title }, { link: '报名' }],
    path: (activity) => `/activities/${activity.id}/sign-up`,
    questions: [
      [{ radio: /\d\d:\d\d/ }],
      [{ text: '姓名', words: '王芳' }, { text: '电话', words: '13800138000' }],
      [{ text: '一共几个人来？', words: '2' }],
      [{ radio: '当志愿者' }],
      [{ checkbox: '我是替邻居报名' }, { text: '邻居的姓名', words: '李秀英' }, { text: '邻居的电话', words: '13900139000' }],
    ],
  },
  report: {
    way: () => [{ link: '上报问题' }],
    path: () => '/report',
    questions: [
      [{ radio: '环境卫生' }],
      [],
      [{ text: '是什么情况？', words: '垃圾三天没清' }],
      [{ text: '具体位置', words: '3 号楼后面' }],
      [],
      [{ text: '姓名', words: '王芳' }, { text: '电话', words: '13800138000' }],
    ],
  },
};

function find(page, { link, text, radio, checkbox, button }) {
  const named = (role, name) => page.getByRole(role, { name, exact: true }).first();
  if (link) return named('link', link);
  if (text) return named('textbox', text);
  if (radio) return named('radio', radio);
  if (checkbox) return named('checkbox', checkbox);
  return named('button', button);
}

async function tabTo(page, target) {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 90; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${target}`);
}

const byKeyboard = {
  async follow(page, what) {
    await tabTo(page, find(page, what));
    await page.keyboard.press('Enter');
  },
  async answer(page, what) {
    const target = find(page, what);
    if (what.radio) {
      // Tab reaches a group by one of its radios, arrows lead on.
      const radios = page.locator(`[name="${await target.getAttribute('name')}"]`);
      const chosen = await radios.evaluateAll((all) => Math.max(0, all.findIndex((radio) => radio.checked)));
      await tabTo(page, radios.nth(chosen));
      await page.keyboard.press('Space');
      for (let presses = 0; presses < 12 && !(await target.isChecked()); presses += 1) await page.keyboard.press('ArrowDown');
      await expect(target).toBeChecked();
    } else {
      await tabTo(page, target);
      if (what.checkbox) return page.keyboard.press('Space');
      await page.keyboard.press('Control+A');
      await page.keyboard.type(what.words);
    }
  },
};

const byTouch = {
  async follow(page, what) {
    await tap(page, find(page, what));
  },
  async answer(page, what) {
    await tap(page, find(page, what));
    if (what.words) await page.keyboard.press('Control+A').then(() => page.keyboard.type(what.words));
  },
};

/** Taps the middle of what answers to a tap, after measuring it: for a box the card around it, for a link its whole card. */
async function tap(page, target) {
  await expect(target).toBeVisible();
  const card = await target.evaluateHandle((element) => {
    const covers = getComputedStyle(element, '::after').position === 'absolute';
    return element.closest('.choice') ?? (covers ? element.closest('li') : element);
  });
  await card.asElement().scrollIntoViewIfNeeded();
  const { width, height } = await card.asElement().boundingBox();
  expect(Math.min(width, height), `${target}: ${width} × ${height}, wanted 60`).toBeGreaterThanOrEqual(59.9);
  await card.asElement().tap();
}

async function wholeForm(page, hand, { way, path, questions }, activity) {
  await expect(page.locator('html')).toHaveAttribute('data-mode', 'large');
  for (const link of way(activity)) await hand.follow(page, link);
  for (const [index, answers] of questions.entries()) {
    await step(page, path(activity) + (index ? `/${index + 1}` : ''));
    if (index) await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    for (const answer of answers) await hand.answer(page, answer);
    await hand.follow(page, { button: '下一步' });
  }
  await expect(heading(page, '请核对一遍')).toBeFocused();
  await hand.follow(page, { button: '确认提交' });
  await expect(confirmed(page)).toBeVisible();
}

for (const [kind, story] of Object.entries(stories)) {
  test(`${kind}: with the keyboard alone`, async ({ device, network, office }) => {
    await openHome(device, network.url);
    await byKeyboard.follow(device.page, { button: '长辈版' });
    await wholeForm(device.page, byKeyboard, story, await activityWithSessions(network.url));
    await expectArrived(office, [kind]);
  });

  test.describe('by touch', () => {
    test.use({ touch: true });
    test(kind, async ({ device, network, office }) => {
      await openHome(device, network.url);
      // Standard mode's targets are 48 px.
      await device.page.getByRole('button', { name: '长辈版' }).tap();
      await wholeForm(device.page, byTouch, story, await activityWithSessions(network.url));
      await expectArrived(office, [kind]);
    });
  });
}

test('the heading of the confirmation keeps the focus when the form is delivered', async ({ device, network }) => {
  const { page } = device;
  await wear(page, { mode: 'large' });
  await openForm(page, network.url, 'report');
  for (const question of questions.report) {
    await fill(page, question);
    await next(page).click();
  }
  await page.getByRole('button', { name: '确认提交' }).click();
  await expect(heading(page, '社区已收到')).toBeVisible();
  await expect(heading(page, '社区已收到')).toBeFocused({ timeout: 2_000 });
});

test('an error is told on its question only; a change leads there and straight back', async ({ device, network }) => {
  const { page } = device;
  await wear(page, { mode: 'large' });
  await openForm(page, network.url, 'check-in');
  await page.getByRole('textbox', { name: '高压', exact: true }).fill('128');
  await next(page).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByRole('alert').getByRole('link')).toHaveText(['填了高压，也请填上低压。']);
  await expect(page.getByRole('textbox', { name: '低压', exact: true })).toHaveAccessibleDescription(/填了高压，也请填上低压。/);
  // The way on is not blocked for what another question asks.
  await page.getByRole('textbox', { name: '低压', exact: true }).fill('82');
  await expect(page.getByRole('alert')).toBeHidden();
  await next(page).click();
  for (let question = 2; question <= 6; question += 1) {
    await step(page, `/check-in/${question}`);
    await expect(page.locator('[aria-invalid], .error-summary')).toHaveCount(0);
    await next(page).click();
  }
  await step(page, '/check-in/7');
  await next(page).click();
  await expect(page.getByRole('alert').getByRole('link')).toHaveCount(2);
  await page.getByRole('alert').getByRole('link').last().click();
  await expect(page.getByRole('textbox', { name: '电话', exact: true })).toBeFocused();
  await fill(page, questions['check-in'][6]);
  await next(page).click();
  await expect(heading(page, '请核对一遍')).toBeFocused();

  await page.getByRole('link', { name: '修改 血压' }).click();
  await expect(page.getByRole('textbox', { name: '高压', exact: true })).toBeFocused();
  await page.getByRole('textbox', { name: '高压', exact: true }).fill('131');
  await next(page).click();
  await expect(heading(page, '请核对一遍')).toBeVisible();
  await expect(page.getByText('131/82')).toBeVisible();
  await page.getByRole('link', { name: '修改 联系人' }).click();
  await step(page, '/check-in/7');
  await page.getByRole('textbox', { name: '电话', exact: true }).fill('12');
  await next(page).click();
  await expect(page.getByRole('alert')).toBeFocused();
  await page.getByRole('textbox', { name: '电话', exact: true }).fill('13900139000');
  await next(page).click();
  await expect(heading(page, '请核对一遍')).toBeVisible();
  await expect(page.getByText('13900139000')).toBeVisible();
});

for (const mode of ['standard', 'large']) {
  test(`${mode}: where nothing was said the summary leads to the first question, which is marked`, async ({ device, network }) => {
    const { page } = device;
    const words = '还什么都没有填。量个血压，或者点一下心情也可以。';
    await wear(page, { mode });
    await openForm(page, network.url, 'check-in', mode === 'large' ? '/7' : '');
    for (const question of questions['check-in'].slice(6)) {
      await fill(page, question);
      if (mode === 'large') await next(page).click();
    }
    if (mode === 'standard') await next(page).click();
    await page.getByRole('alert').getByRole('link', { name: words }).click();
    await step(page, '/check-in');
    const first = page.getByRole('textbox', { name: '高压', exact: true });
    await expect(first).toBeFocused();
    await expect(first).toHaveAccessibleDescription(new RegExp(words));
  });
}

for (const name of Object.keys(questions)) {
  test(`${name}: the back button goes question by question and loses nothing`, async ({ device, network }) => {
    const { page } = device;
    await wear(page, { mode: 'large' });
    await openApp(page, network.url);
    await openForm(page, network.url, name);
    const first = new URL(page.url()).pathname;
    const values = () => page.locator('main :is(input, textarea, select)').evaluateAll((all) =>
      all.map((it) => [it.id, it.matches('[type=radio], [type=checkbox]') ? it.checked : it.value]));
    const typed = [];
    const all = questions[name].entries();
    for (const [index, question] of all) {
      await step(page, first + (index ? `/${index + 1}` : ''));
      await fill(page, question);
      typed.push(await values());
      await next(page).click();
    }
    await step(page, `${first}/check`);
    for (let index = typed.length - 1; index >= 0; index -= 1) {
      await page.goBack();
      await step(page, first + (index ? `/${index + 1}` : ''));
      await expect.poll(values).toEqual(typed[index]);
    }
    await page.reload();
    await expect.poll(values).toEqual(typed[0]);
    for (let index = 0; index < typed.length; index += 1) await page.goForward();
    await expect(heading(page, '请核对一遍')).toBeVisible();
  });
}

test('the mode survives a reload and closing the browser, and can be left again', async ({ device, network }) => {
  await openHome(device, network.url);
  const html = () => device.page.locator('html');
  await device.page.getByRole('button', { name: '长辈版' }).click();
  await expect(html()).toHaveAttribute('data-mode', 'large');
  await device.page.getByRole('button', { name: '特大' }).click();
  await expect(device.page.getByRole('button', { name: '特大' })).toHaveAttribute('aria-pressed', 'true');
  await device.page.reload();
  await expect(html()).toHaveAttribute('data-mode', 'large');
  await device.close();
  await device.open();
  await openForm(device.page, network.url, 'check-in', '/3');
  await expect(html()).toHaveAttribute('data-mode', 'large');
  await expect(html()).toHaveAttribute('data-text', 'largest');
  await expect(heading(device.page, '今天心情')).toBeVisible();
  await device.page.getByRole('button', { name: '标准版' }).click();
  await expect(html()).toHaveAttribute('data-mode', 'standard');
  await expect(device.page.getByRole('textbox', { name: '高压', exact: true })).toBeVisible();
  await device.page.reload();
  await expect(device.page.getByRole('button', { name: '长辈版' })).toBeVisible();
});
