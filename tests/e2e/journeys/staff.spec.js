// Staff: an account opened and used, signing in in two steps, acting for somebody on the telephone, and a forgotten PIN.
import { expect, expectAccessible, test } from '../harness/index.js';
import { digits } from '../harness/authenticator.js';
import { RESIDENT, heading } from '../harness/account.js';
import { signIn } from '../harness/desk.js';
import { forms, goOn } from '../harness/forms.js';

const PASSWORD = 'demo-linli-2026';
const text = (page, name) => page.getByRole('textbox', { name, exact: true });

/** Fills in the sign-in form that is shown. */
async function enter(page, name, password) {
  await text(page, '账号').fill(name);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录' }).click();
}

async function leave(page) {
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(heading(page, '工作人员登录')).toBeVisible();
}

test('an administrator adds a worker, who sees what arrived and not the accounts', async ({ device, network }) => {
  const { page } = device;
  await signIn(page, network.url);
  await page.getByRole('link', { name: '工作人员', exact: true }).click();
  await expect(page.getByRole('row').filter({ hasText: 'demo-street' })).toContainText('街道查看');
  await page.getByText('添加工作人员').click();
  await text(page, '账号').fill('lihua');
  await page.getByLabel('先给一个密码').fill('password123');
  await page.getByRole('button', { name: '添加' }).click();
  await expect(page.getByText('请至少选一个角色。')).toBeVisible();
  await page.getByRole('group', { name: 'RJ-01' }).getByRole('checkbox', { name: '网格员' }).check();
  await page.getByRole('checkbox', { name: '社区工作者' }).check();
  await page.getByRole('button', { name: '添加' }).click();
  await expect(page.getByText('这样的密码太容易猜到，请换一个。')).toBeVisible();
  await expect(text(page, '账号')).toHaveValue('lihua');
  await page.getByLabel('先给一个密码').fill('walks by the river');
  await page.getByRole('button', { name: '添加' }).click();
  await expect(page.getByText('已添加 lihua')).toBeVisible();
  await expect(page.locator('#said')).toBeFocused();
  await expect(page.getByRole('row').filter({ hasText: 'lihua' })).toContainText('网格员：RJ-01');
  await page.getByRole('button', { name: '修改 lihua' }).click();
  await expect(heading(page, '修改 lihua')).toBeFocused();
  await expectAccessible(page, 'staff accounts');
  await leave(page);

  await page.goto(`${network.url}/desk/`);
  await enter(page, 'lihua', 'walks by the river');
  await expect(heading(page, '收到的表单')).toBeVisible();
  await expect(page.getByRole('link', { name: '工作人员', exact: true })).toHaveCount(0);
  await leave(page);

  await enter(page, 'demo-street', PASSWORD);
  await expect(heading(page, '社区统计')).toBeVisible();
  await expect(page.getByText(RESIDENT.phone)).toHaveCount(0);
  await expectAccessible(page, 'figures');
});

test('signing in in two steps, and the last administrator stays one', async ({ device, network }) => {
  const { page } = device;
  await signIn(page, network.url);
  await page.getByRole('link', { name: 'demo-admin' }).click();
  await page.getByRole('button', { name: '设置两步登录' }).click();
  await expect(page.getByLabel('请再输一次密码')).toBeFocused();
  await page.getByLabel('请再输一次密码').fill(PASSWORD);
  await page.getByRole('button', { name: '下一步' }).click();
  const secret = await page.locator('form p.text-field--code').innerText();
  await expect(text(page, '验证器显示的 6 位数字')).toBeFocused();
  await expectAccessible(page, 'setting up the second step');
  await text(page, '验证器显示的 6 位数字').fill('000000');
  await page.getByRole('button', { name: '打开两步登录' }).click();
  await expect(page.getByText('验证码不对，或者用过了', { exact: false }).first()).toBeVisible();
  await text(page, '验证器显示的 6 位数字').fill(digits(secret, -1));
  await page.getByRole('button', { name: '打开两步登录' }).click();
  await expect(page.locator('li.text-field--code')).toHaveCount(10);
  await expect(page.getByRole('heading', { name: '备用码' })).toBeFocused();
  // They come out of the printer, and nothing else of the page does.
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('li.text-field--code').last()).toBeVisible();
  await expect(page.getByText('demo-admin，')).toBeVisible();
  await expect(page.getByRole('heading', { name: '改密码' })).toBeHidden();
  await page.emulateMedia({ media: null });
  const recovery = await page.locator('li.text-field--code').first().innerText();
  await leave(page);

  await enter(page, 'demo-admin', PASSWORD);
  await expect(text(page, '验证码')).toBeFocused();
  await expectAccessible(page, 'the second step');
  await expect(heading(page, '还差一步')).toBeVisible();
  await expect(text(page, '账号')).toHaveCount(0);
  await text(page, '验证码').fill(digits(secret));
  await page.getByRole('button', { name: '继续' }).click();
  // Where one was before.
  await expect(heading(page, '我的账号')).toBeVisible();
  await leave(page);
  await enter(page, 'demo-admin', PASSWORD);
  await text(page, '验证码').fill(recovery);
  await page.getByRole('button', { name: '继续' }).click();
  await expect(heading(page, '我的账号')).toBeVisible();

  await page.goto(`${network.url}/desk/staff`);
  await page.getByRole('button', { name: '修改 demo-admin' }).click();
  await page.locator('summary').filter({ hasText: '停用账号' }).click();
  await page.getByRole('button', { name: '停用账号' }).click();
  await expect(page.getByText('这是最后一位社区管理员', { exact: false }).first()).toBeVisible();
});

test('a report is taken down on the telephone, and nothing is lost when the half hour is over', async ({ device, network, office }) => {
  const { page } = device;
  await signIn(page, network.url);
  await page.getByRole('link', { name: '居民代办' }).click();
  await page.getByText('替没有账户的居民代办').click();
  await text(page, '姓名').fill('阿强');
  await text(page, '电话').fill('13800000007');
  await page.getByRole('button', { name: '开始代办' }).click();
  const acting = page.getByRole('group', { name: '正在替阿强（13800000007）填表' });
  await expect(acting).toBeFocused();
  await expect(acting).toBeInViewport();
  // Pressed again it is nobody's: there is one acting, and the form is empty.
  await expect(text(page, '姓名').first()).toHaveValue('');
  await page.getByRole('button', { name: '开始代办' }).click();
  await expect(page.getByText('请填姓名，居民怎么称呼都可以。')).toBeVisible();
  await expect(acting).toHaveCount(1);
  await expectAccessible(page, 'acting for somebody');
  await page.getByRole('link', { name: '上报问题' }).click();
  await expect(page.getByText('正在替阿强（13800000007）填表')).toBeVisible();
  await expect(page.getByRole('banner').getByRole('link', { name: '回到居民代办' })).toHaveAttribute('href', '/desk/residents');
  await expect(text(page, '姓名')).toHaveValue('阿强');
  await page.getByRole('group', { name: '是哪一类？' }).getByRole('radio').first().check();
  await text(page, '具体位置').fill('北门外第二盏路灯');
  await text(page, '是什么情况？').fill('路灯不亮，晚上看不见台阶');
  await expectAccessible(page, 'a form filled in for somebody');
  await goOn(page);

  // The time ends elsewhere: what was filled in is all here, and goes on when it is said once more.
  const id = new URL(page.url()).searchParams.get('behalf');
  await page.evaluate((id) => fetch(`/api/v1/desk/acting/${id}`, { method: 'DELETE' }), id);
  await page.getByRole('button', { name: '确认提交' }).click();
  await expect(page.getByRole('alert')).toContainText('30 分钟到了');
  await page.reload();
  await page.getByRole('button', { name: '再用 30 分钟' }).click();
  await expect(page.getByText('还有 30 分钟')).toBeVisible();
  await page.getByRole('button', { name: '确认提交' }).click();
  await expect(page.getByText('已替阿强提交')).toBeVisible();
  await expectAccessible(page, 'sent for somebody');
  expect((await office.rows()).length).toBe(1);

  await page.getByRole('link', { name: '回到居民代办' }).last().click();
  await page.goto(`${network.url}/desk/`);
  await page.getByRole('row').nth(1).getByRole('link').click();
  await expect(page.getByText('代填')).toBeVisible();
  await page.goto(`${network.url}/desk/audit`);
  await expect(page.getByRole('row').filter({ hasText: '代居民提交' })).toHaveCount(1);
  await expect(page.getByText('13800000007')).toHaveCount(0);
  // Nothing of it is on this computer.
  await page.goto(`${network.url}/mine`);
  await expect(page.getByText('还没有提交过')).toBeVisible();
});

test('a forgotten PIN is set anew by a slip from the office', async ({ device, network }) => {
  const { page } = device;
  await signIn(page, network.url);
  await page.getByRole('link', { name: '居民代办' }).click();
  await page.getByRole('searchbox', { name: '找居民' }).fill('0001');
  await page.getByRole('button', { name: '查询' }).click();
  await page.getByRole('button', { name: /^重设密码/ }).click();
  const code = await page.locator('.receipt-card__number').innerText();
  await expect(page.getByRole('group', { name: /的密码纸条$/ })).toBeFocused();
  await expectAccessible(page, 'a slip to print');
  // Who else was found is not on the slip that one of them is handed.
  await expect(page.getByRole('table', { name: '找到的居民' })).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText(code)).toBeVisible();
  await expect(page.getByRole('table', { name: '找到的居民' })).toBeHidden();
  await expect(page.getByText(RESIDENT.phone)).toBeHidden();
  await page.emulateMedia({ media: null });
  await leave(page);

  await page.goto(`${network.url}/account`);
  await page.getByRole('link', { name: '忘记密码，或拿到了密码纸条' }).click();
  await expect(heading(page, '设 6 位数字密码')).toBeVisible();
  await expectAccessible(page, 'setting a PIN');
  await text(page, '密码纸条上的码').fill(code.toLowerCase());
  await page.getByLabel('新的 6 位数字密码').fill('123456');
  await page.getByRole('button', { name: '设好，登录' }).click();
  await expect(page.getByText('这样的密码太容易猜到，请换一个。')).toBeVisible();
  await page.getByLabel('新的 6 位数字密码').fill('482913');
  await page.getByRole('button', { name: '设好，登录' }).click();
  await expect(heading(page, '我的账户')).toBeVisible();
  await expect(page.getByText(RESIDENT.phone)).toBeVisible();
});
