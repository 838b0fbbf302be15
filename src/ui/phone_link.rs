//! Somebody to call: a name, when they answer, and a number that dials when tapped.

use leptos::prelude::*;

use super::icon::Icon;

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callee {
    /// Who answers.
    pub name: String,
    /// The number.
    pub phone: String,
    /// When, or empty.
    pub hours: String,
}

/// People to call, one under the other.
#[component]
pub fn PhoneList(
    /// In the order of need.
    callees: Vec<Callee>,
    /// The language of their names, where it is another than the page's.
    lang: Option<&'static str>,
) -> impl IntoView {
    let line = move |callee: Callee| {
        let digits: String = callee.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        let hours = (!callee.hours.is_empty())
            .then(|| view! { <span class="phone-link__hours">{callee.hours}</span> }.into_any());
        view! {
            <li>
                <a class="phone-link" href=["tel:", &digits].concat()>
                    <Icon name="phone" />
                    <span class="phone-link__who" lang=lang>
                        <span class="phone-link__name">{callee.name}</span>
                        {hours}
                    </span>
                    <span class="phone-link__number">{callee.phone}</span>
                </a>
            </li>
        }
    };
    view! { <ul class="phone-list">{callees.into_iter().map(line).map(IntoAny::into_any).collect_view()}</ul> }
}
