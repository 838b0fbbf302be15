//! The browser side against the real thing: IndexedDB, ids and drafts in headless Chromium.

#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed")]

mod submissions;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
