//! Tables of the user's own that are attached.

use pgrx::prelude::*;

use crate::engine::transition::Statement;
use crate::error::OrRaise;
use crate::loading::sources::{self, SourceError};

/// Not a `#[pg_trigger]`, which panics where it is called by hand.
#[pg_extern(sql = false)]
fn follow_source(call: pg_sys::FunctionCallInfo) {
    let follow = || match Statement::of_call(call) {
        Some(statement) if !statement.is_before() => sources::changed(&statement),
        _ => Err(SourceError::Trigger("a call that is no trigger after a statement".into()).into()),
    };
    follow().or_raise();
}
