//! The gallery's entry: mounts it. Never part of a release.

fn main() {
    console_error_panic_hook::set_once();
    linli_web::gallery::mount();
}
