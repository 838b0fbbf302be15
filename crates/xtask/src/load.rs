//! A load generator that costs little: one thread, a fixed number of keep-alive connections, one request at a time on
//! each. It knows just enough HTTP/1.1 for the answers of an API.

use std::collections::HashMap;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::failure::{Failure, Result};

/// What came back.
#[derive(Default)]
pub struct Outcome {
    /// How often each status came.
    pub statuses: HashMap<u16, u64>,
    /// Numbers of the requests answered 200 or 201.
    pub accepted: Vec<u64>,
    /// Microseconds from writing a request to its complete answer, in order of arrival.
    pub latencies: Vec<u32>,
    /// How long it took in all.
    pub took: Duration,
}

impl Outcome {
    /// Answers per second.
    pub fn per_second(&self) -> f64 {
        let answers: u64 = self.statuses.values().sum();
        f64::from(u32::try_from(answers).unwrap_or(u32::MAX)) / self.took.as_secs_f64()
    }

    /// The latency that a share of all answers stayed below, milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        f64::from(sorted.get(at).copied().unwrap_or(0)) / 1000.0
    }
}

struct Line {
    stream: TcpStream,
    request: Vec<u8>,
    written: usize,
    answer: Vec<u8>,
    number: Option<u64>,
    sent: Instant,
}

/// Sends the requests that `next` makes, over that many connections, until it makes no more and all are answered.
pub fn drive(
    address: SocketAddr,
    connections: usize,
    mut next: impl FnMut() -> Option<(u64, Vec<u8>)>,
) -> Result<Outcome> {
    let broken = |error: std::io::Error| Failure::new(format!("load generator: {error}"));
    let mut poll = Poll::new().map_err(broken)?;
    let mut events = Events::with_capacity(1024);
    let mut lines = Vec::with_capacity(connections);
    for token in 0..connections {
        let mut stream = TcpStream::connect(address).map_err(broken)?;
        poll.registry().register(&mut stream, Token(token), Interest::READABLE | Interest::WRITABLE).map_err(broken)?;
        lines.push(Line {
            stream,
            request: Vec::new(),
            written: 0,
            answer: Vec::with_capacity(4096),
            number: None,
            sent: Instant::now(),
        });
    }
    let started = Instant::now();
    let mut outcome = Outcome::default();
    let mut open = connections;
    let mut idle = vec![false; connections];
    while open > 0 {
        poll.poll(&mut events, Some(Duration::from_secs(30))).map_err(broken)?;
        if events.is_empty() {
            return Err(Failure::new("load generator: no answer for 30 s"));
        }
        for event in &events {
            let token = event.token().0;
            let line = &mut lines[token];
            if idle[token] {
                continue;
            }
            if event.is_readable() && line.receive().map_err(broken)? {
                outcome.take(line);
            }
            if line.number.is_none() {
                let Some((number, request)) = next() else {
                    idle[token] = true;
                    open -= 1;
                    continue;
                };
                line.begin(number, request);
            }
            line.send().map_err(broken)?;
        }
    }
    outcome.took = started.elapsed();
    Ok(outcome)
}

impl Outcome {
    fn take(&mut self, line: &mut Line) {
        let status = status(&line.answer);
        let micros = line.sent.elapsed().as_micros();
        self.latencies.push(u32::try_from(micros).unwrap_or(u32::MAX));
        *self.statuses.entry(status).or_default() += 1;
        if let (Some(number), 200 | 201) = (line.number.take(), status) {
            self.accepted.push(number);
        }
        line.answer.clear();
    }
}

impl Line {
    fn begin(&mut self, number: u64, request: Vec<u8>) {
        self.number = Some(number);
        self.request = request;
        self.written = 0;
        self.sent = Instant::now();
    }

    fn send(&mut self) -> std::io::Result<()> {
        while self.written < self.request.len() {
            match self.stream.write(&self.request[self.written..]) {
                Ok(bytes) => self.written += bytes,
                // Not connected yet, or the socket is full: the next event goes on.
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads what is there; true once an answer is complete.
    fn receive(&mut self) -> std::io::Result<bool> {
        let mut chunk = [0; 4096];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(bytes) => self.answer.extend_from_slice(&chunk[..bytes]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => {
                    return Ok(complete(&self.answer));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

fn status(answer: &[u8]) -> u16 {
    answer
        .get(9..12)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

fn complete(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let body = answer.len() - end - 4;
    match head.lines().find_map(|line| line.strip_prefix("content-length:")) {
        Some(length) => length.trim().parse() == Ok(body),
        None if head.contains("transfer-encoding: chunked") => answer.ends_with(b"0\r\n\r\n"),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufRead as _;

    #[test]
    fn an_answer_is_complete_with_its_last_byte() {
        let answer = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
        assert!(complete(answer) && !complete(&answer[..answer.len() - 1]) && !complete(b"HTTP/1.1 20"));
        assert_eq!(status(answer), 201);
    }

    #[test]
    fn every_request_is_answered_once() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(std::result::Result::ok) {
                std::thread::spawn(move || {
                    let mut reader = std::io::BufReader::new(stream);
                    let mut line = String::new();
                    while reader.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
                        if line == "\r\n" {
                            let _ = reader.get_mut().write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}");
                        }
                        line.clear();
                    }
                });
            }
        });
        let mut numbers = 0..500;
        let outcome =
            drive(address, 8, || numbers.next().map(|n| (n, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()))).unwrap();
        let mut accepted = outcome.accepted.clone();
        accepted.sort_unstable();
        assert_eq!(accepted, (0..500).collect::<Vec<_>>());
        assert_eq!(outcome.statuses.get(&201), Some(&500));
    }
}
