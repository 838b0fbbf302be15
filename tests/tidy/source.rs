//! A Rust file taken apart as far as the walls need: code without comments and strings, the strings, and which lines are
//! tests. No parser: what it gets wrong, a planted violation shows.

/// A file and its views. All views have the lines of the file.
pub struct Source<'a> {
    /// The file as it is.
    pub text: &'a str,
    /// The code outside tests: comments and the insides of strings are blank.
    pub code: String,
    /// String literals outside tests: line, the code before it on the way, text.
    pub strings: Vec<(usize, String, String)>,
}

impl<'a> Source<'a> {
    /// Takes a file apart.
    pub fn new(text: &'a str) -> Self {
        let (code, mut strings) = split(text);
        let tests = test_lines(&code);
        strings.retain(|(line, ..)| !tests.contains(line));
        let code = code
            .lines()
            .enumerate()
            .map(|(at, line)| if tests.contains(&(at + 1)) { "" } else { line })
            .collect::<Vec<_>>()
            .join("\n");
        Self { text, code, strings }
    }

    /// Lines of the code that name one of these paths, also inside `use a::{b, c}`.
    pub fn naming(&self, names: &[&str]) -> Vec<usize> {
        let plain = names.iter().flat_map(|name| words(&self.code, name));
        let uses = used(&self.code);
        let grouped = uses
            .iter()
            .filter(|(_, path)| names.iter().any(|name| !words(path, name).is_empty()))
            .map(|(line, _)| *line);
        let mut lines: Vec<usize> = plain.chain(grouped).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}

/// Lines on which `name` stands as a whole path, not as a part of a longer word.
fn words(text: &str, name: &str) -> Vec<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |line: &str, at: usize| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let goes_on = name.ends_with(part) && after.starts_with(part);
        !goes_on && !before.ends_with(part)
    };
    let named = |line: &str| line.match_indices(name).any(|(at, _)| whole(line, at));
    text.lines().enumerate().filter(|(_, line)| named(line)).map(|(at, _)| at + 1).collect()
}

/// Every path that a `use` brings in, written out, with the line of the `use`.
fn used(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let starts_a_line = code[..at].rsplit('\n').next().is_some_and(|before| !before.contains(['"', '<']));
        if let (true, Some(end)) = (starts_a_line, code[at..].find(';')) {
            let line = code[..at].matches('\n').count() + 1;
            let tree: String = code[at + 4..at + end].chars().filter(|c| !c.is_whitespace()).collect();
            found.extend(branches(&tree).into_iter().map(|path| (line, path)));
        }
    }
    found
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn branches(tree: &str) -> Vec<String> {
    let Some((stem, rest)) = tree.split_once('{') else { return vec![tree.to_owned()] };
    let inside = rest.strip_suffix('}').unwrap_or(rest);
    let mut depth = 0;
    let parts = inside.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    parts.flat_map(branches).map(|part| format!("{stem}{part}")).collect()
}

/// Lines inside anything marked `#[cfg(test)]`.
fn test_lines(code: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (at, _) in code.match_indices("#[cfg(test)]") {
        let rest = &code[at..];
        let mut depth = 0;
        let end = rest
            .char_indices()
            .find(|&(_, c)| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                depth == 0 && matches!(c, '}' | ';')
            })
            .map_or(rest.len(), |(end, _)| end);
        let first = code[..at].matches('\n').count() + 1;
        lines.extend(first..=first + rest[..end].matches('\n').count());
    }
    lines
}

/// Code with comments and insides of strings blank, and the strings.
fn split(text: &str) -> (String, Vec<(usize, String, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut strings) = (String::new(), Vec::new());
    let (mut at, mut line) = (0, 1);
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        let end = match (c, next) {
            ('/', Some('/')) => from(&chars, at, |rest| rest[0] == '\n'),
            ('/', Some('*')) => block_comment(&chars, at),
            ('"', _) => string_end(&chars, at + 1),
            ('r', Some('"' | '#')) if raw_start(&chars, at) => raw_end(&chars, at),
            ('\'', Some('\\')) => from(&chars, at + 3, |rest| rest[0] == '\'') + 1,
            ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
            _ => at + 1,
        };
        let end = end.min(chars.len());
        let piece: String = chars[at..end].iter().collect();
        if c == '"' || (c == 'r' && end > at + 1) {
            strings.push((line, just_before(&code), piece.clone()));
        }
        if end == at + 1 {
            code.push(c);
        } else {
            code.push_str(if c == '/' { " " } else { "\"" });
            code.extend(piece.chars().filter(|c| *c == '\n'));
            code.push_str(if c == '/' { "" } else { "\"" });
        }
        line += piece.matches('\n').count();
        at = end;
    }
    (code, strings)
}

/// The last word of code and what follows it.
fn just_before(code: &str) -> String {
    let code = code.trim_end();
    let start = code.rfind(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '{')).map_or(0, |at| at + 1);
    code.get(start..).unwrap_or_default().to_owned()
}

fn from(chars: &[char], start: usize, stop: impl Fn(&[char]) -> bool) -> usize {
    (start..chars.len()).find(|&at| stop(&chars[at..])).unwrap_or(chars.len())
}

fn block_comment(chars: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], start: usize) -> usize {
    let mut at = start;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

fn raw_start(chars: &[char], at: usize) -> bool {
    let word_before = at > 0 && (chars[at - 1].is_alphanumeric() && chars[at - 1] != 'b' || chars[at - 1] == '_');
    let quote = from(chars, at + 1, |rest| rest[0] != '#');
    !word_before && chars.get(quote) == Some(&'"')
}

fn raw_end(chars: &[char], at: usize) -> usize {
    let quote = from(chars, at + 1, |rest| rest[0] != '#');
    let hashes = quote - at - 1;
    let closing = |rest: &[char]| rest[0] == '"' && rest[1..].iter().take_while(|c| **c == '#').count() >= hashes;
    from(chars, quote + 1, closing) + 1 + hashes
}

#[test]
fn a_file_is_taken_apart() {
    let text = "//! 汉\nuse crate::{data, ui::{a, b}};\nlet c = '\"'; let s = \"/a\\\"b\"; // x\nlet r = r#\"q\"q\"#;\n#[cfg(test)]\nmod tests {\n    use x;\n}\nfn after<'a>() {}\n";
    let source = Source::new(text);
    assert!(!source.code.contains('汉') && !source.code.contains("use x") && source.code.contains("after<'a>"));
    let strings: Vec<_> =
        source.strings.iter().map(|(line, before, text)| (*line, before.as_str(), text.as_str())).collect();
    assert_eq!(strings, [(3, "=", "\"/a\\\"b\""), (4, "=", "r#\"q\"q\"#")]);
    assert_eq!(source.naming(&["crate::data"]), [2]);
    assert_eq!(source.naming(&["crate::ui::b"]), [2]);
    assert!(source.naming(&["crate::dat", "rate::data"]).is_empty());
}
