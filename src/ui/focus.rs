//! Where the focus goes: to the heading of a page one arrives at, to a field an error points to.

use std::cell::Cell;

use leptos::html::{Div, ElementType};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

thread_local! {
    static ARRIVING: Cell<bool> = const { Cell::new(false) };
    static FRESH: Cell<u32> = const { Cell::new(0) };
}

/// An id that no other element has.
pub fn fresh_id() -> String {
    let number = FRESH.get();
    FRESH.set(number.wrapping_add(1));
    ["own-", &number.to_string()].concat()
}

/// The next heading that appears is that of a new page.
pub fn expect_arrival() {
    ARRIVING.set(true);
}

/// Whether a heading that appears is that of a new page; true once.
pub fn take_arrival() -> bool {
    ARRIVING.replace(false)
}

/// Gives the focus to an element as soon as it is on the page.
pub fn on_appearing<E>(node: NodeRef<E>)
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
{
    Effect::new(move || {
        if let Some(element) = node.get() {
            focus(element.unchecked_ref());
        }
    });
}

/// Gives the focus to the element with this id, or to the first control inside it, and unfolds what hides it.
pub fn to_id(id: &str) -> bool {
    let Some(element) = document().get_element_by_id(id) else { return false };
    if let Ok(Some(folded)) = element.closest("details:not([open])") {
        // Setting an attribute with a constant name does not fail.
        let _ = folded.set_attribute("open", "");
    }
    let control = "input, select, textarea, button";
    let inside = if element.matches(control).unwrap_or(false) { None } else { element.query_selector(control).ok() };
    let target = inside.flatten().unwrap_or(element);
    focus(target.unchecked_ref());
    // With its question and what is wrong with it.
    if let Ok(Some(field)) = target.closest(".field") {
        into_sight(&field);
    }
    true
}

/// Gives the focus to something that is told, so that it is in sight and read, as soon as it is drawn.
pub fn to_words_soon(node: NodeRef<Div>) {
    request_animation_frame(move || {
        if let Some(Some(element)) = node.try_get_untracked() {
            focus(element.unchecked_ref());
        }
    });
}

/// Gives the focus to the heading of the page as soon as what is being drawn is there.
pub fn to_heading_soon() {
    request_animation_frame(|| {
        if let Ok(Some(heading)) = document().query_selector("h1") {
            focus(heading.unchecked_ref());
        }
    });
}

/// As [`to_id`], as soon as what is being drawn is on the page.
pub fn to_id_soon(id: String) {
    request_animation_frame(move || {
        to_id(&id);
    });
}

/// Gives the focus to the very element with this id as soon as it is on the page: to words, whatever controls are in them.
pub fn to_element_soon(id: String) {
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(&id) {
            focus(element.unchecked_ref());
        }
    });
}

fn focus(element: &web_sys::HtmlElement) {
    // An element that cannot take the focus leaves it where it is.
    let _ = element.focus();
    into_sight(element);
}

/// Scrolls no farther than needed, and to no place under what sticks to the top.
fn into_sight(element: &web_sys::Element) {
    let how = web_sys::ScrollIntoViewOptions::new();
    how.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&how);
}
