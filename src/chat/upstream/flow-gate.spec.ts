import { expect, it } from 'vitest';
import { FlowGate } from './flow-gate.ts';

function source() {
  const calls: string[] = [];
  return { calls, pause: () => calls.push('pause'), resume: () => calls.push('resume') };
}

it('pauses and resumes its source, each once', () => {
  const gate = new FlowGate();
  const call = source();
  gate.attach(call);
  gate.open();
  gate.close();
  gate.close();
  expect(gate.isClosed).toBe(true);
  gate.open();
  gate.open();
  expect(gate.isClosed).toBe(false);
  expect(call.calls).toEqual(['pause', 'resume']);
});

it('can be closed and opened with no source', () => {
  const gate = new FlowGate();
  gate.close();
  gate.open();
  const call = source();
  gate.attach(call);
  expect(call.calls).toEqual([]);
});

it('pauses a source that comes while it is closed, and only the latest', () => {
  const gate = new FlowGate();
  const [first, second] = [source(), source()];
  gate.attach(first);
  gate.close();
  gate.attach(second);
  gate.open();
  expect(first.calls).toEqual(['pause']);
  expect(second.calls).toEqual(['pause', 'resume']);
});
