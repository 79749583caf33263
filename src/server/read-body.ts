import type { Readable } from 'node:stream';
import { catalogue } from '../errors/catalogue.ts';
import type { BodyBytes } from './body-bytes.ts';

export interface BodyLimits {
  /** Bytes of one body. */
  readonly most: number;
  /** Shared by all bodies. */
  readonly bytes: BodyBytes;
}

/**
 * Reads a body to its end and hands it to `use`; its bytes are held until `use` returns. `fail` is
 * called instead when it is too large, when there is no room, or when its sender leaves. One of the
 * two is called, once.
 */
export function readBody(
  payload: Readable,
  { most, bytes }: BodyLimits,
  use: (body: Buffer) => void,
  fail: (error: Error) => void,
): void {
  let pieces: Buffer[] = [];
  let received = 0;
  let over = false;

  /** False when somebody has been told already. */
  const stop = (): boolean => {
    if (over) return false;
    over = true;
    payload.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    return true;
  };
  const refuse = (error: Error) => {
    if (!stop()) return;
    pieces = [];
    bytes.giveBack(received);
    fail(error);
  };
  const onData = (piece: Buffer) => {
    received += piece.length;
    bytes.take(piece.length);
    if (received > most) refuse(catalogue.bodyTooLarge(most));
    else if (!bytes.hasRoomFor(received)) refuse(catalogue.overloaded());
    else pieces.push(piece);
  };
  const onEnd = () => {
    if (!stop()) return;
    const body = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, received);
    pieces = [];
    try {
      use(body ?? Buffer.alloc(0));
    } finally {
      bytes.giveBack(received);
    }
  };
  const onError = (error: Error) => {
    refuse(Object.assign(error, { statusCode: 400 }));
  };
  const onClose = () => {
    refuse(catalogue.badHttpRequest(400, 'The body ended before its end.'));
  };
  payload.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
}
