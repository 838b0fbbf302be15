// A line with a width and a length: bytes pass one after the other, each way, and arrive later. What passes is counted.
import { connect, createServer } from 'node:net';

/** Lighthouse's slow 4G. */
export const SLOW_4G = { up: 750_000 / 8, down: 1_638_400 / 8, delay: 75 };

export class ShapedLine {
  bytes = { up: 0, down: 0 };

  /** Without a shape it passes everything at once. */
  constructor(target, shape = null) {
    Object.assign(this, { target, shape });
  }

  async open() {
    const free = { up: 0, down: 0 };
    const pass = (way, from, to) => {
      from.on('data', (chunk) => {
        this.bytes[way] += chunk.length;
        if (!this.shape) return void to.write(chunk);
        const now = performance.now();
        free[way] = Math.max(now, free[way]) + (chunk.length / this.shape[way]) * 1_000;
        setTimeout(() => to.writable && to.write(chunk), free[way] + this.shape.delay - now);
      });
    };
    this.listener = createServer((near) => {
      const far = connect(this.target.port, '127.0.0.1');
      for (const socket of [near, far]) socket.setNoDelay().on('error', () => {});
      pass('up', near, far);
      pass('down', far, near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      this.sockets.add(near);
    });
    this.sockets = new Set();
    await new Promise((listening) => this.listener.listen(0, '127.0.0.1', listening));
    this.port = this.listener.address().port;
  }

  async close() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.listener.close(closed));
  }
}
