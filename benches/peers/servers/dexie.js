// Nothing but the pages.
import express from 'express';
import { listen, servePages } from './parts.js';

const app = express();
servePages(app, 'dexie/dist/dexie.min.js', 'dexie');
listen(app);
