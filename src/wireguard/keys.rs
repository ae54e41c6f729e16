//! WireGuard keys that no message can show. Knows nothing of the files they stand in.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x25519_dalek::{PublicKey, StaticSecret};

/// A private, public or preshared key. Only [`Key::encoded`] gives it away.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

/// How many characters of base64 a key has.
pub const LENGTH: usize = 44;

impl Key {
    /// The key in `text`, or why there is none; the reason does not hold the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let count = text.chars().count();
        if count != LENGTH {
            return Err(format!("a key has {LENGTH} characters of base64, this one has {count}"));
        }
        let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| "this is not the base64 of a key".to_string())
    }

    /// The base64 that `wg` reads.
    pub fn encoded(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The public key that belongs to this private one.
    pub fn public(&self) -> Self {
        Self(PublicKey::from(&StaticSecret::from(self.0)).to_bytes())
    }

    /// Whether it is all zeros, which is how `wg` writes that there is none.
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 32]
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7748, section 6.1: Alice's keys.
    #[test]
    fn the_public_key_is_derived() {
        let private = Key::parse("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=").unwrap();
        assert_eq!(private.public().encoded(), "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
    }

    #[test]
    fn neither_debug_nor_a_refusal_shows_a_key() {
        let text = "d2dzaWRlY2FyLWZpeHR1cmUtcHJpdmF0ZS1rZXktLS0=";
        assert_eq!(format!("{:?}", Key::parse(text)), "Ok(Key(…))");
        let refusals = [
            (&text[..43], "a key has 44 characters of base64, this one has 43"),
            (&text.replace('d', "-"), "this is not the base64 of a key"),
            (&text.replace("0=", "1="), "this is not the base64 of a key"),
        ];
        for (text, reason) in refusals {
            assert_eq!(Key::parse(text), Err(reason.to_string()));
        }
    }
}
