//! The stages of a run, each by itself and in its place. `cargo bench --bench stages [FILTER]`
#![allow(clippy::expect_used)]

mod input;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use wgsidecar::config::Layer;
use wgsidecar::kube::{Kinds, Targets};
use wgsidecar::lint::RULES;
use wgsidecar::run::check::check;
use wgsidecar::run::plan::{Verb, plan};
use wgsidecar::run::write;
use wgsidecar::text::{Source, Span};
use wgsidecar::wireguard::settings;
use wgsidecar::yaml::{self, stream};

criterion_group!(benches, splitting, parsing, injecting, taking_out, linting);
criterion_main!(benches);

fn splitting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("split");
    for (name, text) in [
        ("deployments", input::deployments(5_000)),
        ("definitions", input::definitions(20_000_000)),
    ] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(stream::split(&text))));
    }
}

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let bare = input::deployment(0);
    let injected = injected(&source(bare.clone()));
    for (name, text) in [("deployment", bare), ("injected", injected), ("json", input::list(100))] {
        let span = Span::new(0, text.len());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(yaml::parse(&text, span)).expect("the text is YAML"));
        });
    }
}

fn injecting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("inject");
    group.sample_size(20);
    let inputs = [
        ("one", input::deployments(1)),
        ("deployments", input::deployments(5_000)),
        ("definitions", input::definitions(20_000_000)),
        ("json", input::list(2_000)),
    ];
    for (name, text) in inputs {
        let sources = source(text);
        group.throughput(Throughput::Bytes(sources[0].text().len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| inject(&sources, Verb::Inject)));
    }
}

fn taking_out(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("uninject");
    group.sample_size(20);
    let sources = source(injected(&source(input::deployments(1_000))));
    group.throughput(Throughput::Bytes(sources[0].text().len() as u64));
    group
        .bench_function("deployments", |bencher| bencher.iter(|| inject(&sources, Verb::Uninject)));
}

/// The time grows with the objects, not with their product.
fn linting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lint");
    group.sample_size(10);
    for count in [1_000, 10_000, 100_000] {
        let sources = source(input::with_partners(count));
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::new("objects", count), &sources, |bencher, sources| {
            bencher.iter(|| lint(sources));
        });
    }
    let sources = source(input::deployments(5_000));
    group.bench_function("deployments", |bencher| bencher.iter(|| lint(&sources)));
}

fn source(text: String) -> Vec<Source> {
    vec![Source::new("all.yaml", text.into_bytes()).expect("the text is UTF-8")]
}

/// Settings under which no two workloads share a Secret.
fn layer() -> Layer {
    let mut layer = Layer::default();
    let secret = settings::find("secret").expect("the setting exists");
    layer.settings.set(secret, &["wg-{name}"]).expect("the pattern is one");
    layer
}

fn inject(sources: &[Source], verb: Verb) {
    let planned = plan(sources, verb, &layer(), &Kinds::builtin(), &Targets::default());
    assert!(planned.broken.is_empty());
    black_box(planned);
}

fn injected(sources: &[Source]) -> String {
    let planned = plan(sources, Verb::Inject, &layer(), &Kinds::builtin(), &Targets::default());
    let mut out = Vec::new();
    write::stream(sources, &planned.edits, &planned.followers, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("UTF-8 stays UTF-8")
}

fn lint(sources: &[Source]) {
    black_box(check(sources, &layer(), &Kinds::builtin(), &Targets::default(), RULES.to_vec()));
}
