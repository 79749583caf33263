import type { Readable } from 'node:stream';
import { catalogue } from '../errors/catalogue.ts';
import type { BodyHold } from './body-bytes.ts';

/**
 * Reads a body to its end and hands it to `use`. `fail` is called instead when it has more than
 * `most` bytes, when there is no room for them, or when its sender leaves. One of the two is called,
 * once; what has come is held by `hold`, which is released when it comes to nothing.
 */
export function readBody(
  payload: Readable,
  most: number,
  hold: BodyHold,
  use: (body: Buffer) => void,
  fail: (error: Error) => void,
): void {
  let pieces: Buffer[] = [];
  let received = 0;

  const stop = () => {
    payload.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
  };
  const refuse = (error: Error) => {
    stop();
    pieces = [];
    hold.release();
    fail(error);
  };
  const onData = (piece: Buffer) => {
    received += piece.length;
    const hasRoom = hold.take(piece.length);
    if (received > most) refuse(catalogue.bodyTooLarge(most));
    else if (!hasRoom) refuse(catalogue.overloaded());
    else pieces.push(piece);
  };
  const onEnd = () => {
    stop();
    const body = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, received);
    pieces = [];
    use(body ?? Buffer.alloc(0));
  };
  const onError = (error: Error) => {
    refuse(Object.assign(error, { statusCode: 400 }));
  };
  const onClose = () => {
    refuse(catalogue.badHttpRequest(400, 'The body ended before its end.'));
  };
  payload.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
}
