// A server of files for what needs no other: the gallery. Run with a folder and an address, it serves until it is stopped.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const KINDS = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves a folder; the answer knows its address and can be closed. */
export function serveFolder(folder, host = '127.0.0.1', port = 0) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://folder');
    // Addresses in the page are whole, so that a folder is answered with and without its slash.
    const file = extname(pathname) === '' ? join(pathname, 'index.html') : pathname;
    try {
      const bytes = await readFile(join(folder, file));
      response.writeHead(200, { 'content-type': KINDS[extname(file)] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const url = `http://${host}:${server.address().port}`;
      const close = () => {
        server.closeAllConnections();
        return new Promise((closed) => server.close(closed));
      };
      resolve({ url, close });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, address] = process.argv.slice(2);
  const [host, port] = address.split(':');
  await serveFolder(folder, host, Number(port));
}
