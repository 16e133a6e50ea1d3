//! The steps of the tour, in order.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::Step;
use super::lab::Lab;
use super::people::Person;
use crate::commands::ask::step_line;

/// Every step.
pub(super) const STEPS: &[Step] = &[
    Step {
        title: "the client starts before its server",
        run: |lab| ask(lab, "client-before-server"),
    },
    Step {
        title: "the client uses the wrong port",
        run: |lab| ask(lab, "wrong-port"),
    },
    Step {
        title: "a greeting: the server speaks first",
        run: greeting,
    },
    Step {
        title: "uppercase over UDP: a datagram for a datagram",
        run: uppercase_udp,
    },
    Step {
        title: "uppercase over TCP: octets as they arrive",
        run: uppercase_tcp,
    },
    Step {
        title: "ROT13, twice",
        run: rot13,
    },
    Step {
        title: "a chat between TCP and UDP",
        run: chat,
    },
    Step {
        title: "a DNS lookup over UDP",
        run: dns_udp,
    },
    Step {
        title: "a DNS answer too large for UDP comes over TCP",
        run: dns_truncated,
    },
    Step {
        title: "a name that does not exist",
        run: dns_nxdomain,
    },
    Step {
        title: "a page from the web server",
        run: page,
    },
    Step {
        title: "the page twice through the proxy: the second time from its cache",
        run: cached_page,
    },
    Step {
        title: "a port scan finds the servers",
        run: scan,
    },
];

/// One of the lab's questions, answered by doing it.
fn ask(lab: &mut Lab, question: &str) -> anyhow::Result<String> {
    let answer = lab.client(&["ask", question])?.done()?;
    let steps = answer.member("steps")?.as_array().context("no steps")?;
    for step in steps {
        let word = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
        let line = step_line(word("who"), word("does"), word("said"));
        lab.out().line(&line)?;
    }
    let conclusion = answer.member("conclusion")?;
    Ok(conclusion
        .as_str()
        .context("the conclusion is no text")?
        .to_owned())
}

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

fn uppercase_udp(lab: &mut Lab) -> anyhow::Result<String> {
    let server = lab
        .serve(&["text", "serve", "uppercase", "--udp", "127.0.0.1:0"])?
        .udp()?;
    let answer = lab
        .client(&["text", "send", "--udp", &server, "hello, world"])?
        .done()?;
    let reply = answer.member("reply")?;
    ensure!(reply == "HELLO, WORLD", "the reply was {reply}");
    Ok("one datagram each way, no connection".to_owned())
}

fn uppercase_tcp(lab: &mut Lab) -> anyhow::Result<String> {
    let server = lab
        .serve(&["text", "serve", "uppercase", "--tcp", "127.0.0.1:0"])?
        .tcp()?;
    let answer = lab
        .client(&["text", "send", "--tcp", &server, "hello, stream"])?
        .done()?;
    let reply = answer.member("reply")?;
    ensure!(reply == "HELLO, STREAM", "the reply was {reply}");
    Ok("the end of the client's side was the end of the message".to_owned())
}

fn rot13(lab: &mut Lab) -> anyhow::Result<String> {
    const TEXT: &str = "Why did the chicken cross the road?";
    let server = lab
        .serve(&["text", "serve", "rot13", "--tcp", "127.0.0.1:0"])?
        .tcp()?;
    let reply_to = |message: &str| -> anyhow::Result<String> {
        let answer = lab
            .client(&["text", "send", "--tcp", &server, message])?
            .done()?;
        let reply = answer.member("reply")?.as_str().unwrap_or_default();
        Ok(reply.to_owned())
    };
    let once = reply_to(TEXT)?;
    ensure!(
        once == "Jul qvq gur puvpxra pebff gur ebnq?",
        "the first reply was {once}"
    );
    let twice = reply_to(&once)?;
    ensure!(twice == TEXT, "the second reply was {twice}");
    Ok("the second time gave the text back".to_owned())
}

fn chat(lab: &mut Lab) -> anyhow::Result<String> {
    let server = lab.serve(&[
        "chat",
        "serve",
        "--tcp",
        "127.0.0.1:0",
        "--udp",
        "127.0.0.1:0",
    ])?;
    let mut ann = Person::over_tcp(&server.tcp()?, lab.tap())?;
    ann.says("/nick ann")?;
    ann.hears("ann")?;
    let mut bob = Person::over_udp(&server.udp()?, lab.tap())?;
    bob.says("/nick bob")?;
    ann.hears("bob")?;
    ann.says("hello bob, are you on UDP?")?;
    bob.hears("ann: hello bob, are you on UDP?")?;
    bob.says("yes, one line a datagram")?;
    ann.hears("bob: yes, one line a datagram")?;
    Ok("a line over TCP reached UDP, and the answer came back".to_owned())
}

/// Asks the lab's DNS server, which the first question starts.
fn look_up(lab: &mut Lab, words: &[&str]) -> anyhow::Result<Value> {
    let server = format!("@{}", lab.dns_server()?);
    let mut line = vec!["dns", "query", &server];
    line.extend(words);
    let answer = lab.client(&line)?.done()?;
    answer
        .json
        .into_iter()
        .next()
        .context("the client printed no answer")
}

fn dns_udp(lab: &mut Lab) -> anyhow::Result<String> {
    let answer = look_up(lab, &["web.lab.test", "A"])?;
    let transport = member(&answer, "transport")?;
    ensure!(transport == "udp", "the answer came over {transport}");
    let records = member(member(&answer, "message")?, "answerRRs")?
        .as_array()
        .context("no answer section")?;
    let data: Vec<&str> = records
        .iter()
        .filter_map(|record| record.get("rdata").and_then(Value::as_str))
        .collect();
    ensure!(
        data == ["www.lab.test.", "127.0.0.1"],
        "the answer was {data:?}"
    );
    Ok("web.lab.test is an alias of www.lab.test, which is 127.0.0.1".to_owned())
}

fn dns_truncated(lab: &mut Lab) -> anyhow::Result<String> {
    let answer = look_up(lab, &["big.lab.test", "TXT"])?;
    let transport = member(&answer, "transport")?;
    ensure!(transport == "tcp", "the answer came over {transport}");
    let records = member(member(&answer, "message")?, "ANCOUNT")?;
    ensure!(records == 8, "{records} records came");
    Ok("the datagram said TC, so the client asked again over TCP and got all 8 records".to_owned())
}

fn dns_nxdomain(lab: &mut Lab) -> anyhow::Result<String> {
    let answer = look_up(lab, &["nowhere.lab.test", "A"])?;
    let rcode = member(member(&answer, "message")?, "RCODE")?;
    ensure!(rcode == 3, "the response code was {rcode}");
    Ok("NXDOMAIN, with the SOA record that says how long that may be remembered".to_owned())
}

fn member<'v>(object: &'v Value, name: &str) -> anyhow::Result<&'v Value> {
    object
        .get(name)
        .with_context(|| format!("the answer has no '{name}'"))
}

fn page(lab: &mut Lab) -> anyhow::Result<String> {
    let server = lab
        .serve(&["http", "serve", "--listen", "127.0.0.1:0"])?
        .tcp()?;
    let answer = lab
        .client(&["http", "get", &format!("http://{server}/")])?
        .done()?;
    let status = answer.member("status")?;
    ensure!(status == 200, "the status is {status}");
    let octets = answer.member("octets")?;
    Ok(format!("200 OK and {octets} octets of HTML"))
}

fn cached_page(lab: &mut Lab) -> anyhow::Result<String> {
    // Its Cache-Control allows a minute (RFC 9111 section 5.2.2.1).
    let server = lab
        .serve(&["http", "serve", "--listen", "127.0.0.1:0"])?
        .tcp()?;
    let proxy = lab.serve(&["proxy", "--listen", "127.0.0.1:0"])?.tcp()?;
    let (url, proxy) = (format!("http://{server}/"), format!("http://{proxy}"));
    let mut said = Vec::new();
    for _ in 0..2 {
        let answer = lab
            .client(&["http", "get", "--proxy", &proxy, &url])?
            .done()?;
        let status = answer.member("status")?;
        ensure!(status == 200, "the status is {status}");
        said.push(field(answer.member("fields")?, "Cache-Status")?);
    }
    let (first, second) = (said.first(), said.last());
    ensure!(
        first.is_some_and(|first| first.contains("fwd=uri-miss")),
        "the first answer's Cache-Status is {first:?}"
    );
    ensure!(
        second.is_some_and(|second| second.contains("hit")),
        "the second answer's Cache-Status is {second:?}"
    );
    Ok(format!("Cache-Status says: {}", said.join(", then ")))
}

/// The value of a field among `[["Name", "value"], …]`.
fn field(fields: &Value, name: &str) -> anyhow::Result<String> {
    fields
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|field| Some((field.get(0)?.as_str()?, field.get(1)?.as_str()?)))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_owned())
        .with_context(|| format!("the answer has no field {name}"))
}

fn scan(lab: &mut Lab) -> anyhow::Result<String> {
    let ports = lab.tcp_ports();
    let list: Vec<String> = ports.iter().map(u16::to_string).collect();
    let answer = lab
        .client(&["scan", "127.0.0.1", "-p", &list.join(",")])?
        .done()?;
    let open: Vec<&Value> = answer
        .json
        .iter()
        .filter(|object| object.get("state").is_some_and(|state| state == "open"))
        .filter_map(|object| object.get("port"))
        .collect();
    for port in &open {
        lab.out().line(&format!("  {port}/tcp open"))?;
    }
    ensure!(
        open.len() == ports.len(),
        "{} of {} servers were found",
        open.len(),
        ports.len()
    );
    Ok(format!(
        "all {} TCP servers of the lab are open",
        ports.len()
    ))
}
