// The files as they are served: this build, compressed, cached for ever where the name says so, under a strict policy.
import { readFile } from 'node:fs/promises';
import { request as call } from 'node:http';
import { expect, test } from '../harness/index.js';
import { openApp } from '../harness/states.js';

const DIST = new URL('../../../dist/', import.meta.url);

/** Like fetch, but leaves the encoding as it came. */
function get(url, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = call(url, { headers }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
    });
    request.on('error', reject);
    request.end();
  });
}

for (const [path, file] of [
  ['/', 'index.html'],
  ['/desk/', 'desk/index.html'],
]) {
  test(`${path} is the page of this build under a strict policy`, async ({ server }) => {
    const page = await get(`${server.url}${path}`);
    expect(page.body.toString()).toBe(await readFile(new URL(file, DIST), 'utf8'));
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toContain('unsafe-inline');
    expect(page.headers['cache-control']).not.toContain('immutable');
  });
}

test('no HTML that runs and no script from elsewhere gets into the page', async ({ device, network }) => {
  await openApp(device.page, network.url);
  const refused = await device.page.evaluate(() => {
    const throws = (attempt) => {
      try {
        attempt();
        return false;
      } catch (error) {
        return error instanceof TypeError;
      }
    };
    const put = (html) => () => { document.createElement('template').innerHTML = html; };
    return {
      handler: throws(put('<img src=x onerror="alert(1)">')),
      script: throws(put('<p><script>alert(1)</script></p>')),
      harmless: throws(put('<p class="x">x</p>')),
      elsewhere: throws(() => { document.createElement('script').src = 'https://elsewhere.example/x.js'; }),
      another: throws(() => trustedTypes.createPolicy('another', {})),
    };
  });
  expect(refused).toEqual({ handler: true, script: true, harmless: false, elsewhere: true, another: true });
  // The browser tells of what was refused here on purpose.
  await expect.poll(() => device.problems.splice(0).join()).toContain('trusted-types-policy');
});

test('what the page loads travels compressed and is kept for ever', async ({ server }) => {
  const page = await readFile(new URL('index.html', DIST), 'utf8');
  const files = [...page.matchAll(/(?:href|src)="\/([^"]+-[0-9a-f]{16}\.(?:js|css|wasm))"/g)].map((match) => match[1]);
  expect(files).toHaveLength(3);
  for (const file of files) {
    const answer = await get(`${server.url}/${file}`, { 'accept-encoding': 'br' });
    expect(answer.headers['content-encoding'], file).toBe('br');
    expect(answer.headers['cache-control'], file).toContain('immutable');
    expect(answer.body.equals(await readFile(new URL(`${file}.br`, DIST))), file).toBe(true);
  }
});
