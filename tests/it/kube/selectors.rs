//! Label selectors: as kubectl reads them, and as objects write them.

use std::borrow::Cow;

use wgsidecar::kube::Selector;

use super::parse;

const LABELS: &[(&str, &str)] = &[("app", "web"), ("tier", "3"), ("empty", "")];

fn selects(selector: &Selector) -> bool {
    selector.matches(|key| {
        LABELS.iter().find(|(known, _)| *known == key).map(|&(_, value)| Cow::Borrowed(value))
    })
}

/// What kustomize, which reads selectors with kubectl's own code, says of these labels.
#[test]
fn agrees_with_kubectl() {
    let selected = [
        "",
        "  ",
        "app=web",
        "app==web",
        "app!=other",
        "other!=x",
        "app in (web, db)",
        "app notin (db)",
        "other notin (db)",
        "app",
        "!other",
        "empty=",
        "empty",
        "empty in ()",
        "empty in (,a)",
        "empty in (a,)",
        "app in (a,,web)",
        "app in (,,,web)",
        "tier>2",
        "tier<4",
        "app=web,tier=3",
        "app in (web,)",
        "app = web , tier in ( 3 )",
        "app in (web),!other,tier",
        "app notin(db)",
        "app in(web)",
        "tier > 2,app",
    ];
    let passed_over = [
        "app!=web",
        "app in (db)",
        "!app",
        "app in ()",
        "app=",
        "tier>3",
        "app=in",
        "in=in",
        "in in (in)",
        "example.com/app=web",
        "! app",
        "app>2",
        "other>1",
        "app=web,tier=4",
    ];
    for text in selected {
        assert!(selects(&Selector::parse(text).unwrap()), "{text}");
    }
    for text in passed_over {
        assert!(!selects(&Selector::parse(text).unwrap()), "{text}");
    }
}

#[test]
fn names_the_place_where_a_text_stops_being_a_selector() {
    let long = "a".repeat(64);
    for (text, reason) in [
        ("app=web,", "a label's key expected at its end"),
        (",app", "a label's key expected at `,app`"),
        (",", "a label's key expected at `,`"),
        ("app=web tier=3", "`,` expected at `tier=3`"),
        ("app in web", "`(` expected at `web`"),
        ("app in (web", "`,` or `)` expected at its end"),
        ("app in (web db)", "`,` or `)` expected at `db)`"),
        ("app in (=)", "a label's value expected at `=)`"),
        ("(app)", "a label's key expected at `(app)`"),
        ("!app=web", "`,` expected at `=web`"),
        ("!!app", "a label's key expected at `!app`"),
        ("app=!web", "a label's value expected at `!web`"),
        ("app=(web)", "a label's value expected at `(web)`"),
        ("app=w e", "`,` expected at `e`"),
        ("app notin", "`(` expected at its end"),
        ("app===web", "a label's value expected at `=web`"),
        ("app is web", "`=`, `!=`, `in`, `notin` or `,` expected at `is web`"),
        ("tier>=3", "a number expected at `=3`"),
        ("tier>", "a number expected at its end"),
        ("tier>x", "`x` is not a number"),
        ("app=-web", "`-web` is not a label's value"),
        ("app=wéb", "`wéb` is not a label's value"),
        ("-app=web", "`-app` is not a label's key"),
        ("a/b/c=d", "`a/b/c` is not a label's key"),
        ("Example.com/app", "`Example.com/app` is not a label's key"),
        ("/app", "`/app` is not a label's key"),
        ("app/", "`app/` is not a label's key"),
        (&format!("app={long}"), &format!("`{long}` is not a label's value")),
    ] {
        let expected = format!("`{text}` is not a label selector: {reason}");
        assert_eq!(Selector::parse(text).unwrap_err(), expected);
    }
}

#[test]
fn reads_what_objects_write() {
    for (text, expected) in [
        ("{}", true),
        ("", true),
        ("{matchLabels: {app: web}}", true),
        ("{matchLabels: {app: web, tier: '4'}}", false),
        ("{matchLabels: {app: db, <<: {app: web}}}", false),
        ("{matchLabels: ~, matchExpressions: ~}", true),
        ("{matchExpressions: [{key: app, operator: In, values: [web]}]}", true),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", false),
        ("{matchExpressions: [{key: other, operator: NotIn, values: [web]}]}", true),
        ("{matchExpressions: [{key: app, operator: Exists}]}", true),
        ("{matchExpressions: [{key: app, operator: DoesNotExist}]}", false),
        (
            "{matchLabels: {app: web}, matchExpressions: [{key: app, operator: In, values: [db]}]}",
            false,
        ),
    ] {
        let text = format!("selector: {text}\n");
        let tree = parse(&text);
        let node = tree.get(tree.root(), "selector").unwrap();
        assert_eq!(selects(&Selector::read(&tree, node).unwrap()), expected, "{text}");
    }
}

#[test]
fn refuses_what_no_object_may_write() {
    for (text, place, message) in [
        ("[a]", "[a]", "a label selector must be a mapping"),
        ("{matchLabels: app}", "app", "labels must be a mapping"),
        ("{matchLabels: {app: 3}}", "3", "labels and what selects them must be strings"),
        ("{matchExpressions: {}}", "{}", "`matchExpressions` must be a list"),
        (
            "{matchExpressions: [{operator: In}]}",
            "{operator: In}",
            "a match expression without `key`",
        ),
        ("{matchExpressions: [{key: a}]}", "{key: a}", "a match expression without `operator`"),
        (
            "{matchExpressions: [{key: a, operator: Is}]}",
            "Is",
            "`Is` is not one of In, NotIn, Exists, DoesNotExist",
        ),
        (
            "{matchExpressions: [{key: a, operator: In}]}",
            "{key: a, operator: In}",
            "In and NotIn need a list of `values`",
        ),
        (
            "{matchExpressions: [{key: a, operator: In, values: [1]}]}",
            "1",
            "labels and what selects them must be strings",
        ),
        ("{matchExpressions: [a]}", "a", "a match expression without `key`"),
    ] {
        let text = format!("selector: {text}\n");
        let tree = parse(&text);
        let node = tree.get(tree.root(), "selector").unwrap();
        let error = Selector::read(&tree, node).unwrap_err();
        assert_eq!((tree.raw(error.node), error.message.as_str()), (place, message), "{text}");
    }
}
