//! Other resolvers, asked in the order they were given.

use wire_dns::NameBuf;

use super::resolution::{Resolution, Said, Server};
use super::{Asked, NoReply, Trouble};

/// How often each is asked.
const ROUNDS: u32 = 2;

impl Resolution<'_> {
    /// The response of the first resolver that has one, all of them asked twice.
    pub(super) fn forward(&mut self, asked: &Asked) -> Result<Said, Trouble> {
        // A resolver speaks for all zones.
        let zone = NameBuf::root();
        let forwarders = &self.resolver.forwarders;
        let mut last = NoReply::said("nobody was asked".to_owned());
        let timeout = self.resolver.servers.timeout();
        for _ in 0..ROUNDS {
            for socket in forwarders {
                let server = Server {
                    zone: &zone,
                    name: None,
                    socket: *socket,
                };
                match self.ask(&server, asked, timeout)? {
                    Ok(octets) => {
                        return Ok(Said {
                            octets,
                            zone,
                            is_own: false,
                        });
                    }
                    Err(no_reply) => last = no_reply,
                }
            }
        }
        let whom = match forwarders.as_slice() {
            [one] => one.to_string(),
            _ => "the resolvers asked".to_owned(),
        };
        Err(Trouble::nobody(&whom, &last))
    }
}
