//! Chains for which it does not matter where their input is cut, or from whom which part of it is.

use textxform::{Chain, Transform as _};

/// Whether the chain works in place, and what it makes of an octet depends on that octet alone: each leads it from its start back
/// there.
pub(super) fn is_octet_by_octet(chain: &Chain) -> bool {
    let mut chain = chain.clone();
    let Some(in_place) = chain.as_in_place() else {
        return false;
    };
    (0..=u8::MAX).all(|octet| {
        in_place.push_in_place(&mut [octet]);
        in_place.is_at_start()
    })
}

#[cfg(test)]
mod tests {
    use textxform::{Chain, Transform as _};

    use super::is_octet_by_octet;

    #[test]
    fn what_came_before_an_octet_does_not_matter() {
        let octets: Vec<u8> = (0..=255).collect();
        for entry in textxform::ALL {
            let text = match entry.parameter() {
                Some("N") => format!("{}:5", entry.name()),
                Some(_) => format!("{}:key", entry.name()),
                None => entry.name().to_owned(),
            };
            let chain: Chain = text.parse().unwrap();
            if !is_octet_by_octet(&chain) {
                continue;
            }
            let whole = chain.clone().apply(&octets).unwrap();
            for (octet, expected) in octets.iter().zip(&whole) {
                assert_eq!(
                    chain.clone().apply(&[*octet]).unwrap(),
                    [*expected],
                    "{text}"
                );
            }
        }
        let keyed: Chain = "uppercase|vigenere:key".parse().unwrap();
        assert!(!is_octet_by_octet(&keyed));
        let plain: Chain = "uppercase|rot13|caesar:3".parse().unwrap();
        assert!(is_octet_by_octet(&plain));
    }
}
