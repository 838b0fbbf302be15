//! Makes a photo anew: out of bytes that anybody may have sent comes a JPEG of our own, upright, no larger than a screen and
//! with nothing in it but the picture. What would take too much memory is refused by its header, before any is taken. Depends
//! on nothing of the server, so that the fuzz target paints with it as well.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use linli_domain::Code;
use linli_domain::photo::LONGEST_SIDE;

/// More than any telephone's usual photo has.
const MOST_PIXELS: u64 = 16_000_000;
const LONGEST_SIDE_TAKEN: u32 = 12_000;
/// The picture as it is decoded, and what the decoder needs besides.
const MOST_MEMORY: u64 = 128 * 1024 * 1024;
const QUALITY: u8 = 82;

/// The JPEG of our own.
///
/// # Errors
/// `not_a_photo`, `too_many_pixels`.
pub fn made_anew(bytes: &[u8]) -> Result<Vec<u8>, Code> {
    let format = image::guess_format(bytes).map_err(|_| Code::NotAPhoto)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(Code::NotAPhoto);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE_TAKEN);
    limits.max_image_height = Some(LONGEST_SIDE_TAKEN);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| sort(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(Code::TooManyPixels);
    }
    // A photo whose orientation cannot be read is shown as it lies.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| sort(&error))?;
    if width.max(height) > LONGEST_SIDE {
        picture = picture.resize(LONGEST_SIDE, LONGEST_SIDE, FilterType::Triangle);
    }
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let picture = on_white(picture);
    let mut made = Vec::new();
    JpegEncoder::new_with_quality(&mut made, QUALITY).encode_image(&picture).map_err(|error| sort(&error))?;
    Ok(made)
}

fn sort(error: &ImageError) -> Code {
    if matches!(error, ImageError::Limits(_)) { Code::TooManyPixels } else { Code::NotAPhoto }
}

/// A JPEG has nothing one can look through: what is clear becomes white.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let clear = picture.into_rgba8();
    RgbImage::from_fn(clear.width(), clear.height(), |x, y| {
        let [red, green, blue, alpha] = clear.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u16::from(colour), u16::from(alpha));
            u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_is_clear_becomes_white_and_what_is_large_becomes_smaller() {
        let clear = DynamicImage::from(RgbaImage::from_pixel(3200, 16, Rgba([200, 0, 0, 0])));
        let made = made_anew(&encoded(&clear, ImageFormat::Png)).unwrap();
        let seen = image::load_from_memory_with_format(&made, ImageFormat::Jpeg).unwrap().into_rgb8();
        assert_eq!(seen.dimensions(), (1600, 8));
        assert!(seen.pixels().all(|pixel| pixel.0.iter().all(|colour| *colour > 250)));
    }

    #[test]
    fn each_kind_of_picture_is_read() {
        let grey = DynamicImage::from(RgbImage::from_pixel(9, 5, Rgb([120, 120, 120])));
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let made = made_anew(&encoded(&grey, format)).unwrap();
            assert_eq!(image::guess_format(&made).unwrap(), ImageFormat::Jpeg, "{format:?}");
        }
        let deep = DynamicImage::new_rgb16(4, 4);
        assert!(made_anew(&encoded(&deep, ImageFormat::Png)).is_ok());
        for no_photo in [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"<svg/>"] {
            assert_eq!(made_anew(no_photo), Err(Code::NotAPhoto), "{no_photo:?}");
        }
    }
}
