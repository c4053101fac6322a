//! State machines as tables: states with stable names, actions, and every change that is allowed.

/// The action is not allowed in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{action} is not allowed in state {from}")]
pub struct WrongState {
    /// The state's name.
    pub from: &'static str,
    /// The action's name.
    pub action: &'static str,
}

/// The name is not one of the machine's states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such state")]
pub struct UnknownState;

/// Declares a state machine: its states and actions with their stable names, and one line for each allowed
/// change, made of the state it leaves, the action, and the state it enters.
///
/// ```text
/// state_machine! {
///     states DoorState { Open = "open", Shut = "shut", }
///     actions DoorAction { Close = "close", Push = "push", }
///     changes {
///         Open Close Shut,
///         Shut Push Open,
///     }
/// }
/// ```
macro_rules! state_machine {
    (
        $(#[$state_doc:meta])* states $State:ident { $($(#[$doc:meta])* $state:ident = $name:literal,)+ }
        $(#[$action_doc:meta])* actions $Action:ident { $($(#[$adoc:meta])* $action:ident = $aname:literal,)+ }
        changes { $($from:ident $by:ident $to:ident,)+ }
    ) => {
        $(#[$state_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $State { $($(#[$doc])* $state),+ }

        $(#[$action_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Action { $($(#[$adoc])* $action),+ }

        impl $State {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$state),+];

            /// Every allowed change: from, by, to.
            pub const CHANGES: &'static [(Self, $Action, Self)] = &[$((Self::$from, $Action::$by, Self::$to)),+];

            /// The name in the database, the API and addresses.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$state => $name),+ }
            }

            /// The state after an action.
            ///
            /// # Errors
            /// [`WrongState`](crate::states::WrongState) where the machine has no such change.
            pub fn apply(self, action: $Action) -> Result<Self, $crate::states::WrongState> {
                Self::CHANGES
                    .iter()
                    .find(|(from, by, _)| *from == self && *by == action)
                    .map(|(_, _, to)| *to)
                    .ok_or($crate::states::WrongState { from: self.name(), action: action.name() })
            }
        }

        impl $Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            /// The name in logs and errors.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$action => $aname),+ }
            }
        }

        impl core::str::FromStr for $State {
            type Err = $crate::states::UnknownState;

            fn from_str(name: &str) -> Result<Self, $crate::states::UnknownState> {
                Self::ALL.iter().copied().find(|state| state.name() == name).ok_or($crate::states::UnknownState)
            }
        }

        impl core::fmt::Display for $State {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use state_machine;
