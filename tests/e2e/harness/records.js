// Submissions made without a page, as another client of the API would make them.
import { randomBytes } from 'node:crypto';

/** A UUIDv7. */
export function recordId() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A report that anybody could send. */
export function report(known, description) {
  return {
    community: known.community.id,
    kind: known.kinds.report[0].id,
    urgent: false,
    description,
    place: { words: '北门' },
    photos: [],
    reporter: { name: '王芳', phone: '13800138000' },
    channel: 'phone',
    made_at: '2025-11-21T09:30:00+08:00',
  };
}

export async function known(url) {
  return (await fetch(`${url}/api/v1/public`)).json();
}

export function put(url, path, id, body) {
  return fetch(`${url}/api/v1/${path}/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
