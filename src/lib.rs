//! The browser app: what residents see, and the staff desk behind its own entry.
//!
//! `ui` knows HTML and nothing of the subject; `data` is all that enters or leaves the browser process; `pages` and
//! `desk` put the two together. Residents' code never names `desk`, so that the residents' entry does not carry it.

pub mod app;
pub mod data;
pub mod desk;
pub mod gallery;
pub mod i18n;
pub mod kiosk;
pub mod pages;
pub mod router;
pub mod routes;
pub mod ui;
