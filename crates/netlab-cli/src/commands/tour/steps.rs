//! The steps of the tour, in order.

use anyhow::ensure;

use super::Step;
use super::lab::Lab;

/// Every step.
pub(super) const STEPS: &[Step] = &[Step {
    title: "a greeting: the server speaks first",
    run: greeting,
}];

fn greeting(lab: &mut Lab) -> anyhow::Result<String> {
    let server = lab.serve(&["greet", "--listen", "127.0.0.1:0"])?.tcp()?;
    let answer = lab.client(&["connect", &server])?.done()?;
    let said = answer.member("said")?;
    ensure!(
        said == "Thank You for Connecting\n",
        "the server said {said}"
    );
    Ok("the client only connected; the server greeted and closed".to_owned())
}
