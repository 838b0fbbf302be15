// What every peer's server has: the pages, from their own files and the library's, and a word when it listens.
import { fileURLToPath } from 'node:url';

const LIBRARIES = fileURLToPath(new URL('../node_modules/', import.meta.url));
const PAGES = fileURLToPath(new URL('../pages/', import.meta.url));

/** The page of a peer: `library` is a file of a package, `store` one of ours. */
export function servePages(app, library, store) {
  for (const [address, served] of [
    ['/', `${PAGES}index.html`],
    ['/forms.js', `${PAGES}forms.js`],
    ['/store.js', `${PAGES}${store}.js`],
    ['/library.js', `${LIBRARIES}${library}`],
  ]) {
    app.get(address, (request, response) => response.sendFile(served));
  }
}

export function listen(app) {
  const [, , port] = process.argv;
  const server = app.listen(Number(port), '127.0.0.1', () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}`);
  });
  process.once('SIGTERM', () => {
    server.closeAllConnections();
    server.close(() => process.exit(0));
  });
}
