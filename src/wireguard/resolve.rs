//! Layers of settings, and what they mean for one workload. Knows nothing of flags, files or annotations.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ipnet::IpNet;

use super::names;
use super::settings::{SETTINGS, Setting, default_image, find, repository};
use super::tunnel::{Mode, Ordinal, Protocol, Resources, Sidecar, Tunnel, Unhealthy};
use super::values::{self, Amounts, Parsed, quoted};

/// What was said in one place, or in several laid over each other; silent about all other settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Invariant: each key is the name of a setting whose check accepts the values.
    given: BTreeMap<&'static str, Vec<String>>,
}

impl Settings {
    /// Takes `values` for `setting`; those of a list join the ones that are there, any other replaces.
    ///
    /// Fails with the reason, which names the value and not the setting.
    pub fn set(&mut self, setting: &'static Setting, values: &[&str]) -> Result<(), String> {
        let mut all: Vec<_> = values.iter().flat_map(|value| setting.split(value)).collect();
        if all.iter().any(String::is_empty) {
            return Err("a value is missing".to_string());
        }
        if setting.is_list() {
            let earlier = self.given.get(setting.name).into_iter().flatten();
            all = earlier.cloned().chain(all).collect();
        }
        (setting.check)(&all)?;
        self.given.insert(setting.name, all);
        Ok(())
    }

    /// This layer over `lower`: what it says holds, where it is silent `lower` does.
    pub fn over(mut self, lower: &Self) -> Self {
        for (name, values) in &lower.given {
            self.given.entry(name).or_insert_with(|| values.clone());
        }
        self
    }

    /// Whether this layer says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// Whether this layer says anything about the setting called `name`.
    pub fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// What is said of the setting called `name`, as one text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.given.get(name).map(|values| values.join(","))
    }

    /// The settings that something is said of, in the order of the table, each with what is said.
    pub fn texts(&self) -> impl Iterator<Item = (&'static Setting, String)> + '_ {
        SETTINGS.iter().filter_map(|setting| Some((setting, self.text(setting.name)?)))
    }

    /// Says nothing of the setting called `name`.
    pub fn forget(&mut self, name: &str) {
        self.given.remove(name);
    }

    /// The name of the Secret with its placeholders.
    pub fn secret_pattern(&self) -> Result<String, BadSetting> {
        self.read("secret", |values| values::one(values).map(str::to_string))
    }

    /// Whether the switch called `name` is on.
    pub fn is_on(&self, name: &'static str) -> bool {
        matches!(self.read(name, values::switch), Ok(true))
    }

    /// What these settings mean for `workload`; all that is wrong comes at once.
    pub fn resolve(&self, workload: &WorkloadRef<'_>) -> Result<Resolved, Vec<BadSetting>> {
        let mut bad = Vec::new();
        let secret = keep(&mut bad, self.secret(workload));
        let ordinal = keep(&mut bad, self.ordinal(workload));
        let amounts = keep(&mut bad, self.resources());
        let (Some(secret), Some(ordinal), Some((requests, limits))) = (secret, ordinal, amounts)
        else {
            return Err(bad);
        };
        let tunnel = self.tunnel(ordinal, requests, limits).map_err(|reason| vec![reason])?;
        let recorded = self.recorded(&tunnel)?;
        Ok(Resolved { tunnel: Arc::new(tunnel), secret, recorded: Arc::new(recorded) })
    }

    /// What a mark keeps of these settings: what `tunnel`, which they mean, would not be without. The image's tag is
    /// in the container, where bots change it, and the Secret's name is each workload's own.
    fn recorded(&self, tunnel: &Tunnel) -> Result<Self, Vec<BadSetting>> {
        let mut recorded = self.clone();
        recorded.forget("secret");
        for name in self.given.keys() {
            let without = Self { given: without(&recorded.given, name) };
            if without.means(tunnel) {
                recorded = without;
            }
        }
        recorded.record_image(&tunnel.image);
        recorded.must_be_short()?;
        Ok(recorded)
    }

    /// Records where an image comes from, unless it is the default one's repository.
    pub(super) fn record_image(&mut self, image: &str) {
        self.forget("image");
        if repository(image) != repository(default_image(self.is_on("install-tools"))) {
            self.given.insert("image", vec![repository(image).to_string()]);
        }
    }

    /// Records the value of the setting called `name`, unless it is the default.
    pub(super) fn record(&mut self, name: &'static str, value: &str) {
        self.forget(name);
        if find(name).is_some_and(|setting| setting.default != value) {
            self.given.insert(name, vec![value.to_string()]);
        }
    }

    fn means(&self, tunnel: &Tunnel) -> bool {
        // Where the ordinal stands is the workload's; that there is one is a setting.
        if self.is_on("key-per-replica") != tunnel.ordinal.is_some() {
            return false;
        }
        let amounts = self.resources().ok();
        amounts
            .and_then(|(requests, limits)| self.tunnel(tunnel.ordinal, requests, limits).ok())
            .is_some_and(|other| other == *tunnel)
    }

    /// `kubectl apply` stores an object's annotations once more, and all of them together may take 256 KiB.
    fn must_be_short(&self) -> Result<(), Vec<BadSetting>> {
        const LONGEST: usize = 64 << 10;
        let lengths = self.texts().map(|(setting, text)| (text.len(), setting.name));
        let lengths: Vec<_> = lengths.collect();
        let total: usize = lengths.iter().map(|(length, _)| length).sum();
        let Some((_, setting)) = lengths.into_iter().max().filter(|_| total > LONGEST) else {
            return Ok(());
        };
        let message = format!(
            "the settings take {total} bytes in an annotation, which is over the limit of {LONGEST}: name fewer values"
        );
        Err(vec![BadSetting { setting, message }])
    }

    fn tunnel(
        &self,
        ordinal: Option<Ordinal>,
        requests: Resources,
        limits: Resources,
    ) -> Result<Tunnel, BadSetting> {
        Ok(Tunnel {
            interface: self.read("interface", names::interface)?,
            container: self.read("container-name", names::label)?,
            image: self.image()?,
            pull_policy: self.read("pull-policy", values::pull_policy)?,
            install_tools: self.read("install-tools", values::switch)?,
            local: self.local()?,
            inbound: self.read("inbound", values::inbound)?,
            dns: self.read("dns", values::dns)?,
            kill_switch: self.read("kill-switch", values::kill_switch)?,
            mtu: self.read("mtu", values::mtu)?,
            handshake_timeout: self.read("handshake-timeout", values::duration)?,
            rule_priority: self.read("rule-priority", values::rule_priority)?,
            requests,
            limits,
            ordinal,
            mode: self.mode()?,
            delivery: self.read("script", values::delivery)?,
        })
    }

    /// What only a sidecar can do is refused of a container that ends: nobody would notice that it is not done.
    fn mode(&self) -> Result<Mode, BadSetting> {
        let unhealthy = self.read("unhealthy", values::unhealthy)?;
        let metrics = self.read("metrics", values::metrics)?;
        if self.read("mode", values::is_sidecar)? {
            if let Some(port) = metrics {
                self.check_metrics(port)?;
            }
            return Ok(Mode::Sidecar(Sidecar { unhealthy, metrics }));
        }
        let message = "this only works with the mode `sidecar`";
        let refuse = |setting| Err(BadSetting { setting, message: message.to_string() });
        match (unhealthy, metrics) {
            (Unhealthy::Keep, None) => Ok(Mode::Init),
            (Unhealthy::Keep, Some(_)) => refuse("metrics"),
            _ => refuse("unhealthy"),
        }
    }

    /// Answers of the port must be able to leave by the cluster's network.
    fn check_metrics(&self, port: u16) -> Result<(), BadSetting> {
        let lets_out = self.read("inbound", values::inbound)?.lets_out(Protocol::Tcp, port);
        let message =
            format!("Prometheus could not reach port {port}: add `tcp:{port}` to `inbound`");
        lets_out.then_some(()).ok_or(BadSetting { setting: "metrics", message })
    }

    /// The given values of the setting called `name`, or its default ones, as `parse` reads them.
    fn read<T>(
        &self,
        name: &'static str,
        parse: fn(&[String]) -> Parsed<T>,
    ) -> Result<T, BadSetting> {
        let default = || find(name).map(Setting::default_values).unwrap_or_default();
        let values = self.given.get(name).cloned().unwrap_or_else(default);
        parse(&values).map_err(|message| BadSetting { setting: name, message })
    }

    fn image(&self) -> Result<String, BadSetting> {
        match self.given.get("image") {
            Some(values) => {
                names::image(values).map_err(|message| BadSetting { setting: "image", message })
            }
            None => Ok(default_image(self.read("install-tools", values::switch)?).to_string()),
        }
    }

    /// The preset's ranges and the listed ones: sorted, each once. A list always adds to the preset's: whoever adds a LAN
    /// must not lose every service.
    pub fn local(&self) -> Result<Vec<IpNet>, BadSetting> {
        let mut ranges = self.read("local", values::networks)?;
        ranges.extend(self.read("cluster", values::cluster)?);
        ranges.sort();
        ranges.dedup();
        Ok(ranges)
    }

    fn secret(&self, workload: &WorkloadRef<'_>) -> Result<Arc<str>, BadSetting> {
        let pattern = self.secret_pattern()?;
        let known = |placeholder: &str| match placeholder {
            "name" => workload.name.map(str::to_string),
            "namespace" => workload.namespace.map(str::to_string),
            _ => Some(workload.kind.to_lowercase()),
        };
        let name = expand(&pattern, |placeholder| {
            known(placeholder).ok_or_else(|| {
                format!("{} needs a {placeholder}, and this workload has none", quoted(&pattern))
            })
        });
        name.and_then(|name| names::subdomain(&name))
            .map(Into::into)
            .map_err(|message| BadSetting { setting: "secret", message })
    }

    fn ordinal(&self, workload: &WorkloadRef<'_>) -> Result<Option<Ordinal>, BadSetting> {
        if !self.read("key-per-replica", values::switch)? {
            return Ok(None);
        }
        let message = format!(
            "the pods of a {} have no ordinal: use a StatefulSet or an indexed Job",
            workload.kind
        );
        workload.ordinal.map(Some).ok_or(BadSetting { setting: "key-per-replica", message })
    }

    fn resources(&self) -> Result<(Resources, Resources), BadSetting> {
        let requests = self.amounts("requests")?;
        let limits = self.amounts("limits")?;
        let pairs =
            [("cpu", &requests.cpu, &limits.cpu), ("memory", &requests.memory, &limits.memory)];
        for (resource, request, limit) in pairs {
            if values::quantity(request) > values::quantity(limit) {
                let message = format!(
                    "a request of {} {resource} is over the limit of {}",
                    quoted(request),
                    quoted(limit)
                );
                return Err(BadSetting { setting: "requests", message });
            }
        }
        Ok((requests, limits))
    }

    /// What is given of CPU and memory; the rest by default.
    fn amounts(&self, name: &'static str) -> Result<Resources, BadSetting> {
        let given = self.read(name, values::amounts)?;
        let Amounts { cpu, memory } = Self::default().read(name, values::amounts)?;
        let cpu = given.cpu.or(cpu).unwrap_or_default();
        let memory = given.memory.or(memory).unwrap_or_default();
        Ok(Resources { cpu, memory })
    }
}

/// What settings mean for one workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    pub tunnel: Arc<Tunnel>,
    /// Name of the Secret, patterns such as `wg-{name}` already filled in.
    pub secret: Arc<str>,
    /// What of the settings, but for the Secret, the default does not say.
    pub recorded: Arc<Settings>,
}

/// A tunnel, and what a mark keeps of its settings.
type Known = (Arc<Tunnel>, Arc<Settings>);

/// The tunnels that settings have meant so far.
#[derive(Debug, Default)]
pub struct Tunnels {
    known: HashMap<Option<Ordinal>, HashMap<Settings, Known>>,
}

impl Tunnels {
    /// As [`Settings::resolve`].
    pub fn resolve(
        &mut self,
        settings: &Settings,
        workload: &WorkloadRef<'_>,
    ) -> Result<Resolved, Vec<BadSetting>> {
        let known = self.known.entry(workload.ordinal).or_default();
        if let Some((tunnel, recorded)) = known.get(settings).cloned() {
            let secret = settings.secret(workload).map_err(|bad| vec![bad])?;
            return Ok(Resolved { tunnel, secret, recorded });
        }
        let resolved = settings.resolve(workload)?;
        let meant = (Arc::clone(&resolved.tunnel), Arc::clone(&resolved.recorded));
        known.insert(settings.clone(), meant);
        Ok(resolved)
    }
}

/// What of a workload decides over settings.
#[derive(Clone, Copy, Debug)]
pub struct WorkloadRef<'a> {
    pub kind: &'a str,
    /// `None` where the API makes the name up.
    pub name: Option<&'a str>,
    /// `None` where the manifest names none.
    pub namespace: Option<&'a str>,
    /// Where its pods would read their ordinal, if they have one.
    pub ordinal: Option<Ordinal>,
}

impl WorkloadRef<'static> {
    /// One that stands for all, where nothing counts in which they differ but how their pods are numbered.
    pub fn any(ordinal: Option<Ordinal>) -> Self {
        Self { kind: "Pod", name: Some("any"), namespace: Some("any"), ordinal }
    }
}

/// Why a setting has no meaning for a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSetting {
    /// The setting's name.
    pub setting: &'static str,
    pub message: String,
}

fn without(
    given: &BTreeMap<&'static str, Vec<String>>,
    name: &str,
) -> BTreeMap<&'static str, Vec<String>> {
    let others = given.iter().filter(|(other, _)| **other != name);
    others.map(|(other, values)| (*other, values.clone())).collect()
}

fn keep<T>(bad: &mut Vec<BadSetting>, result: Result<T, BadSetting>) -> Option<T> {
    result.map_err(|reason| bad.push(reason)).ok()
}

/// Fails when no workload could fill `pattern` to the name of an object.
pub(super) fn check_pattern(pattern: &str) -> Parsed<()> {
    let filled = expand(pattern, |_| Ok("a".to_string()))?;
    if names::is_subdomain(&filled) { Ok(()) } else { names::subdomain(pattern).map(drop) }
}

/// `pattern` with each `{placeholder}` replaced by what `fill` gives for it.
fn expand(pattern: &str, fill: impl Fn(&str) -> Parsed<String>) -> Parsed<String> {
    let mut parts = pattern.split('{');
    let mut filled = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let Some((placeholder, rest)) = part.split_once('}') else {
            return Err(format!("{} has a `{{` without its `}}`", quoted(pattern)));
        };
        if !["name", "namespace", "kind"].contains(&placeholder) {
            let known = "`{name}`, `{namespace}` and `{kind}`";
            return Err(format!(
                "{} is not a placeholder: there are {known}",
                quoted(&format!("{{{placeholder}}}"))
            ));
        }
        filled += &fill(placeholder)?;
        filled += rest;
    }
    Ok(filled)
}
