//! Service names: what usually listens on a TCP port.

use std::sync::LazyLock;

/// The usual name of the service on `port`.
pub(crate) fn name_of(port: u16) -> Option<&'static str> {
    let index = TABLE.binary_search_by_key(&port, |entry| entry.0).ok()?;
    TABLE.get(index).map(|entry| entry.1)
}

/// The ports on which the service `name` usually listens, ascending; none for an unknown name.
pub(super) fn ports_of(name: &str) -> impl Iterator<Item = u16> {
    TABLE
        .iter()
        .filter(move |entry| entry.1.eq_ignore_ascii_case(name))
        .map(|entry| entry.0)
}

/// Every port that has a name, ascending.
pub(super) fn named_ports() -> impl Iterator<Item = u16> {
    TABLE.iter().map(|entry| entry.0)
}

static TABLE: LazyLock<Vec<(u16, &str)>> = LazyLock::new(|| {
    include_str!("services.txt")
        .lines()
        .filter_map(|line| {
            let (port, name) = line.split_once(' ')?;
            Some((port.parse().ok()?, name))
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::{TABLE, name_of, ports_of};

    #[test]
    fn the_table_is_whole_and_ascending() {
        let entries = include_str!("services.txt")
            .lines()
            .filter(|line| !line.starts_with('#'));
        assert_eq!(entries.count(), TABLE.len());
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        for (port, name) in TABLE.iter() {
            assert!(*port > 0);
            assert!(
                !name.is_empty()
                    && name
                        .bytes()
                        .all(|octet| octet.is_ascii_graphic() && !octet.is_ascii_uppercase()),
                "{port} {name}"
            );
        }
    }

    #[test]
    fn finds_names_and_ports() {
        assert_eq!(name_of(22), Some("ssh"));
        assert_eq!(name_of(443), Some("https"));
        assert_eq!(name_of(65_535), None);
        assert_eq!(ports_of("HTTPS").collect::<Vec<_>>(), [443]);
        assert_eq!(ports_of("no-such-service").count(), 0);
    }
}
