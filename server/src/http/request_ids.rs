//! The id by which the log and the answer know a request, where no trusted proxy gave it one.

use http::{HeaderValue, Request};
use multitude_platform::ambient::Ambient;
use tower_http::request_id::{MakeRequestId, RequestId};

/// Makes ids, one for each request. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct RequestIds(Ambient);

impl RequestIds {
    pub(super) const fn new(ambient: Ambient) -> Self {
        Self(ambient)
    }
}

impl MakeRequestId for RequestIds {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        HeaderValue::from_str(&self.0.uuid().to_string()).ok().map(RequestId::new)
    }
}
