// The API that such a queue posts to: express 4 and better-sqlite3. At its best (`best`) a record has the id that the device
// gave it, and the same id again changes nothing.
import Database from 'better-sqlite3';
import express from 'express';
import { listen, servePages } from './parts.js';

const [, , , folder, mode] = process.argv;
const best = mode === 'best';
const database = new Database(`${folder}/records.db`);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(`CREATE TABLE IF NOT EXISTS record (
  id ${best ? 'TEXT' : 'INTEGER'} PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, made_at TEXT NOT NULL)`);
const insert = database.prepare(best
  ? 'INSERT INTO record (id, kind, body, made_at) VALUES (@id, @kind, @body, @made_at) ON CONFLICT (id) DO NOTHING'
  : 'INSERT INTO record (kind, body, made_at) VALUES (@kind, @body, @made_at)');
const all = database.prepare('SELECT id, kind, body FROM record');

const app = express();
servePages(app, 'localforage/dist/localforage.min.js', best ? 'queue-best' : 'queue');
app.post('/api/records', express.json(), (request, response) => {
  const { id, kind, body, made_at } = request.body;
  insert.run({ id, kind, body: JSON.stringify(body), made_at });
  response.status(201).json({});
});
app.get('/records', (request, response) => {
  response.json(all.all().map((row) => ({ ...row, body: JSON.parse(row.body) })));
});
listen(app);
