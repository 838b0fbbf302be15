// The desk takes places in from a file, after a look at what it comes to; a tablet is paired, seen at the desk and revoked.
import { TABLET, expect, expectAccessible, expectAllSent, expectArrived, test } from '../harness/index.js';
import { signIn } from '../harness/desk.js';
import { openHome, readyForOffline, submit } from '../harness/forms.js';

test.use({ windowSize: TABLET });

const FILE = `\ufeff小区,楼栋,单元,室号,网格编号
桂园,1 栋,1 单元,101,GY-01
桂园,1 栋,1 单元,102,GY-01
桂园,,1 单元,103,GY-01
桂园,1 栋,1 单元,101,GY-01
`;

const named = (name) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(FILE) });

test('a file of places is looked at, its bad lines are told, and it is written when that is confirmed', async ({ device, network }) => {
  const { page } = device;
  await signIn(page, network.url);
  await page.getByRole('link', { name: '小区和网格' }).click();
  await expect(page.getByRole('table', { name: '小区和楼栋' })).toContainText('榕荫苑');
  await expectAccessible(page, 'places and grids');
  await page.getByRole('link', { name: '从表格导入' }).click();
  await page.locator('#places-file').setInputFiles(named('places.csv'));
  const bad = page.getByRole('table', { name: '2 行有问题，会跳过' });
  await expect(bad.getByRole('row').nth(1)).toContainText('4');
  await expect(bad.getByRole('row').nth(1)).toContainText('楼栋');
  await expect(bad.getByRole('row').nth(2)).toContainText('这里和前面的重复了');
  await expect(page.getByText('添加：小区 1')).toBeVisible();
  await expectAccessible(page, 'what a file of places comes to');
  await page.getByRole('button', { name: '确认写入' }).click();
  await expect(page.getByText('已经写入')).toBeVisible();
  await expect(page.locator('#said')).toBeFocused();
  await page.getByRole('main').getByRole('link', { name: '小区和网格' }).click();
  await expect(page.getByRole('row', { name: '1 栋 桂园' })).toContainText('GY-01');
  await page.getByRole('link', { name: '从表格导入' }).click();
  await page.locator('#places-file').setInputFiles(named('again.csv'));
  await expect(page.getByText('和现在一样，没有要改的')).toBeVisible();
});

test('what is wrong with a grid is said beside its field, and what was typed stays', async ({ device, network }) => {
  const { page } = device;
  await signIn(page, network.url);
  await expect(page.getByRole('heading', { name: '收到的表单' })).toBeVisible();
  await page.goto(`${network.url}/desk/places`);
  await page.getByText('添加或修改网格').click();
  const form = page.locator('form').filter({ has: page.locator('#grid-code') });
  await form.getByLabel('网格编号').fill('rj-01');
  await form.getByLabel('名称').fill('再来一个');
  await form.getByRole('button', { name: '保存' }).click();
  await expect(form.getByText('这个名称或编号已经有了')).toBeVisible();
  await expect(form.getByLabel('名称')).toHaveValue('再来一个');
  await form.getByLabel('网格编号').fill('RJ-09');
  await form.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('table', { name: '网格' })).toContainText('再来一个');
  await expect(form.getByText('已保存')).toBeVisible();
  // The next one begins empty, and what is missing is told in words of its own.
  await expect(form.getByLabel('网格编号')).toHaveValue('');
  await form.getByRole('button', { name: '保存' }).click();
  await expect(form.getByText('请填网格编号，比如 RJ-01。')).toBeVisible();
  await page.getByText('网格由谁负责', { exact: true }).click();
  const duty = page.locator('form').filter({ has: page.locator('#duty-grid') });
  await duty.getByRole('button', { name: '保存' }).click();
  await expect(duty.getByText('请选网格。')).toBeVisible();
  await expect(duty.getByText('请填值班电话。')).toBeVisible();
});

test('codes are made for all households of a unit', async ({ device, network }) => {
  const { page } = device;
  await signIn(page, network.url);
  await expect(page.getByRole('heading', { name: '收到的表单' })).toBeVisible();
  await page.goto(`${network.url}/desk/household-codes`);
  await page.getByLabel('楼栋').selectOption({ label: '榕荫苑 1 栋' });
  await page.getByLabel('单元', { exact: true }).selectOption({ label: '2 单元' });
  await page.getByRole('button', { name: '按住户表生成' }).click();
  const strips = page.locator('.strip');
  await expect(strips).toHaveCount(6);
  await expect(strips.filter({ hasText: '榕荫苑 1 栋 2 单元 302' })).toHaveCount(1);
  await expect(page.getByRole('group', { name: '生成了 6 个住户码' })).toBeFocused();
  await expectAccessible(page, 'household codes');
  const first = await strips.first().locator('.strip__code').innerText();
  // Nobody can have them again: a press that comes to nothing leaves them, and new ones come on top.
  await page.getByRole('button', { name: '按上面写的生成' }).click();
  await expect(page.getByText('请写上住户，一行一户。')).toBeVisible();
  await expect(strips).toHaveCount(6);
  await page.getByLabel('给哪些住户').fill('9 栋 101');
  await page.getByRole('button', { name: '按上面写的生成' }).click();
  await expect(strips).toHaveCount(7);
  await expect(strips.first()).toContainText('9 栋 101');
  await expect(page.getByText(first)).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(first)).toBeVisible();
  await expect(page.getByLabel('给哪些住户')).toBeHidden();
  await page.emulateMedia({ media: null });
  // One press is one line of the log.
  await page.getByRole('link', { name: '操作记录' }).click();
  await expect(page.getByRole('row').filter({ hasText: '生成住户码（6 次）' })).toHaveCount(1);
});

test('a tablet is paired, seen at the desk and revoked, and loses nothing', async ({ device, network, office }) => {
  const { page } = device;
  await signIn(page, network.url);
  await expect(page.getByRole('heading', { name: '收到的表单' })).toBeVisible();
  await page.goto(`${network.url}/desk/devices`);
  await page.getByText('添加平板，或重新配对').click();
  await page.getByLabel('名称').fill('活动室一号');
  await page.getByLabel('谁来管').fill('李管');
  await page.getByLabel('管理人的电话').fill('0755-00000031');
  await page.getByRole('button', { name: '生成配对码' }).click();
  const code = await page.getByText(/^\d{4} \d{4}$/).innerText();
  await expect(page.getByText(`${network.url}/kiosk/pair`)).toBeVisible();
  // Pressed again it is no second tablet.
  await page.getByRole('button', { name: '生成配对码' }).click();
  await expect(page.getByText('请填名称。')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: '活动室一号' })).toHaveCount(1);
  await page.locator('summary').filter({ hasText: '停用平板' }).click();
  await page.getByRole('button', { name: '停用平板' }).click();
  await expect(page.getByText('请先选一台平板。')).toBeVisible();
  await page.getByLabel('停用哪一台').selectOption({ label: '活动室一号' });
  await page.getByRole('button', { name: '停用平板' }).click();
  await expect(page.getByText('真的要停用这台平板吗？')).toBeVisible();
  await page.getByRole('button', { name: '先不停用' }).click();
  await expect(page.getByLabel('停用哪一台')).toBeFocused();
  await expectAccessible(page, 'the tablets at the desk');
  await page.getByRole('button', { name: '退出登录' }).click();

  await page.goto(`${network.url}/kiosk/pair`);
  await expect(page.getByText('这台平板还没有配对')).toBeVisible();
  await page.getByLabel('配对码').fill('1');
  await page.getByRole('button', { name: '配对', exact: true }).click();
  await expect(page.getByLabel('配对码')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('配对码是 8 个数字，请再看一眼。')).toBeVisible();
  await page.getByLabel('配对码').fill(code);
  await page.getByRole('button', { name: '配对', exact: true }).click();
  await expect(page.getByText('这台平板已配对：活动室一号')).toBeVisible();
  await expectAccessible(page, 'a tablet that is paired');
  await page.goto(`${network.url}/kiosk`);
  await readyForOffline(page);
  await submit(page, 'report');
  await expectArrived(office, ['report']);
  await page.goto(`${network.url}/outbox`);
  await expect(page.getByRole('button', { name: '这台是我自己的' })).toHaveCount(0);

  const [tablet] = (await office.get('/api/v1/desk/devices')).items;
  expect(tablet).toMatchObject({ name: '活动室一号', state: 'paired', unsent: 0 });
  await network.down();
  await page.goto(`${network.url}/kiosk`);
  await submit(page, 'check_in');
  await office.remove(`/api/v1/desk/devices/${tablet.id}`);
  await network.up();
  await expectArrived(office, ['report', 'check_in']);
  await expectAllSent(page);
  await page.goto(`${network.url}/outbox`);
  await expect(page.getByText('这台平板已被停用')).toBeVisible();
});
