//! What happens to what is on its way: it arrives, late, twice, in another order or never, and what comes back may be
//! lost after the server has committed.

use linli_domain::outbox::{OutboxAnswer, OutboxReply};
use linli_domain::submission::SubmissionState;
use linli_domain::{Problem, ProblemCode};
use serde_json::{Value, json};

use crate::mutation::Mutation;
use crate::server::{Answer, Server, Trouble};
use crate::tab::Tab;
use crate::world::{Content, Message, Reply, Request, Shared};

/// Longest delay of a message, milliseconds.
const LATE: u64 = 45_000;

/// A message arrives, or something happens to it.
pub async fn arrive(shared: &Shared, server: &Server, message: Message) -> Result<(), Trouble> {
    let Message { device, content, .. } = message;
    match content {
        Content::Granted(slot) => shared.world.borrow_mut().fill(slot, Reply::Granted),
        Content::Reply(reply, slot) => shared.world.borrow_mut().fill(slot, reply),
        Content::Changed(number) => {
            let open = shared.world.borrow().devices[device].tabs.contains_key(&number);
            if open {
                Tab { shared: shared.clone(), device, tab: number }.told();
            }
        }
        Content::Request(request, slot) => requested(shared, server, device, request, slot).await?,
    }
    Ok(())
}

async fn requested(
    shared: &Shared,
    server: &Server,
    device: usize,
    request: Request,
    slot: u64,
) -> Result<(), Trouble> {
    let mut lost_after_commit = false;
    {
        let mut world = shared.world.borrow_mut();
        let cut_off = world.now < world.devices[device].cut_off_until;
        let down = world.now < world.down_until;
        let choice = if world.healed { 99 } else { world.rng.below(100) };
        let own_fault = if cut_off {
            return Ok(());
        } else if down || choice < 6 {
            Some(("5xx", problem(ProblemCode::Unavailable, None)))
        } else if choice < 9 {
            let seconds = world.rng.below(90) + 1;
            world.longest_asked = world.longest_asked.max(seconds * 1_000);
            Some(("429", problem(ProblemCode::TooManyRequests, Some(seconds))))
        } else if choice < 12 {
            Some(("captive portal", portal()))
        } else {
            None
        };
        if let Some((what, answer)) = own_fault {
            world.count(what);
            world.note(|_| format!("d{device} is answered {what}"));
            let now = world.now;
            world.send(50, device, Content::Reply(Reply::Answer(answer, now), slot));
            return Ok(());
        }
        match choice {
            12..20 => {
                world.count("request lost");
                world.note(|_| format!("a request of d{device} is lost"));
                return Ok(());
            }
            20..28 => {
                world.count("duplicated");
                let within = if world.rng.once_in(2) { 4 * LATE } else { 5_000 };
                let after = world.rng.below(within);
                // Nobody waits for the answer to the copy.
                world.send(after, device, Content::Request(request.clone(), 0));
            }
            28..38 => {
                world.count("reply lost after commit");
                world.note(|_| format!("a reply to d{device} is lost"));
                lost_after_commit = true;
            }
            _ => {}
        }
    }
    let turns = {
        let mut world = shared.world.borrow_mut();
        let crashes = world.crashes && !world.healed && world.rng.once_in(6);
        crashes.then(|| world.rng.below(12) + 1)
    };
    if let (Some(turns), Request::Outbox(body)) = (turns, &request) {
        server.call_in_vain("/api/v1/outbox", body, u32::try_from(turns).unwrap_or(1)).await?;
        let mut world = shared.world.borrow_mut();
        world.crashed = true;
        world.count("server crashed");
        world.note(|_| format!("the server crashes at a request of d{device}"));
        return Ok(());
    }
    let answer = answered(shared, server, request).await?;
    let mut world = shared.world.borrow_mut();
    // Where every tab may send, what is late tells.
    let often = if world.devices[device].lockless { 3 } else { 12 };
    let late = !world.healed && world.rng.once_in(often);
    if late {
        world.count("delayed");
    }
    let after = if late { world.rng.below(LATE) } else { world.rng.below(300) };
    let now = world.now;
    if !lost_after_commit {
        world.send(after, device, Content::Reply(Reply::Answer(answer, now), slot));
    }
    Ok(())
}

/// The real server's answer, but for planted faults.
async fn answered(shared: &Shared, server: &Server, request: Request) -> Result<Answer, Trouble> {
    let now = shared.world.borrow().now;
    server.set_clock(now.cast_signed());
    let body = match request {
        Request::Public(etag) => return server.call("GET", "/api/v1/public", etag.as_deref(), "").await,
        Request::Outbox(body) => body,
    };
    let mutation = shared.world.borrow().mutation;
    let body = match mutation {
        Some(Mutation::AcknowledgedBeforeCommit) if shared.world.borrow_mut().rng.once_in(3) => {
            return acknowledged(&body);
        }
        Some(Mutation::BadItemBlocksBatch) if body.contains("nonsense") || body.contains("9000") => {
            return Ok(problem(ProblemCode::Unavailable, None));
        }
        Some(Mutation::DuplicateIsAnotherRow) => forgetful(shared, server, body).await?,
        _ => body,
    };
    shared.world.borrow_mut().count("requests served");
    server.call("POST", "/api/v1/outbox", None, &body).await
}

fn acknowledged(body: &str) -> Result<Answer, Trouble> {
    let request: Value = serde_json::from_str(body)?;
    let answer = |item: &Value| OutboxAnswer {
        id: item["id"].as_str().unwrap_or_default().to_owned(),
        status: 201,
        receipt: None,
        state: Some(SubmissionState::Received),
        position: None,
        photos_missing: Vec::new(),
        problem: None,
    };
    let items = request["items"].as_array().map(|items| items.iter().map(answer).collect()).unwrap_or_default();
    let body = serde_json::to_string(&OutboxReply { items, epoch: None })?;
    Ok(Answer { status: 200, media_type: "application/json".to_owned(), etag: None, retry_after: None, body })
}

/// Gives every record that the server has a new id, as if it had forgotten the old one.
async fn forgetful(shared: &Shared, server: &Server, body: String) -> Result<String, Trouble> {
    let mut request: Value = serde_json::from_str(&body)?;
    let there = server.rows_after(0).await?;
    for item in request["items"].as_array_mut().into_iter().flatten() {
        let id = item["id"].as_str().unwrap_or_default().replace('-', "");
        if there.iter().any(|(known, _)| *known == id) {
            let mut world = shared.world.borrow_mut();
            item["id"] = json!(world.new_id(0));
            item["body"]["receipt"] = json!(world.new_receipt());
        }
    }
    Ok(request.to_string())
}

fn problem(code: ProblemCode, retry_after: Option<u64>) -> Answer {
    Answer {
        status: code.status(),
        media_type: "application/problem+json".to_owned(),
        etag: None,
        retry_after,
        body: serde_json::to_string(&Problem::new(code)).expect("our own types have JSON forms"),
    }
}

fn portal() -> Answer {
    let body = "<html>Please sign in to the network</html>".to_owned();
    Answer { status: 200, media_type: "text/html".to_owned(), etag: None, retry_after: None, body }
}
