//! What stands in the way of a form, before its first field.

use leptos::prelude::*;

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The control's id, as [`super::FieldView::id`] gives it.
    pub field_id: String,
    /// The same words as at the field.
    pub text: String,
}

/// All problems of a form, each leading to its field. Takes focus when the page opens.
#[component]
pub fn ErrorSummary(
    /// "There is a problem".
    #[prop(into)]
    title: String,
    /// At least one; with none nothing is shown.
    problems: Vec<FieldProblem>,
    /// It appears on a page that is open already, where whoever puts it there moves the focus.
    #[prop(optional)]
    is_focused_by_script: bool,
) -> impl IntoView {
    (!problems.is_empty()).then(|| {
        view! {
            <div class="error-summary" tabindex="-1" autofocus=!is_focused_by_script role="group" aria-labelledby="error-summary-title">
                <h2 id="error-summary-title">{title}</h2>
                <ul>
                    {problems
                        .into_iter()
                        .map(|problem| {
                            view! {
                                <li>
                                    <a href=format!("#{}", problem.field_id)>{problem.text}</a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
}
