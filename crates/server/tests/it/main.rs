//! The server as others meet it: through its router, over a socket, from the command line; on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod audit;
mod commands;
mod desk;
mod epoch;
mod family;
mod faults;
mod files;
mod forgotten;
mod killed;
mod outbox;
mod photos;
mod postgres;
mod proxy;
mod public;
mod sealed;
mod submissions;
mod table;
mod world;
