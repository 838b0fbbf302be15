// Makes a chosen photo small enough to be sent over a bad line: upright, at most 1600 pixels long, at most 250 KB, and with
// nothing in it but the picture, since a canvas knows neither camera nor place. A worker, so that the page never stands
// still; loaded as a plain script where a browser has no canvas for workers or opens a picture only in a page.
'use strict';

(() => {
  const AIM = 250000;
  // Longest side and quality, best first: quality goes before size, for what has to be read on a photo is small.
  const STEPS = [[1600, 0.82], [1600, 0.72], [1600, 0.6], [1280, 0.68], [1280, 0.55], [1024, 0.6], [800, 0.5], [480, 0.4]];
  const inPage = typeof document !== 'undefined';

  async function open(file) {
    // Turned as the camera was held: so it is by default, and older browsers refuse the word for it.
    const bitmap = self.createImageBitmap && (await createImageBitmap(file).catch(() => null));
    if (bitmap) return { picture: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
    if (!inPage) throw new Error('not opened');
    const image = new Image();
    const address = URL.createObjectURL(file);
    const close = () => URL.revokeObjectURL(address);
    try {
      image.src = address;
      await image.decode();
      return { picture: image, width: image.naturalWidth, height: image.naturalHeight, close };
    } catch (error) {
      close();
      throw error;
    }
  }

  function drawn({ picture }, width, height) {
    const canvas = inPage ? Object.assign(document.createElement('canvas'), { width, height }) : new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { alpha: false });
    // What one could look through becomes white, as on paper.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, width, height);
    return canvas;
  }

  function jpeg(canvas, quality) {
    const type = 'image/jpeg';
    if (canvas.convertToBlob) return canvas.convertToBlob({ type, quality });
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('not written'))), type, quality);
    });
  }

  async function small(opened) {
    const { width, height } = opened;
    if (!width || !height) throw new Error('nothing to see');
    let canvas = null;
    let blob = null;
    for (const [side, quality] of STEPS) {
      const scale = Math.min(1, side / Math.max(width, height));
      const [across, down] = [width, height].map((length) => Math.max(1, Math.round(length * scale)));
      if (canvas?.width !== across || canvas?.height !== down) canvas = drawn(opened, across, down);
      blob = await jpeg(canvas, quality);
      if (blob.size <= AIM) break;
    }
    return blob;
  }

  function base64(blob) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });
  }

  async function shrink(file) {
    const opened = await open(file);
    try {
      const blob = await small(opened);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
      const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return { blob, hash, text: await base64(blob) };
    } finally {
      opened.close();
    }
  }

  if (inPage) {
    self.shrinkPhoto = shrink;
  } else {
    self.onmessage = ({ data }) => shrink(data).then((shrunk) => self.postMessage(shrunk), () => self.postMessage(null));
  }
})();
