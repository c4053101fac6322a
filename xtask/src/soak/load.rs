//! What clients do meanwhile, and what they were told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::client::{Answer, ask, get, listen};

const CARDS: [&str; 8] = ["ok", "ok", "ok", "late", "lost", "declined", "charge_declined", "charge_recovers"];
const TRANSFERS: [&str; 4] = ["ok", "ok", "challenge", "lost"];
/// What a changed pledge is of; no pledge begins with it.
const CHANGED_TO: &str = "9.99";
/// One of them stands on the receipt of what was cancelled.
const ENDED: [&str; 3] = ["You pay nothing", "On its way back", "Refunded"];
/// Between two things that a client does: two hours end with pledges that can all be looked at.
const THINKS: Duration = Duration::from_millis(60);
/// Between two tries of what was not answered.
const PAUSE: Duration = Duration::from_millis(200);

/// What a backer was told last about a pledge of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Placed,
    Changed,
    Cancelled,
}

impl Told {
    /// Whether the receipt says it.
    fn stands_on(self, receipt: &Answer) -> bool {
        receipt.status == 200
            && match self {
                Self::Placed => true,
                // As an amount: meters and covers are full of numbers.
                Self::Changed => receipt.text.contains(&format!("\u{a0}{CHANGED_TO}")),
                Self::Cancelled => ENDED.iter().any(|words| receipt.text.contains(words)),
            }
    }
}

/// A pledge that was answered with 201: its campaign, what was sent, its id and its receipt.
struct Acknowledged {
    slug: String,
    body: Value,
    id: String,
    receipt: String,
    told: Told,
}

/// Clients that pledge, change, cancel, read and listen.
#[derive(Default)]
pub(super) struct Load {
    next: AtomicU64,
    is_over: AtomicBool,
    acknowledged: Mutex<BTreeMap<u64, Acknowledged>>,
    statuses: Mutex<BTreeMap<u16, u64>>,
    heard: AtomicU64,
}

impl Load {
    /// Lets every client end.
    pub(super) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }

    fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::SeqCst)
    }

    /// One client: pledges, then changes or cancels some, and looks at pages in between, until it is over.
    /// What got no answer is sent again under its key.
    pub(super) fn work(&self, addr: SocketAddr) {
        let mut slugs = Vec::new();
        while self.goes_on() {
            std::thread::sleep(THINKS);
            let n = self.next.fetch_add(1, Ordering::SeqCst);
            if n.is_multiple_of(50) || slugs.is_empty() {
                slugs = open_campaigns(addr);
            }
            let Some(slug) = one_of(&slugs, n).cloned() else {
                std::thread::sleep(PAUSE);
                continue;
            };
            if n % 4 == 3 {
                self.count(ask(addr, &get(&format!("/de/c/{slug}"))).ok().as_ref());
                continue;
            }
            let currency = currency_of(&slug, addr);
            let (method, tokens): (_, &[&str]) =
                if n % 5 == 2 { ("bank", &TRANSFERS) } else { ("card", &CARDS) };
            let token = one_of(tokens, n).copied().unwrap_or("ok");
            let body = json!({
                "amount_minor": 1_000 + n % 50, "currency": currency, "email": format!("s{n}@soak.example"),
                "payment": { "method": method, "token": token },
            });
            let Some(mut one) = self.place(addr, n, slug, body) else { continue };
            one.told = self.moved(addr, n, &one);
            self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(n, one);
        }
    }

    /// Follows the totals of one campaign after the other.
    pub(super) fn listen(&self, addr: SocketAddr) {
        while self.goes_on() {
            let n = self.next.fetch_add(1, Ordering::SeqCst);
            let slugs = open_campaigns(addr);
            let heard = one_of(&slugs, n)
                .map(|slug| listen(addr, &format!("/api/v1/campaigns/{slug}/live"), || self.goes_on()));
            self.heard.fetch_add(heard.unwrap_or(0), Ordering::SeqCst);
            std::thread::sleep(PAUSE);
        }
    }

    fn place(&self, addr: SocketAddr, n: u64, slug: String, body: Value) -> Option<Acknowledged> {
        while self.goes_on() {
            let answer = ask(addr, &pledge(n, &slug, &body)).ok();
            self.count(answer.as_ref());
            match answer {
                Some(answer) if answer.status == 201 => {
                    let id = answer.word("id").unwrap_or_default();
                    let receipt = receipt_of(&answer.word("receipt_url").unwrap_or_default());
                    return Some(Acknowledged { slug, body, id, receipt, told: Told::Placed });
                }
                // It is refused for good: closed meanwhile, say. In flight is not for good.
                Some(answer) if (400..500).contains(&answer.status) && !answer.text.contains("in_flight") => {
                    return None;
                }
                Some(_) | None => std::thread::sleep(PAUSE),
            }
        }
        None
    }

    /// Changes or cancels some pledges; what their backer was told.
    fn moved(&self, addr: SocketAddr, n: u64, one: &Acknowledged) -> Told {
        let (deed, body, told) = match n % 6 {
            0 => ("cancel", String::new(), Told::Cancelled),
            1 => ("change", format!("reward=&amount={CHANGED_TO}"), Told::Changed),
            _ => return Told::Placed,
        };
        self.count(ask(addr, &form(&format!("{}/{deed}", one.receipt), &body)).ok().as_ref());
        // The receipt tells: a deed that came too late leads there too.
        let is_so = ask(addr, &get(&one.receipt)).is_ok_and(|page| told.stands_on(&page));
        if is_so { told } else { Told::Placed }
    }

    /// Counts an answer by its status; none is 0.
    fn count(&self, answer: Option<&Answer>) {
        let status = answer.map_or(0, |answer| answer.status);
        *self.statuses.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
    }

    /// Looks at everything that was acknowledged.
    pub(super) fn check(self, database: &str, addr: SocketAddr) -> Result<()> {
        let acknowledged = self.acknowledged.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut told: BTreeMap<Told, u32> = BTreeMap::new();
        for (n, one) in &acknowledged {
            let again = ask(addr, &pledge(*n, &one.slug, &one.body))?;
            ensure!(
                again.word("id").as_deref() == Some(one.id.as_str()),
                "pledge {n} to {} was acknowledged as {}, and now: {}",
                one.slug,
                one.id,
                again.text
            );
            if one.told != Told::Placed {
                let page = ask(addr, &get(&one.receipt))?;
                ensure!(one.told.stands_on(&page), "{:?} was told of pledge {n}: {}", one.told, one.receipt);
                *told.entry(one.told).or_default() += 1;
            }
        }
        let statuses = self.statuses.into_inner().unwrap_or_else(PoisonError::into_inner);
        eprintln!(
            "    {database}: {} acknowledged pledges, every one is there and as its backer was told: {told:?}",
            acknowledged.len()
        );
        eprintln!(
            "    {database}: events heard: {}; answers by status: {statuses:?}",
            self.heard.into_inner()
        );
        Ok(())
    }
}

fn one_of<T>(all: &[T], n: u64) -> Option<&T> {
    all.get(usize::try_from(n).unwrap_or(0) % all.len().max(1))
}

/// Where a receipt is in English.
fn receipt_of(url: &str) -> String {
    format!("/en/p/{}", url.rsplit('/').next().unwrap_or_default())
}

fn open_campaigns(addr: SocketAddr) -> Vec<String> {
    let Ok(answer) = ask(addr, &get("/api/v1/campaigns?state=live&limit=50")) else { return Vec::new() };
    let list = answer.json();
    let items = list.get("items").and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|one| one.get("slug")?.as_str().map(str::to_owned)).collect()
}

/// Asked for each time: it costs one more read, of which a soak has never enough.
fn currency_of(slug: &str, addr: SocketAddr) -> String {
    let found = ask(addr, &get(&format!("/api/v1/campaigns/{slug}"))).ok();
    found.and_then(|answer| answer.word("currency")).unwrap_or_else(|| "CHF".to_owned())
}

fn post(path: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: soak\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn form(path: &str, body: &str) -> String {
    post(path, "content-type: application/x-www-form-urlencoded\r\n", body)
}

fn pledge(n: u64, slug: &str, body: &Value) -> String {
    let headers = format!("idempotency-key: soak-{n}\r\ncontent-type: application/json\r\n");
    post(&format!("/api/v1/campaigns/{slug}/pledges"), &headers, &body.to_string())
}
