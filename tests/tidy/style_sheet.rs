//! A style sheet taken apart as far as the walls need: comments and strings blank, selectors apart from declarations.

/// The sheet without comments and strings, with all its lines.
pub fn bare(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '"' | '\'' => rest[1..].find(c).map_or(rest.len(), |at| at + 2),
            _ => c.len_utf8(),
        };
        let (piece, next) = rest.split_at(end);
        if end == c.len_utf8() {
            out.push(c);
        } else {
            out.extend(piece.chars().filter(|c| *c == '\n'));
        }
        rest = next;
    }
    out
}

/// Lines that spell a colour.
pub fn colours(text: &str) -> Vec<usize> {
    const FUNCTIONS: [&str; 9] = ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch("];
    pieces(text)
        .into_iter()
        .filter(|piece| !piece.selector)
        .filter(|piece| hexadecimal(&piece.text) || FUNCTIONS.iter().any(|name| piece.text.contains(name)))
        .map(|piece| piece.line)
        .collect()
}

/// Lines of selectors with an id.
pub fn ids(text: &str) -> Vec<usize> {
    pieces(text)
        .into_iter()
        .filter(|piece| piece.selector && !piece.text.trim_start().starts_with('@') && piece.text.contains('#'))
        .map(|piece| piece.line)
        .collect()
}

fn hexadecimal(text: &str) -> bool {
    text.match_indices('#').any(|(at, _)| {
        let word: String = text[at + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
        matches!(word.len(), 3 | 4 | 6 | 8) && word.chars().all(|c| c.is_ascii_hexdigit())
    })
}

struct Piece {
    /// The line it ends on.
    line: usize,
    text: String,
    /// Before a brace, not a declaration.
    selector: bool,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let (mut line, mut current) = (1, String::new());
    for c in bare(text).chars() {
        if matches!(c, '{' | '}' | ';') {
            found.push(Piece { line, text: std::mem::take(&mut current), selector: c == '{' });
        } else {
            current.push(c);
        }
        line += usize::from(c == '\n');
    }
    found
}

#[test]
fn selectors_and_declarations_are_told_apart() {
    let sheet = "/* #abc */\n#top { color: var(--c); }\n.a::after { content: \"#fff\"; background: oklch(50% 0 0); }\n@layer ui { .b { fill: url(#mark) } }";
    assert_eq!(ids(sheet), [2]);
    assert_eq!(colours(sheet), [3]);
}
