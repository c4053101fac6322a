//! How the browser calls a server function: one POST of JSON. What comes back with an error's status is read
//! as a problem, whichever layer said it; what cannot be read says so, and is left to the form itself.

use core::future::Future;

use futures::sink::{Drain, Sink};
use futures::stream::{Empty, Stream};
use leptos::server_fn::Bytes;
use leptos::server_fn::client::Client;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::response::ClientRes;

use super::AppError;

/// The client of every function.
#[derive(Debug)]
pub struct Browser;

/// A call.
#[derive(Debug)]
pub struct Call {
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the server calls nobody"))]
    path: String,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the server calls nobody"))]
    body: Bytes,
}

/// What came back with a good status.
#[derive(Debug)]
pub struct Heard {
    status: u16,
    body: Bytes,
}

impl Client<AppError> for Browser {
    type Request = Call;
    type Response = Heard;

    #[cfg(feature = "hydrate")]
    fn send(call: Call) -> impl Future<Output = Result<Heard, AppError>> + Send {
        send_wrapper::SendWrapper::new(browser::send(call))
    }

    #[cfg(not(feature = "hydrate"))]
    async fn send(_: Call) -> Result<Heard, AppError> {
        Err(AppError::lost())
    }

    async fn open_websocket(
        _: &str,
    ) -> Result<
        (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
        AppError,
    > {
        Err::<(Empty<Result<Bytes, Bytes>>, Drain<Bytes>), _>(AppError::lost())
    }

    fn spawn(_: impl Future<Output = ()> + Send + 'static) {}
}

impl ClientReq<AppError> for Call {
    type FormData = ();

    fn try_new_req_query(_: &str, _: &str, _: &str, _: &str, _: http::Method) -> Result<Self, AppError> {
        Err(AppError::not_understood())
    }

    fn try_new_req_text(
        path: &str,
        _: &str,
        _: &str,
        body: String,
        _: http::Method,
    ) -> Result<Self, AppError> {
        Ok(Self { path: path.to_owned(), body: body.into() })
    }

    fn try_new_req_bytes(
        path: &str,
        _: &str,
        _: &str,
        body: Bytes,
        _: http::Method,
    ) -> Result<Self, AppError> {
        Ok(Self { path: path.to_owned(), body })
    }

    fn try_new_req_form_data(_: &str, _: &str, _: &str, (): (), _: http::Method) -> Result<Self, AppError> {
        Err(AppError::not_understood())
    }

    fn try_new_req_multipart(_: &str, _: &str, (): (), _: http::Method) -> Result<Self, AppError> {
        Err(AppError::not_understood())
    }

    fn try_new_req_streaming(
        _: &str,
        _: &str,
        _: &str,
        _: impl Stream<Item = Result<Bytes, AppError>> + Send + 'static,
        _: http::Method,
    ) -> Result<Self, AppError> {
        Err(AppError::not_understood())
    }
}

impl ClientRes<AppError> for Heard {
    async fn try_into_string(self) -> Result<String, AppError> {
        String::from_utf8(self.body.to_vec()).map_err(|_| AppError::unreadable(self.status))
    }

    async fn try_into_bytes(self) -> Result<Bytes, AppError> {
        Ok(self.body)
    }

    fn try_into_stream(
        self,
    ) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, AppError> {
        Err::<Empty<Result<Bytes, Bytes>>, _>(AppError::unreadable(self.status))
    }

    fn status(&self) -> u16 {
        self.status
    }

    fn status_text(&self) -> String {
        String::new()
    }

    fn location(&self) -> String {
        String::new()
    }

    fn has_redirect(&self) -> bool {
        false
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::window;
    use leptos::server_fn::Bytes;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{AbortSignal, Headers, RequestInit, Response};

    use super::{AppError, Call, Heard};
    use crate::acts::Answer;

    const JSON: &str = "application/json";
    /// Somewhat longer than the server takes for any answer: afterwards the form can be sent again.
    const ANSWER_WITHIN_MS: u32 = 20_000;

    pub(super) async fn send(call: Call) -> Result<Heard, AppError> {
        let response = ask(&call).await.map_err(|_| AppError::lost())?;
        let status = response.status();
        let text = async { JsFuture::from(response.text().ok()?).await.ok()?.as_string() }.await;
        // It was heard and broke off: whether it was done is not known, and the same may be sent again.
        let Some(text) = text else { return Err(AppError::lost()) };
        if response.ok() {
            // A proxy may answer well and mean itself.
            return match serde_json::from_str::<Answer>(&text) {
                Ok(_) => Ok(Heard { status, body: Bytes::from(text) }),
                Err(_) => Err(AppError::unreadable(status)),
            };
        }
        let seconds = response.headers().get("retry-after").ok().flatten().and_then(|said| said.parse().ok());
        let error = serde_json::from_str(&text).unwrap_or_else(|_| AppError::unreadable(status));
        Err(error.after(seconds))
    }

    async fn ask(call: &Call) -> Result<Response, JsValue> {
        let headers = Headers::new()?;
        headers.set("content-type", JSON)?;
        headers.set("accept", JSON)?;
        let how = RequestInit::new();
        how.set_signal(Some(&AbortSignal::timeout_with_u32(ANSWER_WITHIN_MS)));
        how.set_method("POST");
        how.set_headers(&headers);
        how.set_body(&JsValue::from_str(core::str::from_utf8(&call.body).unwrap_or_default()));
        JsFuture::from(window().fetch_with_str_and_init(&call.path, &how)).await?.dyn_into()
    }
}
