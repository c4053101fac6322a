//! How mails leave.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::{Mailbox, MultiPart, header};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport as _, Message, Tokio1Executor};
use multitude_domain::email::with_one_domain;
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
    // Mails that waited when domains got one form say the other.
    let address: Address = with_one_domain(to).parse().map_err(|_| refused("no address"))?;
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
        Err(error) if is_refusal(&error, to) && takes_mail(server).await => {
            Err(SendError::Refused(why(&error)))
        }
        Err(error) => Err(SendError::Later(why(&error))),
    }
}

/// Whether the server refuses this mail, or carries none to such an address: neither changes by waiting.
fn is_refusal(error: &lettre::transport::smtp::Error, to: &str) -> bool {
    error.is_permanent() || error.is_client() && !to.is_ascii()
}

/// Whether the server lets us in at all. One that refuses our password refuses every mail, and none for its
/// own sake.
async fn takes_mail(server: &AsyncSmtpTransport<Tokio1Executor>) -> bool {
    server.test_connection().await.is_ok_and(|is_connected| is_connected)
}

/// What a mail server said, as logs may keep it: its code. What it says beside that repeats whom the mail was
/// for. Where the server lacks what a mail needs (SMTPUTF8, encryption), the client says which, in fixed
/// words.
fn why(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None if error.is_timeout() => "no answer in time".to_owned(),
        None if error.is_tls() => "no encryption".to_owned(),
        None if error.is_client() => {
            std::error::Error::source(error).map_or_else(|| "not possible".to_owned(), ToString::to_string)
        }
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

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    use multitude_domain::email::read_email;
    use multitude_domain::locale::Locale;

    use super::*;

    /// A mail server that takes everything in ASCII, and says which addresses it was given.
    fn plain_server() -> (u16, std::sync::mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, (told, heard)) = (listener.local_addr().unwrap().port(), std::sync::mpsc::channel());
        std::thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                let told = told.clone();
                std::thread::spawn(move || {
                    let say = |text: &str| (&stream).write_all(text.as_bytes()).unwrap();
                    say("220 here\r\n");
                    for line in BufReader::new(&stream).lines().map_while(Result::ok) {
                        match line.split([' ', ':']).next() {
                            Some("EHLO") => say("250-here\r\n250 8BITMIME\r\n"),
                            Some("DATA") => say("354 go on\r\n"),
                            Some("RCPT") => {
                                told.send(line.replace("RCPT TO:", "")).unwrap();
                                say("250 good\r\n");
                            }
                            Some("MAIL" | "." | "NOOP" | "QUIT") => say("250 good\r\n"),
                            Some(_) | None => {}
                        }
                    }
                });
            }
        });
        (port, heard)
    }

    async fn send(port: u16, to: &str) -> Result<(), SendError> {
        let url = format!("smtp://127.0.0.1:{port}");
        let by = Post::smtp("https://m.example", &url, "hello@m.example").unwrap().transport;
        let Transport::Smtp { server, from } = by else { unreachable!() };
        let letter = Letter {
            subject: "Grüezi".to_owned(),
            locale: Locale::De,
            hello: "Hallo".to_owned(),
            blocks: Vec::new(),
            footer: "Ende".to_owned(),
        };
        hand_over(&server, &from, Uuid::from_u128(1), to, &letter).await
    }

    #[tokio::test]
    async fn mail_to_a_domain_beyond_ascii_leaves() {
        let (port, heard) = plain_server();
        send(port, "Lea@zürich.example").await.unwrap();
        assert_eq!(heard.recv().unwrap(), "<Lea@xn--zrich-kva.example>");
    }

    #[tokio::test]
    async fn mail_that_the_server_cannot_carry_is_refused_for_that() {
        let (port, heard) = plain_server();
        match send(port, "jürg@example.ch").await {
            Err(SendError::Refused(why)) => {
                assert!(why.contains("SMTPUTF8") && !why.contains("jürg"), "{why}");
            }
            other => panic!("{other:?}"),
        }
        assert!(heard.try_recv().is_err(), "nobody was asked");
        assert!(read_email("jürg@example.ch").is_err(), "nor is such an address taken any more");
    }

    #[test]
    fn whatever_is_taken_as_an_address_can_be_sent_to() {
        for typed in [
            "lea@example.ch",
            "o'neil_{x}+y@sub.example.org",
            "!#$%&'*+-/=?^_`{|}~@example.ch",
            "lea@zürich.example",
            "lea@例え.テスト",
            "a@b--c.example",
            "a@1.example",
        ] {
            let email = read_email(typed).unwrap();
            assert!(email.parse::<Address>().is_ok() && email.is_ascii(), "{email}");
        }
    }
}
