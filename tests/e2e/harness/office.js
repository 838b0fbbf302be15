// What the office sees, read through the same API as the desk reads it.

export class Office {
  #server;
  #cookie = '';
  #before = new Set();

  constructor(server) {
    this.#server = server;
  }

  async #signIn() {
    const response = await fetch(`${this.#server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'demo-admin', password: 'demo-linli-2026' }),
    });
    if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  #page(cursor) {
    return this.#read(`/api/v1/desk/submissions${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`);
  }

  async #read(path) {
    const read = () => fetch(this.#server.url + path, { headers: { cookie: this.#cookie } });
    let response = await read();
    if (response.status === 401) {
      await this.#signIn();
      response = await read();
    }
    if (!response.ok) throw new Error(`desk: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** What the desk is answered. */
  get(path) {
    return this.#read(path);
  }

  /** Takes something away. */
  async remove(path) {
    const response = await fetch(this.#server.url + path, { method: 'DELETE', headers: { cookie: this.#cookie } });
    if (!response.ok) throw new Error(`desk: ${response.status} ${await response.text()}`);
  }

  /** From here on [`rows`] tells only what is new: demo data has submissions of its own. */
  async beginDay() {
    this.#before = new Set();
    this.#before = new Set((await this.rows()).map((row) => row.id));
  }

  /** Everything that arrived, newest first. */
  async rows() {
    const rows = [];
    let cursor = null;
    do {
      const page = await this.#page(cursor);
      rows.push(...page.items);
      cursor = page.next;
    } while (cursor);
    return rows.filter((row) => !this.#before.has(row.id));
  }

  /** Of the photos of a report, the newest one unless another is named, in its order, whether each has come. */
  async photos(report) {
    const id = report ?? (await this.rows())[0].id;
    const { photos = [] } = await this.#read(`/api/v1/desk/submissions/${id}`);
    return photos.map((photo) => photo.here);
  }
}
