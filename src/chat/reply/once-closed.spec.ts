import { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { onceClosed } from './once-closed.ts';

it('tells all who wait, whatever their number, by one listener', () => {
  const socket = new Socket();
  const callbacks = Array.from({ length: 50 }, () => vi.fn());
  for (const callback of callbacks) onceClosed(socket, callback);
  expect(socket.listenerCount('close')).toBe(1);
  socket.emit('close');
  for (const callback of callbacks) expect(callback).toHaveBeenCalledOnce();
});

it('tells nobody who does not want to know any more', () => {
  const socket = new Socket();
  const callback = vi.fn();
  onceClosed(socket, callback)();
  socket.emit('close');
  expect(callback).not.toHaveBeenCalled();
});

it('tells at once of a socket that is closed already', () => {
  const callback = vi.fn();
  onceClosed(new Socket().destroy(), callback);
  expect(callback).toHaveBeenCalledOnce();
});
