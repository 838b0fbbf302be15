//! Parts of a page under addresses of their own: links that look like tabs, since the address says which one is open.

use leptos::prelude::*;

/// One part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its address.
    pub href: String,
    /// What it is called.
    pub label: String,
    /// How many things are there, where that helps to choose.
    pub count: Option<usize>,
}

/// The parts of a page.
#[component]
pub fn Tabs(
    /// What they are parts of, for those who hear it.
    label: &'static str,
    /// In order.
    tabs: Vec<Tab>,
    /// The address of the part that is open.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    let link = move |tab: Tab| {
        let count = tab.count.map(|count| view! { <span class="tabs__count">{count.to_string()}</span> }.into_any());
        let href = tab.href.clone();
        let here = move || (*current.read() == href).then_some("page");
        view! {
            <li class="tabs__item">
                <a class="tabs__link" href=tab.href aria-current=here>
                    {tab.label}
                    {count}
                </a>
            </li>
        }
    };
    view! {
        <nav class="tabs" aria-label=label>
            <ul class="tabs__list">{tabs.into_iter().map(link).map(IntoAny::into_any).collect_view()}</ul>
        </nav>
    }
}
