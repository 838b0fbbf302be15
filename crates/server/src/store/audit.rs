//! The chain of the audit log: each line carries the SHA-256 of the one before it and of its own content, and the community
//! carries the last one's, so that a line that was changed, left out, put in or cut off shows (ADR 22).

use chrono::{DateTime, FixedOffset, Utc};
use linli_domain::audit::{AuditLine, AuditPage};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use super::activities::moment;
use super::entities::{audit, community, staff};
use super::{Database, Error, Store};

/// What stands before the first line.
pub(super) const BEGINNING: [u8; 32] = [0; 32];
/// Lines read at once when the chain is followed.
const ROWS: u64 = 1000;
/// Lines on one page of the desk.
const PAGE: u64 = 50;

/// What a line says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub community: &'a str,
    pub sequence: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    pub actor: &'a str,
    pub action: &'a str,
    pub object: &'a str,
}

impl Line<'_> {
    /// The hash of a line behind another: over that one's hash and a JSON list of what it says, in which no two lines are the
    /// same text.
    pub fn hash(&self, previous: &[u8]) -> [u8; 32] {
        let said = (self.community, self.sequence, self.at, self.actor, self.action, self.object);
        let said = serde_json::to_vec(&said).expect("texts and numbers have JSON forms");
        Sha256::new().chain_update(previous).chain_update(said).finalize().into()
    }
}

/// The next line of a community's log, which the community then carries the hash of; both are to be written together.
pub(super) fn next(
    community: &mut community::Model,
    at: DateTime<FixedOffset>,
    actor: String,
    action: &str,
    object: String,
) -> audit::ActiveModel {
    community.last_audit += 1;
    let (sequence, at) = (community.last_audit, at.timestamp_millis());
    let line = Line { community: &community.id, sequence, at, actor: &actor, action, object: &object };
    let hash = line.hash(community.audit_head.as_deref().unwrap_or(&BEGINNING)).to_vec();
    community.audit_head = Some(hash.clone());
    audit::ActiveModel {
        community_id: Set(community.id.clone()),
        sequence: Set(sequence),
        at: Set(at),
        actor: Set(actor),
        action: Set(action.to_owned()),
        object: Set(object),
        hash: Set(Some(hash)),
    }
}

/// Writes down what was done from the command line, in the transaction that does it.
pub(super) async fn note(
    transaction: &DatabaseTransaction,
    community: &str,
    action: &str,
    object: String,
) -> Result<(), Error> {
    let mut community = community::Entity::find_by_id(community)
        .lock_exclusive()
        .one(transaction)
        .await?
        .ok_or_else(|| Error::Broken("the community is gone".into()))?;
    let line = next(&mut community, Utc::now().fixed_offset(), "server".to_owned(), action, object);
    audit::Entity::insert(line).exec_without_returning(transaction).await?;
    community::Entity::update_many()
        .col_expr(community::Column::LastAudit, Expr::value(community.last_audit))
        .col_expr(community::Column::AuditHead, Expr::value(community.audit_head))
        .filter(community::Column::Id.eq(&community.id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Where a chain is broken.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// At a line.
    #[error("the audit log of {0} is broken at line {1}: {2}")]
    At(String, i64, &'static str),
    /// It cannot be read.
    #[error(transparent)]
    Unread(#[from] Error),
}

/// A chain that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Whose log.
    pub community: String,
    /// How many lines.
    pub lines: i64,
    /// The last one's hash. Kept elsewhere, it shows later that nothing before it was written anew.
    pub head: Vec<u8>,
}

impl Database {
    /// Follows the chain of every community's log.
    ///
    /// # Errors
    /// Where the first one is broken.
    pub async fn follow_audit(&self) -> Result<Vec<Chain>, Broken> {
        let communities = community::Entity::find().all(&self.read).await.map_err(Error::from)?;
        let mut chains = Vec::with_capacity(communities.len());
        for community in communities {
            chains.push(self.follow(community).await?);
        }
        Ok(chains)
    }

    /// Lines that are added meanwhile lie behind the end that was read first.
    async fn follow(&self, community: community::Model) -> Result<Chain, Broken> {
        let broken = |sequence, why| Broken::At(community.id.clone(), sequence, why);
        let (mut head, mut last) = (BEGINNING.to_vec(), 0);
        while last < community.last_audit {
            let rows = audit::Entity::find()
                .filter(audit::Column::CommunityId.eq(&community.id))
                .filter(audit::Column::Sequence.gt(last))
                .filter(audit::Column::Sequence.lte(community.last_audit))
                .order_by_asc(audit::Column::Sequence)
                .limit(ROWS)
                .all(&self.read)
                .await
                .map_err(Error::from)?;
            if rows.is_empty() {
                return Err(broken(last + 1, "it is missing"));
            }
            for row in rows {
                if row.sequence != last + 1 {
                    return Err(broken(last + 1, "it is missing"));
                }
                let hash = line(&row).hash(&head);
                if row.hash.as_deref() != Some(&hash) {
                    return Err(broken(row.sequence, "it is not what was written"));
                }
                (head, last) = (hash.to_vec(), row.sequence);
            }
        }
        let noted = community.audit_head.as_deref().unwrap_or(&BEGINNING);
        if noted != head {
            return Err(broken(last, "it is not the last that was written"));
        }
        Ok(Chain { community: community.id, lines: last, head })
    }
}

fn line(row: &audit::Model) -> Line<'_> {
    Line {
        community: &row.community_id,
        sequence: row.sequence,
        at: row.at,
        actor: &row.actor,
        action: &row.action,
        object: &row.object,
    }
}

impl Store {
    /// A page of the log, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn audit(&self, before: Option<i64>) -> Result<AuditPage, Error> {
        let mut query = audit::Entity::find().filter(audit::Column::CommunityId.eq(&self.0.community));
        if let Some(before) = before {
            query = query.filter(audit::Column::Sequence.lt(before));
        }
        let mut rows = query.order_by_desc(audit::Column::Sequence).limit(PAGE + 1).all(&self.0.read).await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| more).map(|last| last.sequence.to_string());
        let staff = staff::Entity::find().filter(staff::Column::CommunityId.eq(&self.0.community));
        let staff = staff.all(&self.0.read).await?;
        let name = |actor: &str| staff.iter().find(|row| row.id.to_string() == actor).map(|row| row.name.clone());
        let line = |row: audit::Model| {
            Ok(AuditLine {
                sequence: row.sequence,
                at: moment(row.at, self.0.offset)?,
                name: name(&row.actor),
                actor: row.actor,
                action: row.action,
                object: row.object,
            })
        };
        Ok(AuditPage { items: rows.into_iter().map(line).collect::<Result<_, Error>>()?, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bound_to_the_one_before_and_to_all_it_says() {
        let line = Line { community: "a", sequence: 1, at: 2, actor: "b", action: "c", object: "d" };
        let hash = line.hash(&BEGINNING);
        assert_eq!(line.hash(&BEGINNING), hash);
        assert_ne!(line.hash(&[1; 32]), hash);
        for other in [
            Line { community: "x", ..line },
            Line { sequence: 9, ..line },
            Line { at: 9, ..line },
            Line { actor: "x", ..line },
            Line { action: "x", ..line },
            Line { object: "x", ..line },
            Line { actor: "b\",\"c", action: "", ..line },
        ] {
            assert_ne!(other.hash(&BEGINNING), hash, "{other:?}");
        }
    }
}
