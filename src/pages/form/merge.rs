//! The same draft in two windows. What was typed in the other is taken over field by field, live; a field changed here and
//! not yet saved stays as it is here, and is saved after. So the last edit wins, and whatever it replaces is told and can
//! be had back.

use crate::ui::field::Typed;

/// What two windows come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// What is typed now.
    pub values: Typed,
    /// Words that stood here and were replaced.
    pub replaced: Typed,
}

/// Brings what is typed here together with what the other window saved; `saved` is what both started from.
pub fn merge(saved: &Typed, here: &Typed, there: &Typed) -> Merged {
    let mut merged = Merged { values: here.clone(), replaced: Typed::new() };
    for (field, theirs) in there {
        let value = |typed: &Typed| typed.get(field).cloned().unwrap_or_default();
        let ours = value(here);
        if ours == *theirs || ours != value(saved) {
            continue;
        }
        if !ours.is_empty() {
            merged.replaced.insert(field.clone(), ours);
        }
        merged.values.insert(field.clone(), theirs.clone());
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
    }

    type Fields<'a> = &'a [(&'a str, &'a str)];

    fn check(saved: Fields<'_>, here: Fields<'_>, there: Fields<'_>, values: Fields<'_>, replaced: Fields<'_>) {
        let merged = merge(&typed(saved), &typed(here), &typed(there));
        assert_eq!(merged, Merged { values: typed(values), replaced: typed(replaced) });
    }

    #[test]
    fn a_field_that_was_empty_here_follows_quietly() {
        let (name, both) = (("/name", "a"), [("/name", "a"), ("/note", "b")]);
        check(&[name], &[name], &both, &both, &[]);
    }

    #[test]
    fn words_that_are_replaced_are_told() {
        check(&[("/note", "a")], &[("/note", "a")], &[("/note", "b")], &[("/note", "b")], &[("/note", "a")]);
        check(&[("/note", "a")], &[("/note", "a")], &[("/note", "")], &[("/note", "")], &[("/note", "a")]);
    }

    #[test]
    fn what_is_being_typed_here_stays() {
        check(&[("/note", "a")], &[("/note", "ab")], &[("/note", "ac")], &[("/note", "ab")], &[]);
    }

    #[test]
    fn different_fields_of_two_windows_both_count() {
        let both = [("/name", "a"), ("/note", "b")];
        check(&[], &[("/name", "a"), ("/note", "")], &[("/name", ""), ("/note", "b")], &both, &[]);
    }

    #[test]
    fn a_field_the_other_never_touched_is_left_alone() {
        check(&[("/who", "named")], &[("/who", "named")], &[], &[("/who", "named")], &[]);
    }
}
