// A submission is stored once, whatever happens to the network or the server. No browser: the promise is the server's.
import { expect, faults, isWrite, test } from '../harness/index.js';
import { known, put, recordId, report } from '../harness/records.js';

test('the same report twice is one row', async ({ server, office }) => {
  const [id, body] = [recordId(), report(await known(server.url), '路灯不亮')];
  expect((await put(server.url, 'reports', id, body)).status).toBe(201);
  expect((await put(server.url, 'reports', id, body)).status).toBe(200);
  expect((await put(server.url, 'reports', id, { ...body, description: '别的' })).status).toBe(409);
  expect(await office.rows()).toHaveLength(1);
});

test('a lost reply and a retry are one row', async ({ server, network, office }) => {
  const [id, body] = [recordId(), report(await known(server.url), '路灯不亮')];
  const struck = network.arm(isWrite, faults.replyLost);
  await expect(put(network.url, 'reports', id, body)).rejects.toThrow();
  await struck;
  expect((await put(network.url, 'reports', id, body)).status).toBe(200);
  expect(await office.rows()).toHaveLength(1);
});

test('what was acknowledged survives kill -9', async ({ server, office }) => {
  const facts = await known(server.url);
  const ids = Array.from({ length: 64 }, recordId);
  const answers = await Promise.all(ids.map((id, at) => put(server.url, 'reports', id, report(facts, `第 ${at} 件`))));
  expect(answers.every((answer) => answer.status === 201)).toBe(true);
  await server.kill();
  await server.start();
  const stored = (await office.rows()).map((row) => row.id);
  expect(stored.sort()).toEqual(ids.sort());
});
