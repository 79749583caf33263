import type { Socket } from 'node:net';

/** One listener a socket, whatever number of requests its client has sent ahead. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `callback` when the connection closes, which is all that tells of a client that leaves while
 * its answer waits behind others: such an answer itself is never closed.
 * @returns forgets about it
 */
export function onceClosed(socket: Socket, callback: () => void): () => void {
  const callbacks = waiting.get(socket) ?? watch(socket);
  callbacks.add(callback);
  if (socket.destroyed) callback();
  return () => callbacks.delete(callback);
}

function watch(socket: Socket): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(socket, callbacks);
  socket.once('close', () => {
    for (const callback of callbacks) callback();
  });
  return callbacks;
}
