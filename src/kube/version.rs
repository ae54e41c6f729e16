//! A release of Kubernetes. Knows nothing of what it can do.

use std::fmt;

/// As in `1.29`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

impl Version {
    /// `1.29`, `v1.29` or `v1.29.3+k3s1`: the patch and what follows it change nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = |part: &str| {
            let is_plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| is_plain)
        };
        let plain = text.strip_prefix('v').unwrap_or(text);
        let version = plain.split_once('.').and_then(|(major, rest)| {
            let minor = rest.split(['.', '+', '-']).next()?;
            Some(Self { major: number(major)?, minor: number(minor)? })
        });
        version.ok_or_else(|| "this is not a version of Kubernetes such as 1.29".to_string())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_people_and_clusters_write_them() {
        let version = |minor| Ok(Version { major: 1, minor });
        for text in ["1.29", "v1.29", "1.29.0", "v1.29.3+k3s1", "v1.29.3-gke.100", "1.29+"] {
            assert_eq!(Version::parse(text), version(29), "{text}");
        }
        assert!(Version::parse("1.9").unwrap() < Version::parse("1.28").unwrap());
        for text in ["", "v", "1", "1.", ".29", "1.x", "latest", "1,29", "-1.29", "1-29", "+1.2"] {
            assert!(Version::parse(text).is_err(), "{text}");
        }
    }
}
