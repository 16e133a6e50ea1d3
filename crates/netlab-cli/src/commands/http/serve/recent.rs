//! Small files that were sent a moment ago. While the system says that they are what they were, they need not be opened again.

use std::fs::File;
use std::num::NonZeroUsize;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use lru::LruCache;
use rustix::fd::AsFd;
use rustix::fs::{AtFlags, StatxFlags, StatxTimestamp, statx};

use super::files::{FoundFile, Source};
use crate::lock::lock;

/// What files held, by their paths below the root.
pub(super) struct Recent {
    files: Mutex<LruCache<PathBuf, Kept>>,
    /// What did not change for so long is kept: times are coarse, and two changes in a row may have the same.
    settled: Duration,
    /// Then it is read again all the same: what is written through a mapping of a file can leave its times as they are.
    age_max: Duration,
}

struct Kept {
    version: Version,
    octets: Arc<[u8]>,
    media_type: &'static str,
    read: Instant,
}

/// Which file it is, and what changes with what it holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Version {
    device: (u32, u32),
    inode: u64,
    length: u64,
    modified: SystemTime,
    changed: SystemTime,
}

const FILES_MAX: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// The longest that is kept.
const OCTETS_MAX: u64 = 16 * 1024;

impl Recent {
    /// None yet.
    pub(super) fn new() -> Self {
        Self {
            files: Mutex::new(LruCache::new(FILES_MAX)),
            settled: Duration::from_secs(2),
            age_max: Duration::from_secs(1),
        }
    }

    /// The file at `path` below `root`, if it is the one that was kept a moment ago.
    pub(super) fn get(&self, root: &File, path: &Path) -> Option<FoundFile> {
        let (version, octets, media_type) = {
            let mut files = lock(&self.files);
            let kept = files.get(path)?;
            if kept.read.elapsed() >= self.age_max {
                return None;
            }
            (kept.version, Arc::clone(&kept.octets), kept.media_type)
        };
        let is_same = Version::of(root, path, AtFlags::empty())? == version;
        is_same.then_some(FoundFile {
            source: Source::Read(octets),
            length: version.length,
            modified: Some(version.modified),
            media_type,
        })
    }

    /// Reads and keeps a file that was found at `path`, if it is small and does not change just now.
    pub(super) fn keep(&self, path: &Path, found: &mut FoundFile) -> Option<()> {
        let Source::Open(file) = &found.source else {
            return None;
        };
        if found.length > OCTETS_MAX {
            return None;
        }
        // Before reading: what changes meanwhile is another version then.
        let version = Version::of(file, Path::new(""), AtFlags::EMPTY_PATH)?;
        let is_same = (version.length, Some(version.modified)) == (found.length, found.modified);
        if !is_same || version.changed.elapsed().ok()? < self.settled {
            return None;
        }
        let mut octets = vec![0; usize::try_from(version.length).ok()?];
        file.read_exact_at(&mut octets, 0).ok()?;
        let octets = Arc::<[u8]>::from(octets);
        found.source = Source::Read(Arc::clone(&octets));
        let kept = Kept {
            version,
            octets,
            media_type: found.media_type,
            read: Instant::now(),
        };
        lock(&self.files).put(path.to_owned(), kept);
        Some(())
    }
}

impl Version {
    fn of(directory: impl AsFd, path: &Path, flags: AtFlags) -> Option<Self> {
        let there = statx(directory, path, flags, StatxFlags::BASIC_STATS).ok()?;
        Some(Self {
            device: (there.stx_dev_major, there.stx_dev_minor),
            inode: there.stx_ino,
            length: there.stx_size,
            modified: time(&there.stx_mtime)?,
            changed: time(&there.stx_ctime)?,
        })
    }
}

fn time(stamp: &StatxTimestamp) -> Option<SystemTime> {
    let seconds = u64::try_from(stamp.tv_sec).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, stamp.tv_nsec))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::super::files::{FoundFile, Source};
    use super::{OCTETS_MAX, Recent};

    /// More than any test takes.
    const MUCH: Duration = Duration::from_secs(3600);

    /// A directory of one test alone, removed with its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("netlab-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn found(path: &Path) -> FoundFile {
        let file = File::open(path).unwrap();
        let metadata = file.metadata().unwrap();
        FoundFile::new(file, path, &metadata)
    }

    fn octets(found: Option<FoundFile>) -> Option<Vec<u8>> {
        match found?.source {
            Source::Read(octets) => Some(octets.to_vec()),
            Source::Open(_) => None,
        }
    }

    #[test]
    fn a_file_is_kept_until_another_is_there() {
        let folder = Folder::new("recent");
        let root = File::open(&folder.0).unwrap();
        let path = folder.0.join("a.txt");
        let recent = Recent {
            settled: Duration::ZERO,
            age_max: MUCH,
            ..Recent::new()
        };
        let get = || octets(recent.get(&root, Path::new("a.txt")));
        let keep = || recent.keep(Path::new("a.txt"), &mut found(&path));
        assert_eq!(get(), None);
        fs::write(&path, "one").unwrap();
        keep().unwrap();
        assert_eq!(get().unwrap(), b"one");
        // Of the same length.
        let next = folder.0.join("b.txt");
        fs::write(&next, "two").unwrap();
        fs::rename(&next, &path).unwrap();
        assert_eq!(get(), None);
        keep().unwrap();
        assert_eq!(get().unwrap(), b"two");
        fs::write(&path, "three").unwrap();
        assert_eq!(get(), None);
        keep().unwrap();
        assert_eq!(get().unwrap(), b"three");
        fs::remove_file(&path).unwrap();
        assert_eq!(get(), None);
    }

    #[test]
    fn what_is_long_or_was_changed_just_now_is_not_kept() {
        let folder = Folder::new("unsettled");
        let path = folder.0.join("a.txt");
        fs::write(&path, "one").unwrap();
        let unsettled = Recent {
            settled: MUCH,
            ..Recent::new()
        };
        assert!(unsettled.keep(&path, &mut found(&path)).is_none());
        let octets_max = usize::try_from(OCTETS_MAX).unwrap();
        let recent = Recent {
            settled: Duration::ZERO,
            age_max: Duration::ZERO,
            ..Recent::new()
        };
        let root = File::open(&folder.0).unwrap();
        for (length, is_kept) in [(octets_max, true), (octets_max + 1, false)] {
            fs::write(&path, vec![b'x'; length]).unwrap();
            let kept = recent.keep(Path::new("a.txt"), &mut found(&path));
            assert_eq!(kept.is_some(), is_kept, "{length}");
            // And no longer than it may be.
            assert!(recent.get(&root, Path::new("a.txt")).is_none());
        }
    }
}
