//! The server as others meet it: through its router, over a socket, from the command line; on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod acting;
mod audit;
mod commands;
mod defence;
mod desk;
mod devices;
mod epoch;
mod family;
mod faults;
mod files;
mod forgotten;
mod killed;
mod log;
mod outbox;
mod photos;
mod places;
mod postgres;
mod proxy;
mod public;
mod retention;
mod sealed;
mod staff;
mod submissions;
mod table;
mod world;
