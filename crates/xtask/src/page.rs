//! An entry page on its way from Trunk to `dist/`: one style sheet, one script, one wasm preload, nothing inline. The
//! content security policy allows no inline script or style, so one that is found is a failure.

use crate::failure::{Failure, Result};

/// Where an entry's bundled files will be served.
pub struct Bundle {
    /// The style sheet.
    pub css: String,
    /// The script that starts the app.
    pub js: String,
    /// The app itself.
    pub wasm: String,
}

/// A piece of HTML.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Comment(&'a str),
    Tag(&'a str),
}

/// The style sheets a page links to, in order.
pub fn styles(html: &str) -> Vec<&str> {
    tags(html).filter(|tag| is_style(tag)).filter_map(|tag| attribute(tag, "href")).collect()
}

/// What a page loads before it is usable: style sheets, scripts, preloads.
pub fn resources(html: &str) -> Vec<&str> {
    tags(html)
        .filter_map(|tag| match name(tag) {
            "link" if is_style(tag) || is_preload(tag) => attribute(tag, "href"),
            "script" => attribute(tag, "src"),
            _ => None,
        })
        .collect()
}

/// The page with its files replaced by the bundle, naming the file of each language by its tag.
pub fn rewrite(html: &str, bundle: &Bundle, languages: &[(String, String)]) -> Result<String> {
    let mut out = String::with_capacity(html.len());
    let mut style = Some(format!(r#"<link rel="stylesheet" href="{}">"#, bundle.css));
    let mut script = Some(format!(r#"<script type="module" src="{}"></script>"#, bundle.js));
    let preload =
        format!(r#"<link rel="preload" as="fetch" type="application/wasm" crossorigin href="{}">"#, bundle.wasm);
    let mut inside_boot = false;
    for piece in pieces(html) {
        match piece {
            // A licence asks to be kept; everything else is for whoever reads the source.
            Piece::Comment(comment) if comment.contains("licence") => out.push_str(comment),
            Piece::Comment(_) => {}
            Piece::Tag("</script>") if inside_boot => inside_boot = false,
            _ if inside_boot => {}
            Piece::Text(text) => out.push_str(text),
            Piece::Tag(tag) => {
                refuse_inline(tag)?;
                if is_style(tag) {
                    out.push_str(&style.take().unwrap_or_default());
                } else if name(tag) == "script" && attribute(tag, "src").is_none() {
                    let boot = attribute(tag, "type") == Some("module");
                    let script = script.take().filter(|_| boot);
                    out.push_str(&script.ok_or_else(|| Failure::new(format!("inline script in the page: {tag}")))?);
                    inside_boot = true;
                } else if tag == "</head>" {
                    for (tag, address) in languages {
                        for part in [r#"<meta name="words-"#, tag, r#"" content=""#, address, r#"">"#] {
                            out.push_str(part);
                        }
                    }
                    out.push_str(&preload);
                    out.push_str(tag);
                } else if !is_preload(tag) {
                    out.push_str(tag);
                }
            }
        }
    }
    if style.is_some() || script.is_some() {
        return Err(Failure::new("the page needs a style sheet (rel=\"css\") and the app (rel=\"rust\")"));
    }
    Ok(out.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
}

fn refuse_inline(tag: &str) -> Result {
    let inline = name(tag) == "style" || attributes(tag).any(|(key, _)| key == "style" || key.starts_with("on"));
    if inline { Err(Failure::new(format!("inline style or handler in the page: {tag}"))) } else { Ok(()) }
}

fn is_style(tag: &str) -> bool {
    name(tag) == "link" && attribute(tag, "rel") == Some("stylesheet")
}

fn is_preload(tag: &str) -> bool {
    name(tag) == "link" && matches!(attribute(tag, "rel"), Some("preload" | "modulepreload"))
}

fn tags(html: &str) -> impl Iterator<Item = &str> {
    pieces(html).filter_map(|piece| if let Piece::Tag(tag) = piece { Some(tag) } else { None })
}

fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    // What stands in a script is text up to its end tag, whatever it looks like.
    let mut script = false;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let piece = if script && !rest.starts_with("</script>") {
            Piece::Text(&rest[..rest.find("</script>").unwrap_or(rest.len())])
        } else if rest.starts_with("<!--") {
            Piece::Comment(&rest[..rest.find("-->").map_or(rest.len(), |at| at + 3)])
        } else if rest.starts_with('<') {
            Piece::Tag(&rest[..tag_end(rest)])
        } else {
            Piece::Text(&rest[..rest.find('<').unwrap_or(rest.len())])
        };
        let (Piece::Text(this) | Piece::Comment(this) | Piece::Tag(this)) = piece;
        script = matches!(piece, Piece::Tag(tag) if name(tag) == "script") || (script && this != "</script>");
        rest = &rest[this.len()..];
        Some(piece)
    })
}

/// Where a tag ends: the first `>` outside quotes.
fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    rest.len()
}

fn name(tag: &str) -> &str {
    tag.strip_prefix('<')
        .and_then(|tag| tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next())
        .unwrap_or("")
}

fn attribute<'a>(tag: &'a str, wanted: &str) -> Option<&'a str> {
    attributes(tag).find(|(key, _)| *key == wanted).map(|(_, value)| value)
}

fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag.trim_start_matches('<').trim_start_matches(|c: char| !c.is_whitespace());
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/' || c == '>');
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>'))?;
        let (key, after) = rest.split_at(end);
        let Some(after) = after.strip_prefix('=') else {
            rest = after;
            return Some((key, ""));
        };
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_at(after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len())),
        };
        rest = next;
        Some((key, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html>
<html lang="zh-Hans">
  <head>
    <!-- a > b -->
    <link rel="stylesheet" href="/tokens.css"/>
    <link rel="stylesheet" href="/base.css"/>
    <link rel="manifest" href="/app.webmanifest">
    <script type="module">
import init from '/x.js'; if (1 < 2) init("<b>");
</script>
  <link rel="modulepreload" href="/x.js" crossorigin="anonymous"></head>
  <body><!-- X licence --><main title="a > b">hello</main></body>
</html>"#;

    fn bundle() -> Bundle {
        Bundle { css: "/app-1.css".to_owned(), js: "/app-2.js".to_owned(), wasm: "/app-3.wasm".to_owned() }
    }

    #[test]
    fn one_style_one_script_one_preload_remain() {
        let languages = [("en".to_owned(), "/locales/en-1.json".to_owned())];
        let page = rewrite(PAGE, &bundle(), &languages).unwrap();
        assert_eq!(
            page,
            r#"<!DOCTYPE html>
<html lang="zh-Hans">
<head>
<link rel="stylesheet" href="/app-1.css">
<link rel="manifest" href="/app.webmanifest">
<script type="module" src="/app-2.js"></script>
<meta name="words-en" content="/locales/en-1.json"><link rel="preload" as="fetch" type="application/wasm" crossorigin href="/app-3.wasm"></head>
<body><!-- X licence --><main title="a > b">hello</main></body>
</html>"#
        );
        assert_eq!(resources(&page), ["/app-1.css", "/app-2.js", "/app-3.wasm"]);
    }

    #[test]
    fn style_sheets_keep_their_order() {
        assert_eq!(styles(PAGE), ["/tokens.css", "/base.css"]);
    }

    #[test]
    fn anything_inline_is_refused() {
        for bad in [
            "<script>alert(1)</script>",
            "<style>a{}</style>",
            r#"<p style="color:red">x</p>"#,
            r#"<p onclick="x()">x</p>"#,
        ] {
            let page = PAGE.replace("<body>", &format!("<body>{bad}"));
            assert!(rewrite(&page, &bundle(), &[]).is_err(), "{bad}");
        }
    }
}
