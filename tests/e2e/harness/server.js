// The real server in a process of its own, on a port that stays the same over restarts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BINARY = process.env.LINLI_BIN ?? fileURLToPath(new URL('../../../target/release/linli', import.meta.url));

export class Server {
  #folder;
  #process = null;
  #said = '';
  port = 0;

  constructor(folder) {
    this.#folder = folder;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it; with another folder for the app, as after an update. */
  async start({ app } = {}) {
    const database = `sqlite:${join(this.#folder, 'linli.db')}`;
    const listen = `127.0.0.1:${this.port}`;
    this.#said = '';
    const other = app ? ['--app', app] : [];
    this.#process = spawn(BINARY, ['serve', '--demo', '--database', database, '--listen', listen, ...other]);
    const found = Promise.withResolvers?.() ?? deferred();
    const listenTo = (chunk) => {
      this.#said += chunk;
      const line = this.#said.match(/listening on http:\/\/[\d.]+:(\d+)/);
      if (line) found.resolve(Number(line[1]));
    };
    this.#process.stdout.on('data', listenTo);
    this.#process.stderr.on('data', listenTo);
    this.#process.once('error', (error) => found.reject(new Error(`cannot start ${BINARY}: ${error.message}`)));
    this.#process.once('exit', (code) => found.reject(new Error(`the server ended with ${code}: ${this.#said}`)));
    this.port = await found.promise;
  }

  /** Ends it as a service manager does. */
  stop() {
    return this.#end('SIGTERM');
  }

  /** Ends it as a power cut does. */
  kill() {
    return this.#end('SIGKILL');
  }

  /** Where copies of the database lie. */
  get backup() {
    return join(this.#folder, 'backup.db');
  }

  /** Writes a copy of the database, as somebody does before an update. */
  backUp() {
    return this.#command('backup');
  }

  /** Goes back to that copy; the server must not be running. */
  restore() {
    return this.#command('restore');
  }

  async #command(name) {
    const database = `sqlite:${join(this.#folder, 'linli.db')}`;
    const command = spawn(BINARY, [name, this.backup, '--database', database]);
    let said = '';
    command.stderr.on('data', (chunk) => (said += chunk));
    const [code] = await once(command, 'exit');
    if (code !== 0) throw new Error(`linli ${name} ended with ${code}: ${said}`);
  }

  async #end(signal) {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  }
}

function deferred() {
  const it = {};
  it.promise = new Promise((resolve, reject) => Object.assign(it, { resolve, reject }));
  return it;
}
