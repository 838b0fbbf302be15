//! Staff entry: mounts the desk.

fn main() {
    console_error_panic_hook::set_once();
    linli_web::desk::mount();
}
