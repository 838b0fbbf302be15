// The network between browser and server, with its faults. The browser knows only this address; a fault is armed for the
// next requests that it is about and then gone.
import { createServer, request as call } from 'node:http';

export class Proxy {
  #listener = null;
  #sockets = new Set();
  #faults = [];
  #target;
  port = 0;
  /** Every write that reached this point, as "METHOD /path". */
  writes = [];
  /** Every photo that reached this point whole: address and bytes. */
  photos = [];

  constructor(target) {
    this.#target = target;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The network is there. */
  async up() {
    if (this.#listener) return;
    const listener = createServer((request, response) => this.#handle(request, response));
    listener.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = listener.address().port;
    this.#listener = listener;
  }

  /** The network is gone: open connections break, new ones are refused. */
  async down() {
    const listener = this.#listener;
    this.#listener = null;
    if (!listener) return;
    const closed = new Promise((resolve) => listener.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Arms a fault for the next `times` requests that `about` says yes to; resolves when it has struck that often. */
  arm(about, fault, times = 1) {
    return new Promise((struck) => this.#faults.push({ about, fault, times, struck }));
  }

  async #handle(request, response) {
    const armed = this.#faults.find((fault) => fault.times > 0 && fault.about(request));
    if (armed?.fault === faults.cutMidway) return this.#cutMidway(request, armed);
    const body = await bytes(request);
    if (isWrite(request) || isPhoto(request)) this.writes.push(`${request.method} ${request.url}`);
    if (isPhoto(request)) this.photos.push({ url: request.url, body });
    const forward = () => this.#forward(request, body);
    try {
      if (!armed) return send(response, await forward());
      armed.times -= 1;
      await armed.fault({ request, body, response, forward });
      if (armed.times === 0) armed.struck();
    } catch {
      // The server is down, so for the browser the network is.
      request.socket.destroy();
    }
  }

  /** The line breaks when a part of the body is through. */
  async #cutMidway(request, armed) {
    armed.times -= 1;
    await new Promise((arrived) => request.once('data', arrived));
    request.socket.destroy();
    if (armed.times === 0) armed.struck();
  }

  #forward({ method, url, headers }, body) {
    return new Promise((resolve, reject) => {
      const onward = call(
        { host: '127.0.0.1', port: this.#target.port, method, path: url, headers, agent: false },
        async (answer) => {
          resolve({ status: answer.statusCode, headers: answer.headers, body: await bytes(answer) });
        },
      );
      onward.on('error', reject);
      onward.end(body);
    });
  }
}

/** Is it one of the three forms on its way to the server? */
export function isWrite({ method, url }) {
  return (method === 'PUT' || method === 'POST') && /^\/api\/v1\/(reports|check-ins|sign-ups|outbox)/.test(url);
}

export function isPhoto({ method, url }) {
  return method === 'PUT' && url.startsWith('/api/v1/photos/');
}

export function isPublic({ method, url }) {
  return method === 'GET' && url.startsWith('/api/v1/public');
}

export const faults = {
  /** The server did its work and nobody hears of it. */
  replyLost: async ({ request, forward }) => {
    await forward();
    request.socket.destroy();
  },
  /** Nothing arrives. */
  cut: async ({ request }) => {
    request.socket.destroy();
  },
  /** The first part of the body arrives and no more. */
  cutMidway: 'the line breaks midway',
  /** Somebody else answers. */
  answer:
    (status, headers = {}, body = '') =>
    async ({ response }) => {
      send(response, { status, headers, body });
    },
  /** A hotel's sign-in page instead of the server. */
  portal: async ({ response }) => {
    send(response, { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Welcome to our network</h1>' });
  },
  /** The answer is changed on its way. */
  altered:
    (change) =>
    async ({ request, response, forward }) => {
      delete request.headers['if-none-match'];
      delete request.headers['accept-encoding'];
      const answer = await forward();
      const body = JSON.stringify(change(JSON.parse(answer.body.toString())));
      const { etag, 'content-length': length, ...headers } = answer.headers;
      send(response, { ...answer, headers, body });
    },
};

function send(response, { status, headers, body }) {
  const { 'transfer-encoding': chunked, ...rest } = headers;
  response.writeHead(status, { ...rest, 'content-length': Buffer.byteLength(body) }).end(body);
}

async function bytes(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
