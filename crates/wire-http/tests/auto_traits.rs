//! What every public type can be relied on to be.

use wire_http::{
    Authority, BodyDecoder, BodyEvent, BodyKind, BodyStep, BodyWriter, ChunkedDecoder,
    ChunkedEncoder, Decoded, Error, ErrorKind, FieldLine, FieldName, FieldValue, Fields,
    FieldsIter, Forward, ForwardedRequest, Framing, HeadScanner, LengthDecoder, Limits, Method,
    NextHop, RequestHead, RequestTarget, RequestWriter, ResponseHead, ResponseWriter, StatusCode,
    Trailers, UntilCloseDecoder, Version,
};

macro_rules! assert_auto_traits {
    ($($type:ty),* $(,)?) => {
        #[test]
        fn public_types_are_send_sync_unpin_and_debug() {
            const fn holds<T: Send + Sync + Unpin + core::panic::UnwindSafe + core::fmt::Debug>() {}
            $(holds::<$type>();)*
        }
    };
}

assert_auto_traits!(
    Authority<'_>,
    BodyDecoder,
    BodyEvent<'_>,
    BodyKind,
    BodyStep<'_>,
    BodyWriter,
    ChunkedDecoder,
    ChunkedEncoder,
    Decoded<RequestHead<'_>>,
    Error,
    ErrorKind,
    FieldLine<'_>,
    FieldName<'_>,
    FieldValue<'_>,
    Fields<'_>,
    FieldsIter<'_, '_>,
    Forward<'_>,
    ForwardedRequest,
    Framing,
    HeadScanner,
    LengthDecoder,
    Limits,
    Method<'_>,
    NextHop,
    RequestHead<'_>,
    RequestTarget<'_>,
    RequestWriter,
    ResponseHead<'_>,
    ResponseWriter,
    StatusCode,
    Trailers<'_>,
    UntilCloseDecoder,
    Version,
);

#[test]
fn errors_are_errors() {
    const fn holds<T: core::error::Error + Clone + Eq>() {}
    holds::<Error>();
    holds::<ErrorKind>();
}
