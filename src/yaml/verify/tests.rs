//! The verifier says no: whatever could come out wrong has a row with the path that it must name.

use serde_json::json;

use super::*;
use crate::text::{Edits, Span};
use crate::yaml::{parse, write::Plan};

/// A change of the value under a path of keys and item numbers.
#[derive(Clone)]
enum Planned {
    Add(&'static str, &'static str, Value),
    First(&'static str, Value),
    Without(&'static str, &'static [&'static str]),
    WithoutItem(&'static str, usize),
    Is(&'static str, Value),
    MovedFirst(&'static str, usize),
    Last(&'static str, &'static [&'static str]),
}
use Planned::{Add, First, Is, Last, MovedFirst, Without, WithoutItem};

fn tree(text: &str) -> Tree<'_> {
    parse(text, Span::new(0, text.len()))
        .unwrap_or_else(|error| panic!("{error:?}\n{text}"))
        .expect("the text holds something")
}

fn at(tree: &Tree, path: &str) -> NodeId {
    path.split('.').filter(|step| !step.is_empty()).fold(tree.root(), |node, step| {
        let item = step.parse().ok().and_then(|number| tree.items(node).nth(number));
        item.or_else(|| tree.get(node, step)).unwrap_or_else(|| panic!("no `{path}`"))
    })
}

fn change(tree: &Tree, planned: &Planned) -> (NodeId, Change) {
    let addition = |key, value: &Value| Addition { key, value: Arc::new(value.clone()) };
    let item = |node, number| tree.items(node).nth(number).expect("an item");
    match planned {
        Add(path, key, value) => (at(tree, path), Change::Entries(vec![addition(key, value)])),
        First(path, value) => (at(tree, path), Change::FirstItem(addition("", value))),
        Without(path, names) => {
            let goes = |key: &NodeId| names.iter().any(|name| tree.is_key(*key, name));
            let keys = tree.entries(at(tree, path)).map(|(key, _)| key).filter(goes).collect();
            (at(tree, path), Change::WithoutEntries(keys))
        }
        WithoutItem(path, number) => {
            let node = at(tree, path);
            (node, Change::WithoutItems(vec![item(node, *number)]))
        }
        Is(path, value) => (at(tree, path), Change::Is(Arc::new(value.clone()))),
        Last(path, values) => {
            let added = values.iter().map(|value| addition("", &json!(value)));
            (at(tree, path), Change::LastItems(added.collect()))
        }
        MovedFirst(path, number) => {
            let node = at(tree, path);
            (node, Change::MovedFirst(item(node, *number)))
        }
    }
}

/// What the comparison of trees says: the path of the difference, or nothing.
fn difference(original: &str, planned: &[Planned], result: &str) -> Option<String> {
    let old = tree(original);
    let changes: Changes = planned.iter().map(|planned| change(&old, planned)).collect();
    let compared = compare(&old, old.root(), &tree(result), &changes, &mut VerifyCache::default());
    compared.err().map(|path| Mismatch::at(path).path)
}

/// What a plan makes of a text: some texts are right, and each of the others is wrong at a path.
struct Case {
    original: &'static str,
    planned: Vec<Planned>,
    right: &'static [&'static str],
    wrong: &'static [(&'static str, &'static str)],
}

fn check(cases: &[Case]) {
    let mut failed = String::new();
    for Case { original, planned, right, wrong } in cases {
        let right = right.iter().map(|result| (result, None));
        let wrong = wrong.iter().map(|(result, path)| (result, Some(*path)));
        for (result, path) in right.chain(wrong) {
            let found = difference(original, planned, result);
            if found.as_deref() != path {
                failed += &format!("{original}=> {path:?}, not {found:?}\n{result}\n");
            }
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn what_is_not_to_change_must_stay() {
    check(&[
        Case {
            original: "a: 1\nb: {c: x, d: 'y'}\nl:\n- p\n- q: r\n",
            planned: Vec::new(),
            right: &[
                "a: 1\nb: {c: x, d: 'y'}\nl:\n- p\n- q: r\n",
                "# more\na:   1\nb: {c: x,\n d: 'y'}\nl:\n  - p\n  - q: r\n",
            ],
            wrong: &[
                ("a: 2\nb: {c: x, d: 'y'}\nl:\n- p\n- q: r\n", "a"),
                ("a: '1'\nb: {c: x, d: 'y'}\nl:\n- p\n- q: r\n", "a"),
                ("a: 01\nb: {c: x, d: 'y'}\nl:\n- p\n- q: r\n", "a"),
                ("a:\nb: {c: x, d: 'y'}\nl:\n- p\n- q: r\n", "a"),
                ("a: {}\nb: {c: x, d: 'y'}\nl:\n- p\n- q: r\n", "a"),
                ("a: 1\nb: {c: z, d: 'y'}\nl:\n- p\n- q: r\n", "b.c"),
                ("a: 1\nb: {c: x, d: \"y\"}\nl:\n- p\n- q: r\n", "b.d"),
                ("a: 1\nb: {c: x, d: y}\nl:\n- p\n- q: r\n", "b.d"),
                ("a: 1\nb: {c: x}\nl:\n- p\n- q: r\n", "b.d"),
                ("a: 1\nb: {d: 'y'}\nl:\n- p\n- q: r\n", "b.c"),
                ("a: 1\nb: {d: 'y', c: x}\nl:\n- p\n- q: r\n", "b.c"),
                ("a: 1\nb: {c: x, d: 'y', e: z}\nl:\n- p\n- q: r\n", "b.e"),
                ("a: 1\nb: {c: x, D: 'y'}\nl:\n- p\n- q: r\n", "b.d"),
                ("a: 1\nb: {c: x, 'd': 'y'}\nl:\n- p\n- q: r\n", "b.d"),
                ("a: 1\nb: {c: x, c: x, d: 'y'}\nl:\n- p\n- q: r\n", "b.d"),
                ("a: 1\nb: {c: x, d: 'y', d: 'y'}\nl:\n- p\n- q: r\n", "b.d"),
                ("a: 1\nb:\n  c: x\n  d: 'y'\nl:\n- p\n- q: r\n", "b"),
                ("b: {c: x, d: 'y'}\nl:\n- p\n- q: r\n", "a"),
                ("a: 1\nb: {c: x, d: 'y'}\n", "l"),
                ("a: 1\nb: {c: x, d: 'y'}\nl:\n- q: r\n- p\n", "l.0"),
                ("a: 1\nb: {c: x, d: 'y'}\nl:\n- p\n- q: s\n", "l.1.q"),
                ("a: 1\nb: {c: x, d: 'y'}\nl:\n- p\n", "l.1"),
                ("a: 1\nb: {c: x, d: 'y'}\nl:\n- q: r\n", "l.0"),
                ("a: 1\nb: {c: x, d: 'y'}\nl:\n- p\n- q: r\n- s\n", "l"),
                ("a: 1\nb: {c: x, d: 'y'}\nl:\n- p\n- p\n- q: r\n", "l.1"),
                ("a: 1\nb: {c: x, d: 'y'}\nl: [p, {q: r}]\n", "l"),
                ("a: 1\nb: {c: x, d: 'y'}\nl:\n  p: q\n", "l"),
                ("- a\n", "the document"),
                ("x\n", "the document"),
            ],
        },
        // The same text says something else where it stands in another column.
        Case {
            original: "x:\n k: |1\n   b\n",
            planned: Vec::new(),
            right: &["x:\n k: |1\n   b"],
            wrong: &[
                ("x:\n  k: |1\n   b\n", "x.k"),
                ("x:\n k: |1\n    b\n", "x.k"),
                ("x:\n k: |1-\n   b\n", "x.k"),
                ("x:\n k: >1\n   b\n", "x.k"),
                ("x:\n k: \" b\\n\"\n", "x.k"),
            ],
        },
        Case {
            original: "x:\n- |1\n  b\n",
            planned: Vec::new(),
            right: &[],
            wrong: &[("x:\n - |1\n  b\n", "x.0")],
        },
        Case {
            original: "a: >\n  b\n  c\n",
            planned: Vec::new(),
            right: &["a: >\n    b\n    c\n", "a: >\n  b c\n"],
            wrong: &[("a: |\n  b\n  c\n", "a"), ("a: >\n  b\n   c\n", "a"), ("a: b c\n", "a")],
        },
    ]);
}

#[test]
fn tags_anchors_and_aliases_must_stay() {
    check(&[
        Case {
            original: "a: !!str 1\nl: !x [1]\nm: !!map {n: 1}\n",
            planned: Vec::new(),
            right: &["a: !!str 1\nl: !x [1]\nm: !!map {n: 1}\n"],
            wrong: &[
                ("a: 1\nl: !x [1]\nm: !!map {n: 1}\n", "a"),
                ("a: !!int 1\nl: !x [1]\nm: !!map {n: 1}\n", "a"),
                ("a: !x 1\nl: !x [1]\nm: !!map {n: 1}\n", "a"),
                ("a: !!str 1\nl: [1]\nm: !!map {n: 1}\n", "l"),
                ("a: !!str 1\nl: !y [1]\nm: !!map {n: 1}\n", "l"),
                ("a: !!str 1\nl: !x [!!str 1]\nm: !!map {n: 1}\n", "l.0"),
                ("a: !!str 1\nl: !x [1]\nm: {n: 1}\n", "m"),
                ("a: !!str 1\nl: !x [1]\nm: !!map {!!str n: 1}\n", "m.n"),
            ],
        },
        Case {
            original: "a: &x 1\nb: &y 1\nc: *x\nd: &z [1]\ne: *z\n",
            planned: Vec::new(),
            right: &["a: &x 1\nb: &y 1\nc: *x\nd: &z [1]\ne: *z\n"],
            wrong: &[
                ("a: &x 1\nb: 1\nc: *x\nd: &z [1]\ne: *z\n", "b"),
                ("a: &x 1\nb: &w 1\nc: *x\nd: &z [1]\ne: *z\n", "b"),
                ("a: &x 1\nb: &y 1\nc: 1\nd: &z [1]\ne: *z\n", "c"),
                ("a: &x 1\nb: &y 1\nc: *y\nd: &z [1]\ne: *z\n", "c"),
                ("a: &x 1\nb: &y 1\nc: *x\nd: &z [2]\ne: *z\n", "d.0"),
                ("a: &x 1\nb: &y 1\nc: *x\nd: &z [1]\ne: *x\n", "e"),
                ("a: &x 1\nb: &y 1\nc: &x 1\nd: &z [1]\ne: *z\n", "c"),
            ],
        },
        // A name that is defined anew in between.
        Case {
            original: "- &x 1\n- [*x, &x 1]\n- *x\n",
            planned: Vec::new(),
            right: &["- &x 1\n- [*x, &x 1]\n- *x\n"],
            wrong: &[
                ("- &x 1\n- [*x, *x]\n- *x\n", "1.1"),
                ("- &x 1\n- [&x 1, *x]\n- *x\n", "1.0"),
            ],
        },
        // The alias is written as it was, and says what another anchor holds.
        Case {
            original: "a: &x 1\nb: &x 2\nc: *x\n",
            planned: vec![Without("", &["b"])],
            right: &[],
            wrong: &[("a: &x 1\nc: *x\n", "c")],
        },
    ]);
}

#[test]
fn what_is_added_must_be_there_once() {
    let value = || json!({"x": 1, "k": ["p", {"q": null}], "z": true});
    let value_is_wrong: &[(&str, &str)] = &[
        ("a: 1\n", "new"),
        ("new: {x: 1, k: [p, {q: null}], z: true}\n", "a"),
        ("a: 2\nnew: {x: 1, k: [p, {q: null}], z: true}\n", "a"),
        ("a: 1\nb: 1\nnew: {x: 1, k: [p, {q: null}], z: true}\n", "b"),
        (
            "a: 1\nnew: {x: 1, k: [p, {q: null}], z: true}\nnew: {x: 1, k: [p, {q: null}], z: true}\n",
            "new",
        ),
        ("a: 1\nm: {x: 1, k: [p, {q: null}], z: true}\n", "m"),
        ("a: 1\nnew: {x: 1, k: [p, {q: null}]}\n", "new"),
        ("a: 1\nnew: {x: 1, k: [p, {q: null}], z: true, w: 1}\n", "new"),
        ("a: 1\nnew: {x: 1, x: 1, k: [p, {q: null}]}\n", "new"),
        ("a: 1\nnew: {x: 2, k: [p, {q: null}], z: true}\n", "new"),
        ("a: 1\nnew: {x: 1.0, k: [p, {q: null}], z: true}\n", "new"),
        ("a: 1\nnew: {x: \"1\", k: [p, {q: null}], z: true}\n", "new"),
        ("a: 1\nnew: {x: 1, k: [{q: null}, p], z: true}\n", "new"),
        ("a: 1\nnew: {x: 1, k: [p], z: true}\n", "new"),
        ("a: 1\nnew: {x: 1, k: [p, {q: null}, r], z: true}\n", "new"),
        ("a: 1\nnew: {x: 1, k: [p, {q: \"\"}], z: true}\n", "new"),
        ("a: 1\nnew: {x: 1, k: [p, {q: null}], z: \"true\"}\n", "new"),
        ("a: 1\nnew: {x: 1, k: [p, {q: null}], z: false}\n", "new"),
        ("a: 1\nnew: {x: 1, k: {p: {q: null}}, z: true}\n", "new"),
        ("a: 1\nnew: [1]\n", "new"),
        ("a: 1\nnew:\n", "new"),
    ];
    check(&[
        Case {
            original: "a: 1\n",
            planned: vec![Add("", "new", value())],
            right: &[
                "a: 1\nnew: {x: 1, k: [p, {q: null}], z: true}\n",
                "new:\n  z: true\n  k:\n  - \"p\"\n  - q:\n  x: 1\na: 1\n",
            ],
            wrong: value_is_wrong,
        },
        Case {
            original: "a: 1\n",
            planned: vec![Add("", "m", json!("s")), Add("", "new", json!(1.5))],
            right: &["m: s\na: 1\nnew: 1.5\n"],
            wrong: &[
                ("a: 1\nnew: 1.5\n", "m"),
                ("a: 1\nm: s\n", "new"),
                ("a: 1\nm: s\nm: s\n", "m"),
                ("a: 1\nm: s\nnew: 1.25\n", "new"),
                ("a: 1\nm: t\nnew: 1.5\n", "m"),
            ],
        },
        Case {
            original: "a:\n  b:\nc: []\n",
            planned: vec![Add("a.b", "new", json!(1))],
            right: &["a:\n  b:\n    new: 1\nc: []\n", "a:\n  b: {new: 1}\nc: []\n"],
            wrong: &[
                ("a:\n  b:\nc: []\n", "a.b"),
                ("a:\n  b: {}\nc: []\n", "a.b.new"),
                ("a:\n  b: [1]\nc: []\n", "a.b"),
                ("a:\n  b:\n  new: 1\nc: []\n", "a.b"),
                ("a:\n  b:\n    new: 1\nc: [{new: 1}]\n", "c"),
            ],
        },
        // A scalar holds no entries.
        Case {
            original: "a: 1\n",
            planned: vec![Add("a", "new", json!(1))],
            right: &[],
            wrong: &[("a: {new: 1}\n", "a")],
        },
        Case {
            original: "l: [b, c]\n",
            planned: vec![First("l", json!({"new": "a"}))],
            right: &["l: [{new: a}, b, c]\n"],
            wrong: &[
                ("l: [b, c]\n", "l.0"),
                ("l: [b, {new: a}, c]\n", "l.0"),
                ("l: [{new: a}]\n", "l.0"),
                ("l: [{new: a}, c]\n", "l.0"),
                ("l: [{new: a}, c, b]\n", "l.0"),
                ("l: [{new: a}, b, d]\n", "l.1"),
                ("l: [{new: a}, b, c, d]\n", "l"),
                ("l: [{new: a}, {new: a}, b, c]\n", "l.0"),
                ("l: {new: a}\n", "l"),
            ],
        },
        Case {
            original: "l:\nm: 1\n",
            planned: vec![First("l", json!("a"))],
            right: &["l:\n- a\nm: 1\n", "l: [\"a\"]\nm: 1\n"],
            wrong: &[
                ("l:\nm: 1\n", "l"),
                ("l: []\nm: 1\n", "l.0"),
                ("l: a\nm: 1\n", "l"),
                ("l: [a, a]\nm: 1\n", "l"),
            ],
        },
        Case {
            original: "l: b\n",
            planned: vec![First("l", json!("a"))],
            right: &[],
            wrong: &[("l: [a, b]\n", "l"), ("l: [a]\n", "l")],
        },
    ]);
}

#[test]
fn what_is_added_last_must_come_last() {
    check(&[Case {
        original: "l:\n- a\n",
        planned: vec![Last("l", &["p", "q"])],
        right: &["l:\n- a\n- p\n- q\n", "l:\n- a\n- 'p'\n- \"q\"\n"],
        wrong: &[
            ("l:\n- a\n", "l.the last item"),
            ("l:\n- p\n", "l.the last item"),
            ("l:\n- p\n- q\n", "l.0"),
            ("l:\n- a\n- p\n", "l.the last item"),
            ("l:\n- a\n- q\n- p\n", "l.the last item"),
            ("l:\n- a\n- p\n- z\n", "l.the last item"),
            ("l:\n- a\n- p\n- p\n- q\n", "l"),
            ("l:\n- b\n- p\n- q\n", "l.0"),
            ("l:\n- p\n- q\n- a\n", "l.the last item"),
            ("l: {a: 1}\n", "l.the last item"),
        ],
    }]);
}

#[test]
fn what_goes_must_go_alone() {
    check(&[
        Case {
            original: "a: 1\nb: 2\nc: 3\n",
            planned: vec![Without("", &["a", "c"])],
            right: &["b: 2\n"],
            wrong: &[
                ("a: 1\nb: 2\nc: 3\n", "b"),
                ("b: 2\nc: 3\n", "c"),
                ("a: 1\n", "b"),
                ("b: 3\n", "b"),
                ("{}\n", "b"),
                ("d: 2\n", "b"),
            ],
        },
        // A key that is there twice goes where it was to go.
        Case {
            original: "a: {b: 1, b: 2}\n",
            planned: vec![Without("a", &["b"])],
            right: &["a: {}\n"],
            wrong: &[("a: {b: 1}\n", "a.b"), ("a:\n", "a")],
        },
        Case {
            original: "l: [a, b, c]\n",
            planned: vec![WithoutItem("l", 1)],
            right: &["l: [a, c]\n"],
            wrong: &[
                ("l: [a, b, c]\n", "l.2"),
                ("l: [a, b]\n", "l.2"),
                ("l: [b, c]\n", "l.0"),
                ("l: [c, a]\n", "l.0"),
                ("l: [a]\n", "l.2"),
                ("l: [a, c, d]\n", "l"),
                ("l:\n", "l"),
            ],
        },
        Case {
            original: "l: [a]\nm: 1\n",
            planned: vec![Is("l", json!([]))],
            right: &["l: []\nm: 1\n"],
            wrong: &[
                ("l: [a]\nm: 1\n", "l"),
                ("l: {}\nm: 1\n", "l"),
                ("l:\nm: 1\n", "l"),
                ("m: 1\n", "l"),
                ("l: []\nm: 2\n", "m"),
            ],
        },
        Case {
            original: "a: {b: 1}\n",
            planned: vec![Is("a", json!({}))],
            right: &["a: {}\n"],
            wrong: &[("a: {b: 1}\n", "a"), ("a: []\n", "a"), ("a: null\n", "a")],
        },
        Case {
            original: "a: {b: 1}\n",
            planned: vec![Is("a", Value::Null)],
            right: &["a:\n", "a: ~\n"],
            wrong: &[("a: {b: 1}\n", "a"), ("a: {}\n", "a"), ("a: ''\n", "a")],
        },
    ]);
}

#[test]
fn what_is_replaced_or_moved_must_be_as_planned() {
    check(&[
        Case {
            original: "a: yes\nb: 1\n",
            planned: vec![Is("a", json!("yes"))],
            right: &["a: 'yes'\nb: 1\n", "a: \"yes\"\nb: 1\n"],
            wrong: &[
                ("a: yes\nb: 1\n", "a"),
                ("a: 'no'\nb: 1\n", "a"),
                ("a: 'yes'\nb: '1'\n", "b"),
                ("b: 1\n", "a"),
            ],
        },
        Case {
            original: "a: 0x1F\n",
            planned: vec![Is("a", json!(31))],
            right: &["a: 31\n"],
            wrong: &[("a: 30\n", "a"), ("a: 31.0\n", "a"), ("a: '31'\n", "a")],
        },
        Case {
            original: "l:\n- a\n- b: 1\n- c\n",
            planned: vec![MovedFirst("l", 1)],
            right: &["l:\n- b: 1\n- a\n- c\n"],
            wrong: &[
                ("l:\n- a\n- b: 1\n- c\n", "l.1"),
                ("l:\n- b: 2\n- a\n- c\n", "l.1.b"),
                ("l:\n- b: 1\n- c\n- a\n", "l.0"),
                ("l:\n- b: 1\n- a\n- b: 1\n- c\n", "l.2"),
                ("l:\n- b: 1\n- a\n", "l.2"),
                ("l:\n- b: 1\n- a\n- c\n- d\n", "l"),
                ("l: 1\n", "l.1"),
            ],
        },
    ]);
}

#[test]
fn several_changes_hold_together() {
    check(&[
        Case {
            original: "a: {b: 1, c: 2}\nl: [1]\n",
            planned: vec![Without("a", &["b"]), Add("a", "n", json!(3)), First("l", json!(0))],
            right: &["a: {c: 2, n: 3}\nl: [0, 1]\n"],
            wrong: &[
                ("a: {c: 2, n: 3}\nl: [1]\n", "l.0"),
                ("a: {c: 2}\nl: [0, 1]\n", "a.n"),
                ("a: {b: 1, c: 2, n: 3}\nl: [0, 1]\n", "a.c"),
                ("a: {n: 3}\nl: [0, 1]\n", "a.c"),
            ],
        },
        // Changes of one node that cannot both be, and one in a part that goes away.
        Case {
            original: "l: [a]\n",
            planned: vec![First("l", json!("b")), WithoutItem("l", 0)],
            right: &[],
            wrong: &[("l: [b]\n", "l"), ("l: [b, a]\n", "l"), ("l: []\n", "l")],
        },
        Case {
            original: "a: {b: [c]}\nd: 1\n",
            planned: vec![Without("", &["a"]), First("a.b", json!("n"))],
            right: &[],
            wrong: &[("d: 1\n", "the document")],
        },
    ]);
}

#[test]
fn what_was_proven_once_is_proven_for_the_same_text_alone() {
    let long = format!(" {}", "x".repeat(LEAST_PROVEN));
    let value = Arc::new(json!({ "k": format!("{long}\n") }));
    let plan = |old: &Tree, value: &Arc<Value>| {
        let addition = Addition { key: "n", value: Arc::clone(value) };
        vec![(old.root(), Change::Entries(vec![addition]))]
    };
    let right = [
        format!("a: 1\nn:\n  k: |2\n     {long}\n").replace("     ", "    "),
        format!("a: 1\nn: {{k: \"{long}\\n\"}}\n"),
        format!("a: 1\nn: {{\"k\": \"{long}\\n\"}}\n"),
    ];
    let wrong = [
        // The text that was proven, in a column that takes a blank more or less.
        format!("a: 1\nn:\n   k: |2\n    {long}\n"),
        format!("a: 1\nn:\n k: |2\n    {long}\n"),
        format!("a: 1\nn: {{k: \"{long}\"}}\n"),
        format!("a: 1\nn: {{k: \"{long}y\\n\"}}\n"),
    ];
    let mut proven = VerifyCache::default();
    let old = tree("a: 1\n");
    for _ in 0..2 {
        for text in &right {
            let found = compare(&old, old.root(), &tree(text), &plan(&old, &value), &mut proven);
            assert_eq!(found.map(drop), Ok(()), "{text}");
        }
        for text in &wrong {
            let found = compare(&old, old.root(), &tree(text), &plan(&old, &value), &mut proven);
            assert_eq!(found, Err(vec!["n".to_owned()]), "{text}");
        }
    }
    // Another value, and the same text behind an anchor.
    let other = Arc::new(json!({ "k": long }));
    let found = compare(&old, old.root(), &tree(&right[0]), &plan(&old, &other), &mut proven);
    assert_eq!(found, Err(vec!["n".to_owned()]));
    let anchored = format!("a: &x 1\nn: {{k: *x, l: \"{long}\"}}\n");
    let old = tree("a: &x 1\n");
    let found = compare(&old, old.root(), &tree(&anchored), &plan(&old, &value), &mut proven);
    assert_eq!(found, Err(vec!["n".to_owned()]));
}

/// Texts that give way to others, each the first of its kind in the original.
type Replaced = &'static [(&'static str, &'static str)];

fn plan(old: &Tree, planned: &[Planned], replaced: Replaced) -> Plan {
    let mut plan = Plan::default();
    for (text, new) in replaced {
        let start = old.text().find(text).unwrap_or_else(|| panic!("no {text:?}"));
        match text.len() {
            0 => plan.edits.insert(old.text().len(), 0, *new),
            length => plan.edits.replace(Span::new(start, start + length), *new),
        }
    }
    plan.edits.sort();
    plan.changes = planned.iter().map(|planned| change(old, planned)).collect();
    plan
}

fn applied(text: &str, edits: &Edits) -> String {
    let mut out = String::new();
    edits.apply(text, Span::new(0, text.len()), &mut out);
    out
}

#[test]
fn edits_take_nothing_but_what_goes() {
    let no_plan: &[Planned] = &[];
    let cases: Vec<(&str, Vec<Planned>, Replaced, Option<&str>)> = vec![
        // What says the same is still not what was there.
        ("a: 'b'\n", no_plan.to_vec(), &[("'b'", "\"b\"")], Some("a")),
        ("a: 'b'\n", no_plan.to_vec(), &[("'b'", "'b'")], None),
        ("a: 1\n# c\nb: 2\n", no_plan.to_vec(), &[("# c\n", "")], Some("a")),
        ("a: 1 # c\nb: 2\n", no_plan.to_vec(), &[(" # c", "")], Some("a")),
        ("# c\na: 1\n", no_plan.to_vec(), &[("# c", "# d")], Some("the document")),
        ("a: [1, 2] # c\n", no_plan.to_vec(), &[("# c\n", "")], Some("a.1")),
        // Entries go with what stands behind them, and with nothing else.
        ("a: 1\nb: 2\n", vec![Without("", &["b"])], &[("b: 2\n", "")], None),
        ("a: 1\nb: 2 # c\n", vec![Without("", &["b"])], &[("b: 2 # c\n", "")], None),
        ("a: 1\nb: 2   # c\n", vec![Without("", &["b"])], &[("b: 2   # c\n", "")], None),
        ("a: 1\nb: 2 # c\n# d\n", vec![Without("", &["b"])], &[("b: 2 # c\n# d\n", "")], Some("b")),
        ("a: 1\nb: 2 # c", vec![Without("", &["b"])], &[("\nb: 2 # c", "")], None),
        ("a: 1\n# c\nb: 2\n", vec![Without("", &["b"])], &[("# c\nb: 2\n", "")], Some("a")),
        ("a: 1 # c\nb: 2\n", vec![Without("", &["b"])], &[(" # c\nb: 2", "")], Some("a")),
        ("b: 2\n# c\na: 1\n", vec![Without("", &["b"])], &[("b: 2\n# c\n", "")], Some("b")),
        ("b: 2\na: 1\n", vec![Without("", &["b"])], &[("b: 2\na: 1\n", "a: 1\n")], None),
        (
            "b: 2\na: '1'\n",
            vec![Without("", &["b"])],
            &[("b: 2\na: '1'\n", "a: \"1\"\n")],
            Some("a"),
        ),
        ("? b\n: 2\na: 1\n", vec![Without("", &["b"])], &[("? b\n: 2\n", "")], None),
        ("&x b: &y 2\na: 1\n", vec![Without("", &["b"])], &[("&x b: &y 2\n", "")], None),
        ("a: 1\nb:\n", vec![Without("", &["b"])], &[("b:\n", "")], None),
        ("{a: 1, b: 2}\n", vec![Without("", &["b"])], &[(", b: 2", "")], None),
        ("{a: 1,\n # c\n b: 2}\n", vec![Without("", &["b"])], &[(",\n # c\n b: 2", "")], Some("a")),
        ("x: {a: 1, b: 2 # c\n}\n", vec![Without("x", &["b"])], &[(", b: 2 # c", "")], Some("x.b")),
        ("l:\n- a\n- b # c\n", vec![WithoutItem("l", 1)], &[("- b # c\n", "")], None),
        ("l:\n- a\n# c\n- b\n", vec![WithoutItem("l", 1)], &[("# c\n- b\n", "")], Some("l.0")),
        ("l: [a, b]\n", vec![WithoutItem("l", 1)], &[(", b", "")], None),
        ("l: [a, # c\n b]\n", vec![WithoutItem("l", 0)], &[("a, # c\n ", "")], Some("l.0")),
        ("l: [&x a, b]\n", vec![WithoutItem("l", 0)], &[("&x a, ", "")], None),
        // What becomes empty keeps the comments between its parts.
        ("l:\n- a\n", vec![Is("l", Value::Null)], &[("- a\n", "")], None),
        ("l:\n# c\n- a\n", vec![Is("l", Value::Null)], &[("# c\n- a\n", "")], Some("l")),
        ("l: # c\n- a\n", vec![Is("l", json!([]))], &[(" # c\n- a", " []")], Some("l")),
        ("l: [a]\n", vec![Is("l", json!([]))], &[("[a]", "[]")], None),
        ("l: [a # c\n]\n", vec![Is("l", json!([]))], &[("[a # c\n]", "[]")], Some("l.0")),
        ("a: {b: 1}\n", vec![Is("a", Value::Null)], &[(" {b: 1}", "")], None),
        // What is opened was empty, and what is added to loses nothing.
        ("a: null\n", vec![Add("a", "b", json!(1))], &[(" null", "\n  b: 1")], None),
        ("a: [] # c\n", vec![First("a", json!(1))], &[("[]", "[1]")], None),
        ("a: [] # c\n", vec![First("a", json!(1))], &[("[] # c", "[1]")], Some("a")),
        ("a: &x\n", vec![Add("a", "b", json!(1))], &[("a: &x", "a: {b: 1}")], Some("a")),
        ("a: {b: 1}\n", vec![Add("a", "c", json!(2))], &[("b: 1", "b: 1, c: 2")], None),
        ("a: {b: 01}\n", vec![Add("a", "c", json!(2))], &[("b: 01", "b: 1, c: 2")], Some("a.b")),
        (
            "a:\n  b: 1\n  # c\n  d: 2\n",
            vec![Add("a", "e", json!(3))],
            &[("# c\n  d: 2\n", "d: 2\n  e: 3\n")],
            Some("a.b"),
        ),
        ("a: [b]\n", vec![First("a", json!("x"))], &[("b", "x, b")], None),
        ("a:\n- b\n", vec![First("a", json!("x"))], &[("\n", "\n- x\n")], None),
        ("a: [b]\n", vec![First("a", json!("x"))], &[("b", "x, 'b'")], Some("a.0")),
        ("a: yes # c\n", vec![Is("a", json!("yes"))], &[("yes", "'yes'")], None),
        // What is put in is what was planned, without a comment or anything else that says nothing.
        ("a: 1\n", no_plan.to_vec(), &[("", "# c\n")], Some("a")),
        ("a: 1\n", no_plan.to_vec(), &[("1", "1 # c")], Some("a")),
        ("a: 1\n", vec![Add("", "b", json!(2))], &[("", "# c\nb: 2\n")], Some("a")),
        ("a: 1\n", vec![Add("", "b", json!(2))], &[("", "b: 2 # c\n")], Some("b")),
        ("a: 1\n", vec![Add("", "b", json!([2]))], &[("", "b: # c\n- 2\n")], Some("b")),
        ("a: 1\n", vec![Add("", "b", json!([2]))], &[("", "b:\n# c\n- 2\n")], Some("b")),
        ("a: 1\n", vec![Add("", "b", json!([2]))], &[("", "b:\n- 2\n# c\n")], Some("b.0")),
        ("a: 1\n", vec![Add("", "b", json!([2]))], &[("", "b: [2, # c\n]\n")], Some("b")),
        ("a:\n", vec![First("a", json!(1))], &[("a:", "a: [1]")], None),
        ("a:\n", vec![Add("a", "b", json!(1))], &[("a:", "a: {b: 1}")], None),
        ("a:\n", vec![First("a", json!(1))], &[("a:", "a: [1 # c\n]")], Some("a.0")),
        ("a: [1]\n", vec![First("a", json!(0))], &[("1", "0, # c\n1")], Some("a.0")),
        ("a: yes # c\n", vec![Is("a", json!("yes"))], &[("yes # c", "'yes'")], Some("a")),
        // What moves comes back word for word.
        (
            "l:\n- a\n- b # c\n",
            vec![MovedFirst("l", 1)],
            &[("- b # c\n", ""), ("- a\n", "- b # c\n- a\n")],
            Some("l.1"),
        ),
    ];
    for (original, planned, replaced, path) in cases {
        let old = tree(original);
        let plan = plan(&old, &planned, replaced);
        let result = applied(old.text(), &plan.edits);
        let verified =
            verify(&old, Part::whole(&old), &tree(&result), &plan, &mut VerifyCache::default());
        let found = verified.err().map(|mismatch| mismatch.path);
        assert_eq!(found.as_deref(), path, "{original}\n{result}");
    }
}

#[test]
fn what_moves_comes_back_word_for_word() {
    let old = tree("l:\n- a\n- b # c\n");
    let moved = |text: &str| {
        let mut plan = Plan::default();
        plan.edits.insert(3, 0, text);
        plan.edits.delete(Span::new(7, 15));
        plan.edits.sort();
        plan.changes.push(change(&old, &MovedFirst("l", 1)));
        let result = applied(old.text(), &plan.edits);
        verify(&old, Part::whole(&old), &tree(&result), &plan, &mut VerifyCache::default())
    };
    assert_eq!(moved("- b # c\n"), Ok(()));
    assert_eq!(moved("- b # c\n# d\n"), Err(Mismatch { path: "l.1".into() }));
    assert_eq!(moved("- b\n"), Err(Mismatch { path: "l.1".into() }));
    assert_eq!(moved("- b # d\n"), Err(Mismatch { path: "l.1".into() }));
}

#[test]
fn bytes_that_no_edit_touches_stay() {
    let original = "# head\na: 1  \r\n\r\nb:\n  # c\n  - x\n";
    let right = "# head\na: 1  \r\n\r\nb:\n  # c\n  - x\nn: 1\n";
    let results = [
        (right, None),
        ("# Head\na: 1  \r\n\r\nb:\n  # c\n  - x\nn: 1\n", Some("the document")),
        ("a: 1  \r\n\r\nb:\n  # c\n  - x\nn: 1\n", Some("the document")),
        ("# head\na: 1 \r\n\r\nb:\n  # c\n  - x\nn: 1\n", Some("the document")),
        ("# head\na: 1  \n\r\nb:\n  # c\n  - x\nn: 1\n", Some("the document")),
        ("# head\na: 1  \r\n\r\nb:\n  - x\nn: 1\n", Some("the document")),
        ("# head\na: 1  \r\n\r\nb:\n  # c\n  - x\nn: 1", Some("the document")),
        ("# head\na: 1  \r\n\r\nb:\n  # c\n  - x\nn: 1\n\n", Some("b.0")),
        ("# head\na: 1  \r\n\r\nb:\n  # c\n  - x\nn:  1\n", Some("the document")),
        ("# head\na: 1  \r\n\r\nb:\n  # c\n  - x\nn: 1\n# tail\n", Some("b.0")),
        (original, Some("the document")),
    ];
    let old = tree(original);
    let plan = plan(&old, &[Add("", "n", json!(1))], &[("", "n: 1\n")]);
    assert_eq!(applied(original, &plan.edits), right);
    for (result, path) in results {
        let verified =
            verify(&old, Part::whole(&old), &tree(result), &plan, &mut VerifyCache::default());
        let found = verified.err().map(|mismatch| mismatch.path);
        assert_eq!(found.as_deref(), path, "{result:?}");
    }
}

#[test]
fn an_object_of_a_list_is_verified_by_itself() {
    let text = "{\"kind\": \"List\", \"items\": [{\"a\": 1}, {\"b\": {\"c\": [2]}}, {\"d\": 3}]}";
    let documents = crate::yaml::stream::split(text).0;
    let old = &crate::yaml::stream::parse(text, documents[0]).unwrap()[0];
    let part = Part::object(old, at(old, "items.1"));
    assert_eq!(&text[part.span.range()], "{\"b\": {\"c\": [2]}}");
    let mut plan = Plan::default();
    let start = text.find("[2]").unwrap() + 1;
    plan.edits.insert(start, 0, "1, ");
    plan.changes.push(change(old, &First("items.1.b.c", json!(1))));
    let path = |result: &str| {
        let new = crate::yaml::parse(result, Span::new(0, result.len())).unwrap().unwrap();
        verify(old, part, &new, &plan, &mut VerifyCache::default())
            .err()
            .map(|mismatch| mismatch.path)
    };
    assert_eq!(path("{\"b\": {\"c\": [1, 2]}}"), None);
    assert_eq!(path("{\"b\": {\"c\": [1, 3]}}").as_deref(), Some("items.1.b.c.0"));
    assert_eq!(path("{\"b\": {\"c\": [2]}}").as_deref(), Some("items.1"));
    assert_eq!(path("{\"e\": {\"c\": [1, 2]}}").as_deref(), Some("items.1"));
    // A change elsewhere does not belong to this part.
    plan.changes.push(change(old, &Is("items.2.d", json!(3))));
    let result = "{\"b\": {\"c\": [1, 2]}}";
    let new = tree(result);
    let verified = verify(old, part, &new, &plan, &mut VerifyCache::default());
    assert_eq!(verified, Err(Mismatch { path: "items.1".into() }));
    // In YAML it is the document.
    let old = tree("kind: List\nitems:\n- a: 1\n");
    assert_eq!(Part::object(&old, at(&old, "items.0")), Part::whole(&old));
}
