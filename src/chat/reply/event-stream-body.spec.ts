import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlowGate } from '../upstream/flow-gate.ts';
import { EventStreamBody, SlowReader } from './event-stream-body.ts';
import { WaitingBytes } from './waiting-bytes.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const STALLED_MS = 120_000;
const x = (length: number) => 'x'.repeat(length);

function open() {
  const gate = new FlowGate();
  const waiting = new WaitingBytes();
  const change = vi.spyOn(waiting, 'change');
  const onClose = vi.fn();
  const body = new EventStreamBody(gate, waiting, onClose);
  body.on('error', () => undefined);
  return {
    gate,
    waiting,
    onClose,
    body,
    waitingBytes: () => change.mock.calls.reduce((sum, [by]) => sum + by, 0),
  };
}

/** A reader who takes all there is, at once. */
function readAll(body: EventStreamBody): string[] {
  const seen: string[] = [];
  body.on('data', (bytes: Buffer) => seen.push(bytes.toString()));
  body.on('end', () => seen.push('<end>'));
  return seen;
}

const soon = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('EventStreamBody', () => {
  it('gives frames to its reader and ends', async () => {
    const { body, onClose, waitingBytes } = open();
    body.send('a');
    const seen = readAll(body);
    await soon();
    body.send('b');
    body.finish();
    await soon();
    expect(seen.join('')).toBe('ab<end>');
    expect(onClose).toHaveBeenCalledExactlyOnceWith(null);
    expect(waitingBytes()).toBe(0);
  });

  it('counts what waits for its reader', async () => {
    const { body, waitingBytes } = open();
    body.send('é');
    body.send(x(100));
    expect(waitingBytes()).toBe(102);
    body.read(2);
    expect(waitingBytes()).toBe(100);
    body.destroy();
    await soon();
    expect(waitingBytes()).toBe(0);
  });

  it('closes the gate at 256 KiB and opens it once less is waiting', () => {
    const { body, gate } = open();
    body.send(x(256 * KIB - 1));
    expect(gate.isClosed).toBe(false);
    body.send('x');
    expect(gate.isClosed).toBe(true);
    body.send('x');
    body.read(1);
    expect(gate.isClosed).toBe(true);
    body.read(1);
    expect(gate.isClosed).toBe(false);
  });

  it('closes the gate for any waiting byte while all streams together hold too much', () => {
    const { body, gate, waiting } = open();
    waiting.change(65 * MIB);
    body.send('xx');
    expect(gate.isClosed).toBe(true);
    body.read(1);
    expect(gate.isClosed).toBe(true);
    body.read(1);
    expect(gate.isClosed).toBe(false);
  });

  it('never closes the gate for a reader that takes everything', async () => {
    const { body, gate, waiting } = open();
    const close = vi.spyOn(gate, 'close');
    waiting.change(65 * MIB);
    readAll(body);
    await soon();
    for (let i = 0; i < 10; i++) body.send(x(100 * KIB));
    expect(close).not.toHaveBeenCalled();
  });

  it('drops a reader that takes nothing for two minutes', async () => {
    const { body, onClose, waitingBytes } = open();
    body.send('a');
    await vi.advanceTimersByTimeAsync(STALLED_MS - 1);
    expect(body.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(body.destroyed).toBe(true);
    expect(onClose).toHaveBeenCalledExactlyOnceWith(expect.any(SlowReader));
    expect(waitingBytes()).toBe(0);
  });

  it('has patience with a reader that takes a little now and then', async () => {
    const { body } = open();
    body.send('abc');
    await vi.advanceTimersByTimeAsync(STALLED_MS - 1);
    body.read(1);
    await vi.advanceTimersByTimeAsync(STALLED_MS);
    expect(body.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(STALLED_MS);
    expect(body.destroyed).toBe(true);
  });

  it('does not count silence against a reader for whom nothing waits', async () => {
    const { body } = open();
    body.send('a');
    body.read();
    await vi.advanceTimersByTimeAsync(3 * STALLED_MS);
    expect(body.destroyed).toBe(false);
    body.send('b');
    await vi.advanceTimersByTimeAsync(STALLED_MS);
    expect(body.destroyed).toBe(true);
  });

  it('has no timers when it is over', async () => {
    const { body } = open();
    body.send('a');
    body.fail('b', new Error('failed'));
    body.read();
    body.destroy();
    await soon();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('EventStreamBody, when an answer fails', () => {
  const failure = new Error('failed');

  it('gives its reader 100 ms for the last frame, then breaks off', async () => {
    const { body, onClose } = open();
    const seen = readAll(body);
    await soon();
    body.send('a');
    body.fail('error', failure);
    await vi.advanceTimersByTimeAsync(99);
    expect(seen.join('')).toBe('aerror');
    expect(body.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(body.destroyed).toBe(true);
    expect(onClose).toHaveBeenCalledExactlyOnceWith(failure);
    expect(seen).not.toContain('<end>');
  });

  it('waits until a slow reader has taken all', async () => {
    const { body, waitingBytes } = open();
    body.send('a');
    body.fail('error', failure);
    expect(waitingBytes()).toBe(6);
    body.read(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(body.destroyed).toBe(false);
    body.read();
    await vi.advanceTimersByTimeAsync(100);
    expect(body.destroyed).toBe(true);
  });

  it('does not wait for ever for a reader that had taken all but the last frame', async () => {
    const { body, onClose } = open();
    body.send('a');
    body.read();
    await vi.advanceTimersByTimeAsync(STALLED_MS);
    body.fail('error', failure);
    await vi.advanceTimersByTimeAsync(STALLED_MS);
    expect(onClose).toHaveBeenCalledExactlyOnceWith(expect.any(SlowReader));
  });
});
