import type { Writable } from 'node:stream';

/**
 * Writes a chunk of an HTTP body in one piece: Node would make four of it, and gather these again.
 * @param socket of a response in chunked encoding, whose headers it has got
 */
export function writeChunk(socket: Writable, text: string): void {
  const bytes = Buffer.byteLength(text);
  // What is all ASCII needs no conversion.
  const encoding = bytes === text.length ? 'latin1' : 'utf8';
  socket.write(`${bytes.toString(16)}\r\n${text}\r\n`, encoding);
}
