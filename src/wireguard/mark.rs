//! The mark: the annotation on the pod template that says what was injected, and what `uninject` must know. Knows
//! nothing of where it stands.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::normal;
use super::pod::Block;
use super::settings::{Settings, default_image, find, repository};

/// The annotation's key.
pub const KEY: &str = "wgsidecar.dev/injected";

/// Stands for the Secret's content where it is not to be recorded: whoever writes a patch cannot read the Secret, and a
/// run over what the patch is built into must not ask for more than the patch can say.
pub const UNRECORDED: &str = "-";

/// The form of a mark and of the hash in it. A new one rolls every pod at the next `inject`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The first: it holds no settings, and its hash is of the block as it was written.
    One,
    #[default]
    Two,
}

/// What one injection left on the pod template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub format: Format,
    /// What the tunnel was made with and the default does not say, in the flags' own words. The Secret is the one that
    /// was asked for: kustomize may rename the one in the volume. Of the image only the repository stands here.
    pub settings: Settings,
    /// Of the block in its normal form.
    pub hash: String,
    /// Of the Secret's content, where the Secret was in the run; [`UNRECORDED`] in a patch.
    pub content: Option<String>,
    /// What of the pod template is ours beside the container, the volume and the mark, or has taken the place of
    /// something else, with the bytes that stood there.
    pub places: BTreeMap<Site, Before>,
}

/// A value of the pod template that we add, or that may have been there before us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    Metadata,
    Annotations,
    InitContainers,
    Volumes,
    DnsPolicy,
    DnsConfig,
    /// The list in a `dnsConfig` that is not ours.
    Nameservers,
}

/// What stood at a site before us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// There was no such key.
    Absent,
    /// The bytes after the key: an empty value, or the default written out.
    Stood(String),
}

/// Why an annotation's value is no mark that we can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A later release has written it.
    Newer,
    Broken,
}

impl Site {
    const ALL: [Self; 7] = [
        Self::Metadata,
        Self::Annotations,
        Self::InitContainers,
        Self::Volumes,
        Self::DnsPolicy,
        Self::DnsConfig,
        Self::Nameservers,
    ];

    /// The key in the pod template.
    pub fn key(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Annotations => "annotations",
            Self::InitContainers => "initContainers",
            Self::Volumes => "volumes",
            Self::DnsPolicy => "dnsPolicy",
            Self::DnsConfig => "dnsConfig",
            Self::Nameservers => "nameservers",
        }
    }

    /// Whether it belongs to the pod's DNS settings.
    pub fn is_dns(self) -> bool {
        matches!(self, Self::DnsPolicy | Self::DnsConfig | Self::Nameservers)
    }

    fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|site| site.key() == key)
    }
}

impl Mark {
    /// The mark of a block that was made with these settings for a Secret of this name.
    pub fn of(block: &Block, settings: &Settings, secret: &str) -> Self {
        let mut settings = settings.clone();
        settings.record("secret", secret);
        if let Some(image) = block.container["image"].as_str() {
            settings.record_image(image);
        }
        Self { settings, hash: block.hash.to_string(), ..Self::default() }
    }

    /// Reads an annotation's value. The second value tells whether it is as we wrote it.
    pub fn parse(text: &str) -> Result<(Self, bool), Unreadable> {
        let (format, words) = text.split_once(' ').unwrap_or((text, ""));
        match format {
            "1" => Ok((parse_format_1(words).ok_or(Unreadable::Broken)?, true)),
            "2" => parse_format_2(text, words),
            _ if !format.is_empty() && format.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(Unreadable::Newer)
            }
            _ => Err(Unreadable::Broken),
        }
    }

    /// Name of the container and the volume.
    pub fn name(&self) -> Cow<'static, str> {
        self.text("container-name")
    }

    /// Whether both were made for one tunnel in one form, wherever it stands.
    pub fn is_of_same_tunnel(&self, other: &Self) -> bool {
        self.format == other.format
            && self.hash == other.hash
            && self.name() == other.name()
            && self.secret() == other.secret()
            && self.content == other.content
            && self.settings.text("image") == other.settings.text("image")
    }

    /// The Secret that was asked for.
    pub fn secret(&self) -> Cow<'static, str> {
        self.text("secret")
    }

    /// The repository of the image that the tunnel was made with; `None` where the mark does not say.
    pub fn image(&self) -> Option<String> {
        let default = || repository(default_image(self.settings.is_on("install-tools"))).to_owned();
        (self.format == Format::Two).then(|| self.settings.text("image").unwrap_or_else(default))
    }

    /// What the tunnel was made with of the setting called `name`.
    fn text(&self, name: &str) -> Cow<'static, str> {
        let default = || find(name).map_or("", |setting| setting.default);
        self.settings.text(name).map_or_else(|| default().into(), Cow::Owned)
    }

    /// Whether the container stays as a native sidecar.
    pub fn is_sidecar(&self) -> bool {
        self.text("mode") == "sidecar"
    }

    /// Whether the tunnel has resolvers of its own, so that the cluster's is out of reach.
    pub fn has_own_resolvers(&self) -> bool {
        match self.format {
            Format::One => self.dns().next().is_some(),
            Format::Two => self.text("dns") != "cluster",
        }
    }

    /// The bytes that stood at a site before us.
    pub fn original(&self, site: Site) -> Option<&str> {
        match self.places.get(&site)? {
            Before::Stood(bytes) => Some(bytes),
            Before::Absent => None,
        }
    }

    /// What of the pod's DNS settings is ours.
    pub fn dns(&self) -> impl Iterator<Item = (Site, &Before)> {
        self.places.iter().map(|(site, before)| (*site, before)).filter(|(site, _)| site.is_dns())
    }

    /// The mark without the Secret: nothing else of it changes with that one.
    pub fn without_secret(&self) -> Self {
        let mut mark = self.clone();
        mark.settings.forget("secret");
        mark
    }

    /// The mark, with the digits of `seal` after the hash; without one, what the seal is made of.
    fn sealed(&self, seal: Option<&str>) -> String {
        let mut words = vec!["2".to_owned()];
        let settings = self.settings.texts();
        let settings = settings.filter(|(it, _)| seal.is_some() || it.name != "secret");
        words.extend(settings.map(|(setting, text)| format!("{}={}", setting.name, escape(&text))));
        let seal = seal.unwrap_or_default();
        words.push(format!("hash={}{seal}", self.hash));
        words.extend(self.content.iter().map(|content| format!("content={content}")));
        words.extend(self.places.iter().map(|(site, before)| match before {
            Before::Absent => site.key().to_owned(),
            Before::Stood(bytes) => format!("{}={}", site.key(), escape(bytes)),
        }));
        words.join(" ")
    }
}

/// Always in the newest format.
impl fmt::Display for Mark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.sealed(Some(&seal(&self.sealed(None)))))
    }
}

/// How many digits of a mark's hash are the block's; the others are of the mark without them.
const BLOCK_DIGITS: usize = 16;

/// By which an edit of the mark itself is noticed, but for the Secret's name: where a cluster writes the mark, each pod may
/// name another, and no hash can be made there.
fn seal(text: &str) -> String {
    normal::hash(text)[..8].to_owned()
}

fn parse_format_1(words: &str) -> Option<Mark> {
    let mut mark = Mark { format: Format::One, ..Mark::default() };
    for word in words.split(' ') {
        match word.split_once('=') {
            None if word == "dns" => {
                mark.places.insert(Site::DnsPolicy, Before::Absent);
                mark.places.insert(Site::DnsConfig, Before::Absent);
            }
            Some(("name", value)) => set(&mut mark.settings, "container-name", value)?,
            Some(("secret", value)) => set(&mut mark.settings, "secret", value)?,
            Some(("hash", value)) => mark.hash = value.to_owned(),
            Some(("content", value)) => mark.content = Some(value.to_owned()),
            Some((key, value)) => {
                let site = Site::find(key).filter(|site| !site.is_dns())?;
                mark.places.insert(site, Before::Stood(unescape(value)?));
            }
            None => return None,
        }
    }
    (mark.settings.has("container-name") && !mark.hash.is_empty()).then_some(mark)
}

fn parse_format_2(text: &str, words: &str) -> Result<(Mark, bool), Unreadable> {
    let mut mark = Mark::default();
    let (mut unknown, mut secrets, mut bad_secret) = (false, 0, false);
    let mut unsealed = None;
    for word in words.split(' ') {
        let (key, value) = word.split_once('=').map_or((word, None), |(key, it)| (key, Some(it)));
        match (key, value) {
            ("hash", Some(digits)) if digits.bytes().all(|it| it.is_ascii_hexdigit()) => {
                let (block, seal) =
                    digits.split_at_checked(BLOCK_DIGITS).ok_or(Unreadable::Broken)?;
                unsealed = Some((word, seal));
                mark.hash = block.to_owned();
            }
            ("content", Some(value)) => mark.content = Some(value.to_owned()),
            // No seal is on it, so that a wrong one says nothing of who has written the rest.
            ("secret", Some(_)) => {
                secrets += 1;
                bad_secret |= mark.take(key, value).is_none();
            }
            _ => unknown |= mark.take(key, value).is_none(),
        }
    }
    let (word, its_seal) = unsealed.ok_or(Unreadable::Broken)?;
    let without_seal = &word[..word.len() - its_seal.len()];
    let words = text.split(' ').filter(|word| !word.starts_with("secret="));
    let words = words.map(|it| if it == word { without_seal } else { it });
    let is_sealed = seal(&words.collect::<Vec<_>>().join(" ")) == its_seal;
    let is_intact = is_sealed && !bad_secret && secrets < 2;
    match (unknown, is_sealed) {
        (false, _) => Ok((mark, is_intact)),
        // Whoever has written it knew what it means.
        (true, true) => Err(Unreadable::Newer),
        (true, false) => Err(Unreadable::Broken),
    }
}

impl Mark {
    fn take(&mut self, key: &str, value: Option<&str>) -> Option<()> {
        let Some(site) = Site::find(key) else { return set(&mut self.settings, key, value?) };
        let before = match value {
            Some(value) => Before::Stood(unescape(value)?),
            None if site.is_dns() => Before::Absent,
            None => return None,
        };
        self.places.insert(site, before);
        Some(())
    }
}

/// `None` where there is no such setting, or none such value.
fn set(settings: &mut Settings, name: &str, value: &str) -> Option<()> {
    settings.set(find(name)?, &[&unescape(value)?]).ok()
}

/// Percent-encodes what could not stand in a word, or what another program could take for its own.
pub(super) fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~[]{},:/=".contains(&byte);
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if plain(byte) {
            out.push(byte as char)
        } else {
            out.push_str(&format!("%{byte:02X}"))
        }
        out
    })
}

pub(super) fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        let mut settings = Settings::default();
        for (name, value) in [("dns", "10.64.0.1,10.64.0.2"), ("cluster", "k3s"), ("secret", "vpn")]
        {
            settings.set(find(name).unwrap(), &[value]).unwrap();
        }
        let places = [
            (Site::Volumes, Before::Stood(" []".into())),
            (Site::Metadata, Before::Stood("\t~ é%".into())),
            (Site::DnsPolicy, Before::Stood(" ClusterFirst".into())),
            (Site::DnsConfig, Before::Absent),
        ];
        Mark {
            settings,
            hash: "0123456789abcdef".into(),
            content: Some("11ee".into()),
            places: places.into(),
            ..Mark::default()
        }
    }

    #[test]
    fn a_mark_reads_back_what_it_wrote() {
        let text = mark().to_string();
        assert_eq!(
            text,
            "2 secret=vpn cluster=k3s dns=10.64.0.1,10.64.0.2 hash=0123456789abcdefdb7b42be content=11ee \
             metadata=%09~%20%C3%A9%25 volumes=%20[] dnsPolicy=%20ClusterFirst dnsConfig"
        );
        assert_eq!(Mark::parse(&text), Ok((mark(), true)));
    }

    #[test]
    fn the_defaults_take_no_bytes() {
        let hash = "0123456789abcdef".to_owned();
        let text = Mark { hash, ..Mark::default() }.to_string();
        assert_eq!(text.len(), "2 hash=".len() + 24);
        let (mark, _) = Mark::parse(&text).unwrap();
        assert_eq!((mark.name(), mark.secret()), ("wireguard".into(), "wireguard".into()));
    }

    /// A policy in the cluster writes it so, and can make no hash.
    #[test]
    fn another_secret_changes_nothing_but_its_word() {
        let other = mark().to_string().replace("secret=vpn", "secret=wg-7.web");
        let (read, is_intact) = Mark::parse(&other).unwrap();
        assert!(is_intact && read.secret() == "wg-7.web");
        assert_eq!(read.to_string(), other);
        assert_eq!(
            mark().without_secret().to_string(),
            mark().to_string().replace("secret=vpn ", "")
        );
    }

    #[test]
    fn an_edit_of_a_mark_is_noticed() {
        let text = mark().to_string();
        for (old, new) in [
            ("dns=10.64.0.1,", "dns=10.64.0.9,"),
            ("k3s", "rke2"),
            ("volumes=%20[]", "volumes=%20~"),
            (" dnsConfig", ""),
            ("content=11ee", "content=22ff"),
            ("hash=0123", "hash=1123"),
            ("db7b42be", "db7b42bf"),
            ("db7b42be", ""),
        ] {
            let edited = text.replace(old, new);
            assert_ne!(edited, text);
            assert!(matches!(Mark::parse(&edited), Ok((_, false))), "{edited}");
        }
    }

    #[test]
    fn a_mark_of_format_1_is_read() {
        let text = "1 name=vpn secret=wg hash=00ff content=11ee dns volumes=%20[]";
        let (mark, is_intact) = Mark::parse(text).unwrap();
        assert!(is_intact && mark.format == Format::One && mark.has_own_resolvers());
        assert_eq!((mark.name(), mark.secret()), ("vpn".into(), "wg".into()));
        assert_eq!((mark.hash.as_str(), mark.content.as_deref()), ("00ff", Some("11ee")));
        assert_eq!(mark.original(Site::Volumes), Some(" []"));
        let dns: Vec<_> = mark.dns().map(|(site, _)| site).collect();
        assert_eq!(dns, [Site::DnsPolicy, Site::DnsConfig]);
    }

    /// As a later release could write it: another format, a new setting, a new value, a new place.
    #[test]
    fn what_a_newer_release_wrote_is_told_from_what_is_broken() {
        let sealed = |text: &str| text.replacen("SEAL", &seal(&text.replacen("SEAL", "", 1)), 1);
        for text in [
            "3 hash=x",
            "27",
            &sealed("2 mode=daemon hash=0123456789abcdefSEAL"),
            &sealed("2 cluster=mars hash=0123456789abcdefSEAL"),
            &sealed("2 hash=0123456789abcdefSEAL hostAliases"),
        ] {
            assert_eq!(Mark::parse(text), Err(Unreadable::Newer), "{text}");
        }
        for text in [
            "",
            "true",
            "1",
            "2",
            "2 ",
            "x hash=0123456789abcdef",
            "1 name=a",
            "1 name=a hash=b colour=red",
            "1 name=% hash=b",
            "2 secret=vpn",
            "2 hash=short",
            "2 hash=0123456789abcdé",
            "2 hash=0123456789abcdef mode=daemon",
            "2 hash=0123456789abcdef volumes",
        ] {
            assert_eq!(Mark::parse(text), Err(Unreadable::Broken), "{text}");
        }
    }
}
