//! How mails leave.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::{Mailbox, MultiPart, header};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncTransport as _, Message, Tokio1Executor};
use uuid::Uuid;

use super::letter::Letter;

/// Whoever asks whether a mail server answers waits no longer.
const GREET_WITHIN: Duration = Duration::from_secs(10);

/// The settings for mail do not work.
#[derive(Debug, thiserror::Error)]
pub enum BadMailSettings {
    /// The server's address is none.
    #[error("--smtp-url must look like smtps://user:password@host or smtp://host:port?tls=required: {0}")]
    Url(lettre::transport::smtp::Error),
    /// The sender is none.
    #[error("--mail-from must look like \"Multitude <hello@example.ch>\": {0}")]
    From(lettre::address::AddressError),
}

/// Why a mail did not leave.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    /// The server does not take it.
    #[error("refused: {0}")]
    Refused(String),
    /// It may work later.
    #[error("not sent: {0}")]
    Later(String),
}

/// Where mails go.
#[derive(Debug, Clone)]
pub enum Transport {
    /// Nowhere yet: they wait until there is a server.
    Off,
    /// Into a table of their own: the demo world's.
    Captured,
    /// To a mail server.
    Smtp {
        /// The server, with its connections.
        server: Box<AsyncSmtpTransport<Tokio1Executor>>,
        /// The sender.
        from: Mailbox,
    },
}

/// How mails leave, and where their links lead.
#[derive(Debug, Clone)]
pub struct Post {
    /// Where the public finds the site, without a slash at the end.
    pub public_url: Arc<str>,
    /// Where mails go.
    pub transport: Transport,
}

impl Post {
    /// Mails are captured; links lead to `public_url`.
    pub fn captured(public_url: &str) -> Self {
        Self { public_url: public_url.into(), transport: Transport::Captured }
    }

    /// Mails wait until there is a server.
    pub fn off(public_url: &str) -> Self {
        Self { public_url: public_url.into(), transport: Transport::Off }
    }

    /// Whether mails go anywhere.
    pub(crate) const fn leaves(&self) -> bool {
        !matches!(self.transport, Transport::Off)
    }

    /// Greets the mail server, where there is one, as for sending a mail, and sends none.
    ///
    /// # Errors
    /// In a word or a code, what came in between.
    pub async fn greet(&self) -> Result<(), String> {
        let Transport::Smtp { server, .. } = &self.transport else { return Ok(()) };
        match tokio::time::timeout(GREET_WITHIN, server.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("no connection".to_owned()),
            Ok(Err(error)) => Err(why(&error)),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }

    /// Mails go to the server at `smtp_url`, from `from`.
    ///
    /// # Errors
    /// [`BadMailSettings`] where one of them is none.
    pub fn smtp(public_url: &str, smtp_url: &str, from: &str) -> Result<Self, BadMailSettings> {
        let server =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url).map_err(BadMailSettings::Url)?;
        let from: Mailbox = from.parse().map_err(BadMailSettings::From)?;
        let transport = Transport::Smtp { server: Box::new(server.build()), from };
        Ok(Self { public_url: public_url.into(), transport })
    }
}

/// Hands one mail to the server. Its id makes the same mail, sent twice, recognisable.
pub(super) async fn hand_over(
    server: &AsyncSmtpTransport<Tokio1Executor>,
    from: &Mailbox,
    id: Uuid,
    to: &str,
    letter: &Letter,
) -> Result<(), SendError> {
    let refused = |why: &str| SendError::Refused(why.to_owned());
    let address = to.parse().map_err(|_: lettre::address::AddressError| refused("no address"))?;
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, address))
        .subject(&letter.subject)
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .header(AutoSubmitted)
        .header(header::ContentTransferEncoding::EightBit)
        .multipart(MultiPart::alternative_plain_html(letter.text(), letter.html()))
        .map_err(|_| refused("no message"))?;
    match server.send(message).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_permanent() && takes_mail(server).await => {
            Err(SendError::Refused(why(&error)))
        }
        Err(error) => Err(SendError::Later(why(&error))),
    }
}

/// Whether the server lets us in at all. One that refuses our password refuses every mail, and none for its own sake.
async fn takes_mail(server: &AsyncSmtpTransport<Tokio1Executor>) -> bool {
    server.test_connection().await.is_ok_and(|is_connected| is_connected)
}

/// What a mail server said, as logs may keep it: its code. What it says beside that repeats whom the mail was for.
fn why(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None if error.is_timeout() => "no answer in time".to_owned(),
        None if error.is_tls() => "no encryption".to_owned(),
        None => "no connection".to_owned(),
    }
}

/// Says that no person wrote this (RFC 3834, section 5), so that no absence note comes back.
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
