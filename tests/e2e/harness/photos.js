// Photos as a telephone takes them, made anew for each journey: large, and with the words a camera writes into them. And
// what is in a JPEG, read from its markers.
import { createHash } from 'node:crypto';

/** What no photo may still hold when it leaves the device. */
export const CANARY = 'CanaryPhone';

/** A JPEG of as many pixels, drawn by a browser, as the camera lay on its side: its words say that up is to the right. */
export async function photo(page, width = 4000, height = 3000, seed = 1) {
  const plain = await page.evaluate(
    async ([width, height, seed]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      for (let at = 0; at < 400; at += 1) {
        context.fillStyle = `hsl(${(at * 47 * seed) % 360} 60% ${30 + ((at * 13) % 50)}%)`;
        context.fillRect((at * 997 * seed) % width, (at * 613) % height, width / 9, height / 7);
      }
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let text = '';
      for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
      return btoa(text);
    },
    [width, height, seed],
  );
  return withExif(Buffer.from(plain, 'base64'));
}

/** A picture of another format, half of which one can look through. */
export async function picture(page, kind) {
  const plain = await page.evaluate(async (type) => {
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext('2d');
    context.fillStyle = type.endsWith('png') ? 'rgb(200 30 30 / 50%)' : 'rgb(30 30 200 / 50%)';
    context.fillRect(0, 0, 320, 480);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }, `image/${kind}`);
  return Buffer.from(plain, 'base64');
}

/** As an input takes it. */
export const file = (buffer, name = 'IMG_0001.jpg', mimeType = 'image/jpeg') => ({ name, mimeType, buffer });

function withExif(jpeg) {
  const tiff = Buffer.alloc(0xe8);
  const entry = (at, tag, kind, count, value) => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(kind, at + 2);
    tiff.writeUInt32LE(count, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  tiff.write('II*\0\x08\0\0\0\x03\0', 'latin1');
  entry(10, 0x010f, 2, CANARY.length + 1, 0x60);
  entry(22, 0x0112, 3, 1, 6);
  entry(34, 0x8825, 4, 1, 0x70);
  tiff.write(CANARY, 0x60, 'latin1');
  tiff.writeUInt16LE(4, 0x70);
  entry(0x72, 1, 2, 2, 'N'.charCodeAt());
  entry(0x7e, 2, 5, 3, 0xb8);
  entry(0x8a, 3, 2, 2, 'E'.charCodeAt());
  entry(0x96, 4, 5, 3, 0xd0);
  [39, 54, 26, 116, 23, 29].forEach((part, at) => {
    tiff.writeUInt32LE(part, 0xb8 + 8 * at);
    tiff.writeUInt32LE(1, 0xbc + 8 * at);
  });
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

/** Width, height and the names of the application segments of a JPEG. */
export function lookInto(jpeg) {
  const found = { width: 0, height: 0, segments: [] };
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg[at + 1];
    if (marker >= 0xe0 && marker <= 0xef) {
      const [name] = jpeg.toString('latin1', at + 4, at + 24).split('\0');
      found.segments.push(name);
    }
    if (marker >= 0xc0 && marker <= 0xc2) {
      found.height = jpeg.readUInt16BE(at + 5);
      found.width = jpeg.readUInt16BE(at + 7);
    }
  }
  return found;
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
