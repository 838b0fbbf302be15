//! A QR code (ISO/IEC 18004) as a drawing that prints sharply.

use leptos::prelude::*;
use qrcode::{Color, QrCode as Code};

/// Empty modules around the code, as the standard asks.
const QUIET: usize = 4;

/// A QR code; nothing where the text is too long for one.
#[component]
pub fn QrCode(
    /// What it says.
    text: String,
    /// What it leads to, for those who hear it.
    label: String,
) -> impl IntoView {
    Code::new(text).ok().map(|code| {
        let side = (code.width() + 2 * QUIET).to_string();
        view! {
            <svg class="qr-code" role="img" aria-label=label viewBox=["0 0 ", &side, " ", &side].concat()>
                <path class="qr-code__dark" d=dark(&code)></path>
            </svg>
        }
    })
}

/// One square for each dark module.
fn dark(code: &Code) -> String {
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            for part in ["M", &x.to_string(), " ", &y.to_string(), "h1v1h-1z"] {
                path.push_str(part);
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_a_code_are_dark() {
        let code = Code::new("https://linli.example/report?receipt=K7QM3XPA9T2C").unwrap();
        let path = dark(&code);
        assert!(path.starts_with("M4 4h1v1h-1z"));
        let last = code.width() - 1 + QUIET;
        assert!(path.contains(&format!("M{last} 4h1v1h-1z")) && path.contains(&format!("M4 {last}h1v1h-1z")));
    }
}
