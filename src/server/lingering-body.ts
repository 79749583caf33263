import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** What is left of a small body is read to its end by Node, and the connection stays usable. */
const SMALL_BYTES = 64 * 1024;
/** For the rest of a large one; bytes. */
const MOST_DISCARDED = 32 * 1024 * 1024;
const LINGER_MS = 5000;

/** Whether much of the request's body may still be on its way. */
export function isUploading({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > SMALL_BYTES;
}

/**
 * `text`, sent at once, but its connection is closed only when the client has stopped sending or
 * lingered enough: closed at once it would be reset, and the client would see that, not the answer.
 */
export function lingeringBody(text: string, upload: IncomingMessage): Readable {
  let discarded = 0;
  const end = () => {
    clearTimeout(linger);
    upload.off('data', discard).off('close', end);
    if (!body.destroyed) body.push(null);
  };
  const discard = (bytes: Buffer) => {
    discarded += bytes.length;
    if (discarded > MOST_DISCARDED) end();
  };
  const linger = setTimeout(end, LINGER_MS).unref();
  const body = new Readable({
    read: () => undefined,
    destroy: (error, done) => {
      end();
      done(error);
    },
  });
  body.push(text);
  upload.on('data', discard).once('close', end);
  return body;
}
