// Another build of the app: the same files with a mark on the page, under a version of its own.
import { cp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = process.env.LINLI_APP ?? fileURLToPath(new URL('../../../dist', import.meta.url));

/** Copies the app into a folder as its next version; every page of it wears `mark`. */
export async function nextBuild(folder, mark) {
  await cp(DIST, folder, { recursive: true });
  const sheet = (await readdir(folder)).find((file) => /^linli-web-[0-9a-f]+\.css$/.test(file));
  const renamed = sheet.replace(/[0-9a-f]{4}\.css$/, 'abcd.css');
  const style = await readFile(join(folder, sheet), 'utf8');
  await writeFile(join(folder, sheet), `${style}\n@layer pages{.footer::after{content:"${mark}"}}`);
  await rename(join(folder, sheet), join(folder, renamed));
  for (const file of ['index.html', 'sw.js']) {
    const text = await readFile(join(folder, file), 'utf8');
    const next = text.replaceAll(sheet, renamed).replaceAll(/integrity="[^"]*"/g, '');
    await writeFile(join(folder, file), next.replace(/linli-[0-9a-f]{8,}(?=[`'"])/, (version) => `${version}-next`));
  }
  // Compressed copies are of the build before.
  const files = await readdir(folder, { recursive: true });
  await Promise.all(files.filter((file) => file.endsWith('.br')).map((file) => rm(join(folder, file))));
  return folder;
}

/** What the foot of a page wears. */
export function markOf(page) {
  return page.evaluate(() => getComputedStyle(document.querySelector('.footer'), '::after').content.replaceAll('"', ''));
}
