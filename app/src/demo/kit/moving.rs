//! Navigation and messages.

use leptos::prelude::*;

use crate::kit::{
    Button, ButtonKind, ButtonLink, Disclosure, EmptyState, HoldNotice, HoldState, Notice, NoticeKind,
    PageLink, Pagination, StateLabel, StateTone, StepState, StepView, Stepper, TabCount, TabLink, Tabs,
    Timeline, TimelineState, TimelineStep, Toast,
};

fn tab(label: &str, count: Option<&str>, is_current: bool) -> TabLink {
    TabLink {
        href: "#kit".to_owned(),
        label: label.to_owned(),
        count: count.map(|count| view! { <TabCount text=count.to_owned()/> }.into_any()),
        is_current,
    }
}

fn step(label: &str, state: StepState) -> StepView {
    let href = (state == StepState::Done).then(|| "#kit".to_owned());
    StepView { label: label.to_owned(), state, href }
}

fn point(title: &str, when: (&str, &str), note: Option<&str>, state: TimelineState) -> TimelineStep {
    TimelineStep {
        title: title.to_owned(),
        lang: None,
        when: when.0.to_owned(),
        datetime: when.1.to_owned(),
        note: note.map(str::to_owned),
        state,
    }
}

#[component]
pub(super) fn NavSection() -> impl IntoView {
    let phases = vec![
        point("Opened", ("9 February 2027", "2027-02-09"), None, TimelineState::Past),
        point("Half of the goal secured", ("17 February 2027", "2027-02-17"), None, TimelineState::Past),
        point(
            "Deadline",
            ("9 March 2027, 23:59 Swiss time", "2027-03-09T22:59:59Z"),
            Some("Extended by two days: the bank was closed."),
            TimelineState::Now,
        ),
        point("First tree stands", ("1 June 2027", "2027-06-01"), None, TimelineState::Next),
    ];
    let page = |label: &str| Some(PageLink { href: "#kit".to_owned(), label: label.to_owned() });
    view! {
        <section class="section">
            <h2>"Finding the way"</h2>
            <div class="stack" data-gap="48">
                <Tabs
                    label="Campaign"
                    links=vec![tab("Story", None, true), tab("Updates", Some("2"), false), tab("Questions", Some("5"), false), tab("Backers", Some("143"), false), tab("Ledger", None, false)]
                />
                <Stepper
                    label="Pledge"
                    steps=vec![step("Your support", StepState::Done), step("Your details", StepState::Now), step("Confirm", StepState::Next)]
                />
                <div class="split">
                    <Timeline steps=phases/>
                    <ul class="stack">
                        <li><StateLabel tone=StateTone::Live text="Open"/></li>
                        <li><StateLabel tone=StateTone::Good text="Reached"/></li>
                        <li><StateLabel tone=StateTone::Warn text="Update overdue"/></li>
                        <li><StateLabel tone=StateTone::Quiet text="Missed: nobody pays"/></li>
                    </ul>
                </div>
                <Pagination label="Pages" previous=page("Previous 24") next=page("Next 24") place="25 to 48 of 2’000"/>
            </div>
        </section>
    }
}

#[component]
pub(super) fn MessageSection() -> impl IntoView {
    view! {
        <section class="section">
            <h2>"Messages"</h2>
            <div class="split">
                <div class="stack" data-gap="24">
                    <Notice title="Pledges can be changed until 9 March, 23:59 Swiss time."/>
                    <Notice kind=NoticeKind::Good title="CHF\u{a0}60 is secured.">
                        <p>"Nothing is charged unless the goal is reached."</p>
                    </Notice>
                    <Notice kind=NoticeKind::Warn title="The last ‹Bench› went a moment ago.">
                        <p>"Your amount is kept; choose another reward or none."</p>
                    </Notice>
                    <Notice kind=NoticeKind::Bad title="Your bank declined this card.">
                        <p>"Nothing was charged. Try again or pay another way."</p>
                    </Notice>
                    <Toast kind=NoticeKind::Good text="Copied."/>
                </div>
                <div class="stack" data-gap="24">
                    <HoldNotice state=HoldState::Running text="‹Bank im Quartier› is held for you until 14:35.".into_any()>
                        <Button kind=ButtonKind::Secondary>"Keep it"</Button>
                    </HoldNotice>
                    <HoldNotice state=HoldState::Gone text="The hold ended at 14:35. Nothing you typed is lost.".into_any()/>
                    <EmptyState title="No match for ‹heatt›. Remove ‹Ticino› or search everywhere.">
                        <ButtonLink kind=ButtonKind::Secondary href="#kit">
                            "Search everywhere"
                        </ButtonLink>
                    </EmptyState>
                    <div>
                        <Disclosure summary="Add something">
                            <p>"A second bench plate, CHF\u{a0}40."</p>
                        </Disclosure>
                        <Disclosure summary="What if the goal is missed?">
                            <p>"Nobody pays. Bank money goes back to the account it came from."</p>
                        </Disclosure>
                    </div>
                </div>
            </div>
        </section>
    }
}
