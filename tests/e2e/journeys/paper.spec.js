// Paper: what is printed carries ink only, and a sheet that was filled in by hand is keyed in once.
import { expect, expectArrived, picture, test, TABLET } from '../harness/index.js';
import { signIn } from '../harness/desk.js';
import { forms, goOn, openHome, readyForOffline, send, submit } from '../harness/forms.js';

const ink = (page) => page.evaluate(() => getComputedStyle(document.body).color);

test('a printed page has its head, no controls, and dark ink whatever the screen is', async ({ device, network }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  const byDay = await ink(page);
  await submit(page, 'check_in');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const gone of ['header', 'footer', '.actions']) await expect(page.locator(gone).first()).toBeHidden();
  await expect(page.locator('.print-head')).toContainText('榕树社区');
  await expect(page.locator('.print-head')).toContainText('打印');
  await expect(page.locator('.receipt-card__number')).toBeVisible();
  await expect(page.getByText('回执', { exact: true })).toBeVisible();
  await expect(page.locator('.answers')).toContainText('128/82');
  await expect(page.locator('.demo-banner')).toBeVisible();
  for (const gone of ['h1', '.receipt-card__hint']) await expect(page.locator(gone)).toBeHidden();
  expect(await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize)), 'px, 12 pt').toBeGreaterThanOrEqual(16);
  expect(await ink(page)).toBe(byDay);
  await picture(page, 'paper-receipt');
});

for (const [kind, name] of [['check_in', 'check-in'], ['report', 'report'], ['sign_up', 'sign-up']]) {
  test(`a ${name} sheet has a number of its own, and fits on one page`, async ({ device, network }) => {
    const { page } = device;
    await page.setViewportSize(TABLET);
    await signIn(page, network.url);
    await page.getByRole('link', { name: '空白表' }).click();
    await page.goto(`${network.url}/desk/sheets/${kind}`);
    await page.getByRole('textbox', { name: '打印几张' }).fill('3');
    const numbers = page.locator('.sheet__receipt');
    await expect(numbers).toHaveCount(3);
    expect(new Set(await numbers.allInnerTexts()).size).toBe(3);
    expect(await page.locator('.sheet__number').allInnerTexts(), 'under the code').toEqual(await numbers.allInnerTexts());
    await expect(page.getByRole('img', { name: /^扫码填这份表/ }).first()).toBeVisible();
    await page.getByRole('textbox', { name: '打印几张' }).fill('31');
    await expect(page.getByText('请填 1 到 30。')).toBeVisible();
    await page.getByRole('textbox', { name: '打印几张' }).fill('3');
    const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(3);
    await page.emulateMedia({ media: 'print' });
    await picture(page, `paper-sheet-${name}`);
  });
}

test('the same sheet is keyed in once', async ({ device, network, office }) => {
  const { page } = device;
  await signIn(page, network.url);
  await page.getByRole('link', { name: '空白表' }).click();
  await page.goto(`${network.url}/desk/sheets/report`);
  const number = await page.locator('.sheet__receipt').innerText();
  const address = `${network.url}/report?receipt=${number.replaceAll(' ', '')}`;

  await page.goto(address);
  await expect(page.getByText(`这份表的回执号是 ${number}`)).toBeVisible();
  await forms.report.fill(page);
  await goOn(page);
  await send(page);
  await expect(page.getByText(number)).toBeVisible();
  await expectArrived(office, ['report']);
  expect((await office.rows()).map((row) => row.receipt)).toEqual([number.replaceAll(' ', '')]);

  await page.goto(address);
  await forms.report.fill(page);
  await goOn(page);
  await send(page);
  await page.getByRole('link', { name: '看看是哪里不对' }).click();
  await expect(page.getByText('这个回执号已经用过了')).toBeVisible();
  await expectArrived(office, ['report']);
});
