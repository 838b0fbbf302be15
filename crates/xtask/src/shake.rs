//! A style sheet without the rules that an entry cannot use: those for classes whose names occur neither in its page nor in
//! its wasm. One set of style sheets serves residents, staff and the gallery, and nobody loads the others' rules.

/// The rules whose classes are all `seen`. Comments go too.
pub fn shake(css: &str, seen: &dyn Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(css.len());
    items(&without_comments(css), seen, &mut kept);
    kept
}

/// What stands in a block or at the top: statements, rules, and blocks of rules.
fn items(css: &str, seen: &dyn Fn(&str) -> bool, kept: &mut String) {
    let mut rest = css;
    while let Some(end) = rest.find(['{', ';']) {
        let head = rest[..end].trim();
        if rest[end..].starts_with(';') {
            kept.push_str(head);
            kept.push_str(";\n");
            rest = &rest[end + 1..];
            continue;
        }
        let (body, after) = block(&rest[end + 1..]);
        rest = after;
        if ["@layer", "@media", "@supports", "@container"].iter().any(|group| head.starts_with(group)) {
            let mut inside = String::new();
            items(body, seen, &mut inside);
            if !inside.trim().is_empty() {
                rule(head, &inside, kept);
            }
        } else if head.starts_with('@') {
            rule(head, body, kept);
        } else {
            let used: Vec<&str> = selectors(head).filter(|one| classes(one).all(seen)).collect();
            if !used.is_empty() {
                rule(&used.join(", "), body, kept);
            }
        }
    }
}

fn rule(head: &str, body: &str, kept: &mut String) {
    for part in [head, " {\n", body.trim(), "\n}\n"] {
        kept.push_str(part);
    }
}

/// What stands before the brace that ends a block, and what follows it.
fn block(css: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, letter) in css.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return (&css[..at], &css[at + 1..]),
            '}' => depth -= 1,
            _ => {}
        }
    }
    (css, "")
}

/// The selectors of a list; a comma in brackets separates none.
fn selectors(head: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    head.split(move |letter| {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    })
    .map(str::trim)
}

/// The classes an element must have for a selector to match; what is asked for in brackets may have alternatives and is
/// passed over.
fn classes(selector: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let outside = move |letter: char| {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        depth > 0
    };
    selector.split(outside).flat_map(|part| part.split('.').skip(1)).map(|name| {
        let end = name.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_');
        &name[..end.unwrap_or(name.len())]
    })
}

fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(css: &str, expected: &str) {
        let seen = |class: &str| ["card", "card__title", "list"].contains(&class);
        let bare = |css: &str| css.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(bare(&shake(css, &seen)), expected);
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        check("@layer a, b;\n.card { gap: 0 } .table { gap: 1px }", "@layer a, b; .card { gap: 0 }");
        check(".table, .card > .card__title { gap: 0 }", ".card > .card__title { gap: 0 }");
        check(".card .table { gap: 0 }", "");
        check("p { margin: 0 } /* .x { } */ [hidden] { display: none }", "p { margin: 0 } [hidden] { display: none }");
    }

    #[test]
    fn an_empty_group_goes_with_its_rules() {
        check("@layer ui { @media print { .table { gap: 0 } } }", "");
        check("@layer ui { @media print { .list { gap: 0 } } }", "@layer ui { @media print { .list { gap: 0 } } }");
        check("@container (inline-size < 28em) { .table { gap: 0 } }", "");
        check("@page { margin: 2cm }", "@page { margin: 2cm }");
    }

    #[test]
    fn what_stands_in_brackets_decides_nothing() {
        check(".card:not(.table) { gap: 0 }", ".card:not(.table) { gap: 0 }");
        check("main :is(.table, .list) p { gap: 0 }", "main :is(.table, .list) p { gap: 0 }");
        check(".card[data-x=\".y\"]:hover { gap: 0 }", ".card[data-x=\".y\"]:hover { gap: 0 }");
    }
}
