//! Residents' entry: mounts the app.

mod parts;

fn main() {
    console_error_panic_hook::set_once();
    linli_web::app::mount(parts::OTHER_PAGES);
}
