// express-pouchdb on express 4, with LevelDB below, as its documentation mounts it.
import express from 'express';
import expressPouchDB from 'express-pouchdb';
import PouchDB from 'pouchdb';
import { listen, servePages } from './parts.js';

const [, , , folder] = process.argv;
const app = express();
servePages(app, 'pouchdb/dist/pouchdb.min.js', 'pouchdb');
const Stored = PouchDB.defaults({ prefix: `${folder}/` });
app.use('/db', expressPouchDB(Stored, {
  mode: 'minimumForPouchDB',
  configPath: `${folder}/config.json`,
  logPath: `${folder}/log.txt`,
}));
// Made before anybody asks for it.
await new Stored('records').info();
listen(app);
