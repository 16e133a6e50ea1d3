//! `--pipeline`: several requests sent before the first response is read (RFC 9112 §9.3.2).

use std::collections::VecDeque;
use std::time::Instant;

use wire_http::Method;

use super::Args;
use super::transfer::{Arrival, Client, Heads};
use crate::commands::http::client;
use crate::commands::http::web_url::WebUrl;
use crate::exit::{ExitCode, Failure};

/// Requests under way at once. More would fill the buffers of both sides with neither reading.
const UNDER_WAY_MAX: usize = 16;

/// Fetches all URLs over one connection.
pub(super) fn fetch(client: &mut Client<'_>) -> anyhow::Result<ExitCode> {
    let args = client.args;
    let order = client.order.clone();
    let method = Method::new(&order.method).map_err(std::io::Error::other)?;
    let Some(first) = one_server(args, method)? else {
        return Ok(ExitCode::Done);
    };
    let mut link = client.link(first)?;
    let server = args.proxy.as_ref().unwrap_or(first).server().to_string();
    let mut code = ExitCode::Done;
    let mut waiting = args.urls.iter().enumerate();
    let mut under_way = VecDeque::new();
    let mut done = 0_usize;
    loop {
        let mut octets = Vec::new();
        while under_way.len() < UNDER_WAY_MAX
            && let Some((index, url)) = waiting.next()
        {
            let start = octets.len();
            order
                .request(url, args.proxy.as_ref(), &[])?
                .send(b"", &mut octets)
                .map_err(std::io::Error::other)?;
            link.connection
                .see_request(octets.get(start..).unwrap_or_default());
            under_way.push_back((index, url, Instant::now()));
        }
        if !octets.is_empty() {
            link.connection
                .send(&octets)
                .map_err(|error| client::failure(&server, &error))?;
        }
        let Some((index, url, start)) = under_way.pop_front() else {
            return Ok(code);
        };
        let mut heads = Heads::default();
        client
            .read_heads(&mut link.connection, method, &mut heads)
            .map_err(|error| client::failure(&server, &error))?;
        let arrival = Arrival {
            url,
            method: &order.method,
            heads,
            start,
            first_octet: start.elapsed(),
            redirects: Vec::new(),
        };
        let output = args.output(index);
        let (status, persists) = client.deliver_on(&mut link, &arrival, output)?;
        done = done.saturating_add(1);
        if args.fail && status.code() >= 400 {
            code = ExitCode::Negative;
        }
        let left = args.urls.len().saturating_sub(done);
        if !persists && left > 0 {
            return Err(Failure::failed(format!(
                "{server} closed the connection with {left} requests unanswered; fetch them without --pipeline"
            ))
            .into());
        }
    }
}

/// The first URL, once it is clear that requests for all may be pipelined, and go to one server.
fn one_server<'a>(args: &'a Args, method: Method<'_>) -> Result<Option<&'a WebUrl>, Failure> {
    if !method.is_idempotent() {
        return Err(Failure::usage(format!(
            "{method} must not be pipelined: if the connection breaks, nobody knows what was done"
        )));
    }
    let Some((first, others)) = args.urls.split_first() else {
        return Ok(None);
    };
    let other = others.iter().find(|url| !url.same_origin(first));
    match other.filter(|_| args.proxy.is_none()) {
        Some(other) => Err(Failure::usage(format!(
            "{other} is on another server than {first}; --pipeline has one connection"
        ))),
        None => Ok(Some(first)),
    }
}
