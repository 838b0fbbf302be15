//! The schema, step by step. A step that was released is never changed; the next one is added behind it.

mod m0001_main_job;
mod m0003_photos;
mod m0004_seal_keys;
mod m0005_accounts;
mod m0006_audit_chain;
mod m0007_places;
mod m0008_staff;
mod m0009_family;
mod m0011_devices;
mod m0012_ended_accounts;
mod shape;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All steps in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_main_job::Step),
            Box::new(m0003_photos::Step),
            Box::new(m0004_seal_keys::Step),
            Box::new(m0005_accounts::Step),
            Box::new(m0006_audit_chain::Step),
            Box::new(m0007_places::Step),
            Box::new(m0008_staff::Step),
            Box::new(m0009_family::Step),
            Box::new(m0011_devices::Step),
            Box::new(m0012_ended_accounts::Step),
        ]
    }
}
