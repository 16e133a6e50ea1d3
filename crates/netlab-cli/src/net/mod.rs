//! Sockets: everything that blocks, waits or is bounded by a deadline lives here.

mod address;
mod connect;
mod crew;
mod datagrams;
mod descriptors;
mod dns_transport;
mod event_loop;
mod listen;
mod packet_info;
mod relay;
mod running;
mod server_args;
mod stop;
mod timed_stream;
mod udp_server;
mod udp_socket;
mod urgent;

pub(crate) use address::{HostPort, check_zone, is_near, without_brackets};
pub(crate) use connect::{
    FailedAttempt, Winner, cannot_connect, connect, connect_each, connect_failure, io_failure,
    no_way, system_text, thread_failure, udp_connect,
};
use crew::leads;
pub(crate) use crew::{Cause, Conversation, InOneGo, Progress, about_to_wait};
pub(crate) use descriptors::raise_descriptor_limit;
pub(crate) use dns_transport::{ask_tcp, ask_udp, read_message, send_tcp, write_message};
pub(crate) use listen::{TcpHandler, TcpServer};
pub(crate) use relay::relay;
pub(crate) use running::{AtWork, GRACE, Running, Served, announce};
pub(crate) use server_args::{ServerArgs, parse_seconds};
pub(crate) use stop::Stop;
pub(crate) use timed_stream::{TimedStream, later};
pub(crate) use udp_server::{UdpHandler, UdpServer};
pub(crate) use udp_socket::{DatagramSocket, Ends, datagram_octets_max};
pub(crate) use urgent::READING;
