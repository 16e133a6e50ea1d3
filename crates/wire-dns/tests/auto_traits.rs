//! Every public type can be sent, shared and moved.

use wire_dns::{
    Builder, CharacterString, Error, Header, Label, Message, MessageBuf, Name, NameBuf, Question,
    Rdata, RdataBuf, RecordBuf, Records, ResourceRecord, edns::Edns, edns::EdnsOption,
};

#[test]
fn send_sync_unpin() {
    fn check<T: Send + Sync + Unpin>() {}
    check::<Message<'_>>();
    check::<MessageBuf>();
    check::<Name<'_>>();
    check::<NameBuf>();
    check::<Label<'_>>();
    check::<Question<'_>>();
    check::<ResourceRecord<'_>>();
    check::<Records<'_>>();
    check::<RecordBuf>();
    check::<Rdata<'_>>();
    check::<RdataBuf>();
    check::<CharacterString<'_>>();
    check::<Header>();
    check::<Edns<'_>>();
    check::<EdnsOption<'_>>();
    check::<Builder<&mut [u8]>>();
    check::<Error>();
}

#[test]
fn views_are_copies_of_a_few_words() {
    fn check<T: Copy>() {}
    check::<Message<'_>>();
    check::<Name<'_>>();
    check::<Rdata<'_>>();
    check::<ResourceRecord<'_>>();
    assert!(size_of::<Name<'_>>() <= 24);
    assert!(size_of::<Rdata<'_>>() <= 96, "{}", size_of::<Rdata<'_>>());
    assert!(size_of::<Error>() <= 40, "{}", size_of::<Error>());
}

#[cfg(feature = "zone-file")]
#[test]
fn zone_files_are_read_by_worker_threads() {
    use wire_dns::text::{ZoneFileError, ZoneReader, ZoneRecords, ZoneWriter};
    fn check<T: Send>() {}
    check::<ZoneRecords<'_>>();
    check::<ZoneReader>();
    check::<ZoneWriter<String>>();
    check::<ZoneFileError>();
}
