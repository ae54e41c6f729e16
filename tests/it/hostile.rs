//! Input made to break the parser: it ends, on a bounded stack, or a refusal says the limit.
//!
//! The sizes are such that work that grows faster than its input would not end. How it grows is counted in
//! instructions by `growth`.

use std::fmt::Write;

use wgsidecar::kube::object::pairs;
use wgsidecar::text::Span;
use wgsidecar::yaml::parse::MAX_DEPTH;
use wgsidecar::yaml::{Kind, Tree, parse, stream};

fn read(text: &str) -> Result<Option<Tree<'_>>, String> {
    parse(text, Span::new(0, text.len())).map_err(|error| error.message)
}

fn assert_too_deep(text: &str) {
    let message = read(text).expect_err("nested too deep");
    assert!(message.contains(&MAX_DEPTH.to_string()), "{message}");
}

#[test]
fn brackets_nest_to_a_limit() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("[{a: ", "}]")] {
        let nested = |depth: usize| {
            let times = depth / (open.len() / 4 + close.len()).max(1).min(close.len());
            format!("a: {}{}", open.repeat(times), close.repeat(times))
        };
        read(&nested(MAX_DEPTH - 2)).expect("within the limit");
        assert_too_deep(&nested(100_000));
    }
    assert_too_deep(&"[".repeat(100_000));
    assert_too_deep(&"- ".repeat(100_000));
    assert_too_deep(&"? ".repeat(100_000));
    let json = "{\"a\":".repeat(100_000);
    assert!(stream::parse(&json, stream::split(&json).0[0]).is_err());
}

#[test]
fn blocks_nest_to_a_limit() {
    let nested = |depth: usize| {
        let mut text = String::new();
        for level in 0..depth {
            text.extend(std::iter::repeat_n(' ', level));
            text.push_str("a:\n");
        }
        text
    };
    read(&nested(MAX_DEPTH)).expect("within the limit");
    assert_too_deep(&nested(MAX_DEPTH + 1));
}

/// The smallest stack that a reader may run on: 1 MiB is the main thread's on Windows.
#[test]
fn the_deepest_document_fits_on_a_small_stack() {
    let texts = [
        "- ".repeat(MAX_DEPTH) + "a",
        format!("a: {}{}", "[".repeat(MAX_DEPTH - 1), "]".repeat(MAX_DEPTH - 1)),
        (0..MAX_DEPTH).map(|level| " ".repeat(level) + "a:\n").collect(),
        "? ".repeat(MAX_DEPTH / 2) + "a",
    ];
    let reader = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        for text in texts {
            let _ = read(&text);
        }
    });
    reader.expect("a thread starts").join().expect("the stack suffices");
}

#[test]
fn aliases_are_no_copies() {
    let mut bomb = String::from("a0: &a0 [x, x]\n");
    for level in 1..200 {
        let below = level - 1;
        let _ = writeln!(bomb, "a{level}: &a{level} [*a{below}, *a{below}]");
    }
    read(&bomb).expect("a bomb that nobody lights");
    let many = format!("a: &x 1\nb: [{}]\n", "*x,".repeat(1_000_000));
    let tree = read(&many).expect("a million aliases").expect("a tree");
    let list = tree.get(tree.root(), "b").expect("the list");
    assert_eq!(tree.items(list).count(), 1_000_000);
}

#[test]
fn merges_of_merges_are_looked_through_once() {
    let mut text = String::from("a0: &a0 {x: 1}\n");
    for level in 1..60 {
        let below = format!("*a{}", level - 1);
        let _ = writeln!(text, "a{level}: &a{level} {{<<: [{below}, {below}, {below}]}}");
    }
    let tree = read(&text).expect("merges").expect("a tree");
    let last = tree.get(tree.root(), "a59").expect("the last");
    assert!(tree.get(last, "x").is_some());
    assert_eq!(tree.get(last, "y"), None);
}

#[test]
fn chains_and_crowds_of_merges_are_bounded() {
    let mut chain = String::from("a0: &a0 {x: 1}\n");
    for level in 1..100_000 {
        let _ = writeln!(chain, "a{level}: &a{level} {{<<: *a{}}}", level - 1);
    }
    assert_too_deep(&chain);
    let mut crowd = String::new();
    for number in 0..50_000 {
        let _ = writeln!(crowd, "a{number}: &a{number} {{x: 1}}");
    }
    let names: String = (0..50_000).map(|number| format!("*a{number}, ")).collect();
    let _ = writeln!(crowd, "all: {{<<: [{names}]}}");
    let tree = read(&crowd).expect("merges").expect("a tree");
    let all = tree.get(tree.root(), "all").expect("the last");
    assert_eq!(tree.get(all, "y"), None);
    assert_eq!(pairs(&tree, all).len(), 50_000);
}

#[test]
fn a_million_documents_are_split_and_read_one_by_one() {
    let text = "a: 1\n---\n".repeat(1_000_000);
    let (documents, errors) = stream::split(&text);
    assert_eq!((documents.len(), errors.len()), (1_000_001, 0));
    for document in documents {
        assert!(stream::parse(&text, document).expect("a document").len() < 2);
    }
}

#[test]
fn long_lines_keys_and_scalars_are_read_once() {
    let word = "x".repeat(4_000_000);
    for (text, kind) in [
        (format!("a: {word}\n"), Kind::Plain),
        (format!("a: '{word}'\n"), Kind::SingleQuoted),
        (format!("a: \"{word}\"\n"), Kind::DoubleQuoted),
        (format!("a: |\n  {word}\n"), Kind::Literal),
        (format!("a: [{}]\n", "x, ".repeat(400_000)), Kind::FlowSequence),
        (format!("a: \"{}\"\n", "\n \n".repeat(400_000)), Kind::DoubleQuoted),
        (format!("a: '{}'\n", "''".repeat(400_000)), Kind::SingleQuoted),
        (format!("a: x\n{}", "\n".repeat(1_000_000)), Kind::Plain),
        (format!("a: x\n{}", "  y\n\n".repeat(400_000)), Kind::Plain),
        (format!("a: |\n{}", "\n".repeat(1_000_000)), Kind::Literal),
    ] {
        let tree = read(&text).expect("long, and no more").expect("a tree");
        let value = tree.get(tree.root(), "a").expect("the value");
        assert_eq!(tree.kind(value), kind);
    }
    let key = "x".repeat(1_000_000);
    assert!(read(&format!("{key}: 1\n")).expect_err("a long key").contains("1024"));
    assert!(read(&format!("{{{key}: 1}}\n")).is_err());
    assert!(read(&format!("a: {word}: b\n")).is_err());
    assert!(read(&format!("a: \"{word}\n")).is_err());
}
