// Golden profiles: what a released version left in a browser, kept to be opened by every later one. Storage belongs to an
// origin, so the origin has a name of its own that leads to whatever port the journey's network has; browsers trust every
// name below localhost as they trust 127.0.0.1.
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PHONE } from './browser.js';
import { Device } from './device.js';

const run = promisify(execFile);

export const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));
export const ORIGIN = 'http://linli.localhost';
/** What a person's data lies in; the rest of a profile is the browser's own. */
export const KEPT = ['Default/IndexedDB', 'Default/Local Storage'];

/** A device that finds the golden origin on this network. */
export function goldenDevice(profile, network, windowSize = PHONE) {
  return new Device(profile, windowSize, false, [`--host-resolver-rules=MAP linli.localhost 127.0.0.1:${network.port}`]);
}

/** The released versions of which a profile is kept, oldest first. */
export async function versions() {
  const entries = await readdir(GOLDEN, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

/** What has to be found in the profile of a version. */
export async function expected(version) {
  return JSON.parse(await readFile(`${GOLDEN}${version}/expected.json`, 'utf8'));
}

export async function unpack(version, profile) {
  await mkdir(profile, { recursive: true });
  await run('tar', ['-xzf', `${GOLDEN}${version}/profile.tar.gz`, '-C', profile]);
}

export async function pack(version, profile) {
  await mkdir(`${GOLDEN}${version}`, { recursive: true });
  await run('tar', ['-czf', `${GOLDEN}${version}/profile.tar.gz`, '-C', profile, ...KEPT]);
}

/** The server's database as it was then. */
export async function packDatabase(version, file) {
  await writeFile(`${GOLDEN}${version}/server.db.gz`, gzipSync(await readFile(file), { level: 9 }));
}

export async function unpackDatabase(version, file) {
  await writeFile(file, gunzipSync(await readFile(`${GOLDEN}${version}/server.db.gz`)));
}
