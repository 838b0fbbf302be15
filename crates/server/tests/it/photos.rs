//! Photos: taken in once whatever they are, made anew without anything but the picture, shown to staff only.

use std::io::Cursor;

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use linli_server::Settings;
use linli_server::Writes;
use linli_server::store::{Photo, Task};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::on_both;
use crate::world::{On, Reply, World, new_id, path, report, with};

/// A picture whose left half is red and whose right half is blue.
fn picture(width: u32, height: u32) -> DynamicImage {
    let half = |x| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    RgbImage::from_fn(width, height, |x, _| half(x)).into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn jpeg() -> Vec<u8> {
    encoded(&picture(64, 32), ImageFormat::Jpeg)
}

/// The words that a camera writes, and where it was: 39° 54′ N, 116° 23′ E; taken with the camera turned to the right.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let degrees = |parts: [u32; 3]| parts.iter().flat_map(|n| [n.to_le_bytes(), 1u32.to_le_bytes()].concat()).collect();
    let [north, east]: [Vec<u8>; 2] = [degrees([39, 54, 26]), degrees([116, 23, 29])];
    let first = [entry(0x010f, 2, 12, 0x60), entry(0x0112, 3, 1, 6), entry(0x8825, 4, 1, 0x70)].concat();
    let gps = [entry(1, 2, 2, 0x4e), entry(2, 5, 3, 0xb0), entry(3, 2, 2, 0x45), entry(4, 5, 3, 0xd0)].concat();
    let mut tiff = [b"II*\0\x08\0\0\0\x03\0", &first[..], &[0; 4]].concat();
    for (at, part) in
        [(0x60, &b"CanaryPhone\0"[..]), (0x70, &[&[4, 0], &gps[..], &[0; 4]].concat()), (0xb0, &north), (0xd0, &east)]
    {
        tiff.resize(at, 0);
        tiff.extend_from_slice(part);
    }
    let exif = [b"Exif\0\0", &tiff[..]].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

pub fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

impl World {
    async fn put_photo(&self, hash: &str, headers: &[(&str, &str)], bytes: &[u8]) -> Reply {
        let mut request = Request::put(format!("/api/v1/photos/{hash}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(bytes.to_vec())).unwrap()).await
    }

    pub async fn keep(&self, bytes: &[u8]) -> Reply {
        self.put_photo(&hash(bytes), &[("content-type", "image/jpeg")], bytes).await
    }

    async fn shown(&self, bytes: &[u8], cookie: &str) -> Reply {
        self.get_as(&format!("/api/v1/desk/photos/{}", hash(bytes)), cookie).await
    }
}

on_both! {
    async fn a_photo_is_kept_once_and_shown_to_staff(world: World) {
        let (sent, cookie) = (jpeg(), world.signed_in().await);
        world.shown(&sent, &cookie).await.is_problem(404, "not_found", &[]);
        let first = world.keep(&sent).await;
        assert_eq!((first.status.as_u16(), first.json()), (201, json!({"sha256": hash(&sent)})));
        let again = world.keep(&sent).await;
        assert_eq!((again.status.as_u16(), again.json()), (200, first.json()));
        let shown = world.shown(&sent, &cookie).await;
        assert_eq!(shown.header("content-type"), "image/jpeg");
        assert_eq!(shown.header("x-content-type-options"), "nosniff");
        assert_eq!(shown.header("cache-control"), "no-store");
        assert_eq!(image::load_from_memory(&shown.bytes).unwrap().width(), 64);
        world.shown(&sent, "").await.is_problem(401, "signed_out", &[]);
    }

    async fn nothing_but_the_upright_picture_is_kept(world: World) {
        let sent = with_exif(&jpeg());
        let canary = |bytes: &[u8]| bytes.windows(11).any(|part| part == b"CanaryPhone");
        assert!(canary(&sent) && sent.windows(4).any(|part| part == b"Exif"));
        assert_eq!(world.keep(&sent).await.status, 201);
        let shown = world.shown(&sent, &world.signed_in().await).await.bytes;
        assert!(!canary(&shown));
        for no_word in [&b"Exif"[..], b"GPS", b"http://ns.adobe.com", b"ICC_PROFILE"] {
            assert!(!shown.windows(no_word.len()).any(|part| part == no_word));
        }
        // The camera was turned: what lay left is up.
        let picture = image::load_from_memory(&shown).unwrap().into_rgb8();
        assert_eq!(picture.dimensions(), (32, 64));
        assert!(picture.get_pixel(16, 8).0[0] > 150 && picture.get_pixel(16, 56).0[2] > 150);
    }

    async fn a_report_is_taken_without_its_photos_and_they_may_come_later(world: World) {
        let (first, second, cookie) = (jpeg(), encoded(&picture(8, 8), ImageFormat::Png), world.signed_in().await);
        let (id, named) = (new_id(), json!([hash(&first), hash(&second), hash(&first)]));
        assert_eq!(world.put(&path("reports", id), &with(&report(), "/photos", named)).await.status, 201);
        let photos = async || world.get_as(&path("desk/submissions", id), &cookie).await.json()["photos"].clone();
        let told = |here: [bool; 2]| json!([
            {"sha256": hash(&first), "here": here[0]}, {"sha256": hash(&second), "here": here[1]},
        ]);
        assert_eq!(photos().await, told([false, false]));
        world.put_photo(&hash(&second), &[("content-type", "image/png")], &second).await;
        assert_eq!(photos().await, told([false, true]));
        let list = world.get_as("/api/v1/desk/submissions", &cookie).await.json();
        assert_eq!(list["items"][0].get("photos"), None, "a list looks nothing up");
    }

    async fn the_answer_to_a_report_names_the_photos_that_are_missing(world: World) {
        let [here, missing] = [jpeg(), encoded(&picture(8, 8), ImageFormat::Png)];
        world.keep(&here).await;
        let body = with(&report(), "/photos", json!([hash(&here), hash(&missing)]));
        let (id, alone) = (new_id(), path("reports", new_id()));
        let item = json!({"kind": "report", "id": id, "body": body});
        let plain = json!({"kind": "report", "id": new_id(), "body": report()});
        let answers = world.post("/api/v1/outbox", &json!({"items": [plain, item]})).await.json();
        assert_eq!(answers["items"][0].get("photos_missing"), None);
        assert_eq!(answers["items"][1]["photos_missing"], json!([hash(&missing)]));
        let again = world.put(&path("reports", id), &body).await;
        assert_eq!((again.status.as_u16(), &again.json()["photos_missing"]), (200, &json!([hash(&missing)])));
        world.put_photo(&hash(&missing), &[("content-type", "image/png")], &missing).await;
        assert_eq!(world.put(&path("reports", id), &body).await.json().get("photos_missing"), None);
        let body = with(&body, "/receipt", Value::Null);
        assert_eq!(world.put(&alone, &body).await.json().get("photos_missing"), None);
    }

    async fn a_look_at_a_photo_leaves_a_trace(world: World) {
        let (sent, cookie) = (jpeg(), world.signed_in().await);
        world.keep(&sent).await;
        assert_eq!(world.audited("photo.arrive", &hash(&sent)).await, 1);
        assert_eq!(world.audited("photo.look", &hash(&sent)).await, 0);
        world.shown(&sent, &cookie).await;
        assert_eq!(world.audited("photo.look", &hash(&sent)).await, 1);
    }

    async fn photos_that_no_report_names_are_forgotten_in_time(world: World) {
        let kept = |days: i64, bytes: &[u8]| Task::KeepPhoto(Photo {
            hash: hash(bytes).parse().unwrap(),
            bytes: bytes.to_vec(),
            received_at: world.store.now() - TimeDelta::days(days),
        });
        let [fresh, old, named] = [b"fresh", b"old..", b"named"];
        world.store.write(vec![kept(29, fresh), kept(31, old), kept(31, named)]).await.unwrap();
        let body = with(&report(), "/photos", json!([hash(named)]));
        assert_eq!(world.put(&path("reports", new_id()), &body).await.status, 201);
        // More than fit into one transaction.
        let many: Vec<_> = (0..70u8).map(|n| kept(40, &[n])).collect();
        world.store.write(many).await.unwrap();
        assert_eq!(world.store.forget_photos().await.unwrap(), 71);
        for (bytes, here) in [(fresh, true), (old, false), (named, true)] {
            assert_eq!(world.store.has_photo(hash(bytes).parse().unwrap()).await.unwrap(), here, "{bytes:?}");
        }
        assert_eq!(world.audited("photo.forget", &hash(old)).await, 1);
        assert_eq!(world.store.forget_photos().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn what_is_no_photo_is_refused_and_leaves_nothing() {
    let world = World::new(On::Sqlite).await;
    let (good, jpeg_type) = (jpeg(), ("content-type", "image/jpeg"));
    let other = hash(b"other");
    world.put_photo(&other, &[jpeg_type], &good).await.is_problem(422, "invalid", &[("/sha256", "hash_mismatch")]);
    for bad in
        [&b"no photo at all"[..], b"", b"GIF89a\x01\0\x01\0", &good[..40], b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
    {
        world.keep(bad).await.is_problem(422, "invalid", &[("", "not_a_photo")]);
        assert!(!world.store.has_photo(hash(bad).parse().unwrap()).await.unwrap());
    }
    world.put_photo("7", &[jpeg_type], &good).await.is_problem(400, "malformed", &[]);
    world.put_photo(&hash(&good).to_uppercase(), &[jpeg_type], &good).await.is_problem(400, "malformed", &[]);
    for media_type in ["application/json", "image/gif", "image/svg+xml", "text/plain", ""] {
        let reply = world.put_photo(&hash(&good), &[("content-type", media_type)], &good).await;
        reply.is_problem(415, "unsupported_media_type", &[]);
    }
    world.keep(&vec![0xff; 5 * 1024 * 1024 + 1]).await.is_problem(413, "too_large", &[]);
    let foreign = [jpeg_type, ("host", "linli.example"), ("origin", "https://evil.example")];
    world.put_photo(&hash(&good), &foreign, &good).await.is_problem(403, "foreign_origin", &[]);
    assert!(!world.store.has_photo(hash(&good).parse().unwrap()).await.unwrap());
}

#[tokio::test]
async fn a_bomb_is_refused_by_its_header() {
    let world = World::new(On::Sqlite).await;
    let mut png = encoded(&picture(8, 8), ImageFormat::Png);
    png[16..24].copy_from_slice(&[50_000u32.to_be_bytes(), 50_000u32.to_be_bytes()].concat());
    let sum = crc(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&sum);
    let mut jpeg = jpeg();
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0, 0xff, 0]);
    // Narrower than the longest side that is taken, and still more than is taken.
    let mut wide = jpeg.clone();
    wide[frame + 5..frame + 9].copy_from_slice(&[0x2e, 0, 0x2e, 0]);
    for bomb in [png, jpeg, wide] {
        assert!(bomb.len() < 2_000);
        world.keep(&bomb).await.is_problem(422, "invalid", &[("", "too_many_pixels")]);
    }
}

/// The check sum of a PNG's chunk.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[tokio::test]
async fn photos_are_counted_apart_from_other_writes() {
    let settings = Settings { writes: Writes::FromAnywhere(40), ..Settings::default() };
    let world = World::with(On::Sqlite, settings).await;
    for expected in [201, 200] {
        assert_eq!(world.keep(&jpeg()).await.status, expected);
    }
    let refused = world.keep(&jpeg()).await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(world.put(&path("reports", new_id()), &report()).await.status, 201);
}

#[tokio::test]
async fn the_document_says_what_a_photo_is() {
    let world = World::new(On::Sqlite).await;
    let document = world.get("/api/openapi.json").await.json();
    let put = &document["paths"]["/api/v1/photos/{sha256}"]["put"];
    let taken: Vec<&String> = put["requestBody"]["content"].as_object().unwrap().keys().collect();
    assert_eq!(taken, ["image/jpeg", "image/png", "image/webp"]);
    let told = [&put["summary"], &put["description"]].map(Value::to_string).concat();
    assert!(told.contains("5 MiB") && told.contains("16 megapixels"), "{told}");
    let shown = &document["paths"]["/api/v1/desk/photos/{sha256}"]["get"]["responses"]["200"]["content"];
    assert!(shown.get("image/jpeg").is_some_and(Value::is_object), "{shown}");
}
