import { setImmediate as yieldToOthers } from 'node:timers/promises';

import type { Plan, Step } from './plan.ts';
import type { Wire } from './wire.ts';

/** What is told while a plan is played. */
export interface PlayListener {
  onHead(status: number): void;
  onWritten(frames: number, outputTokens: number): void;
  /** The whole answer is to be billed. */
  onSettle(): void;
  /** Before the response ends or its socket goes. */
  onStop(outcome: Plan['outcome']): void;
}

/** Plays a plan to its end, or until the client leaves; a `hang` leaves the response open. */
export async function play(plan: Plan, wire: Wire, listener: PlayListener): Promise<void> {
  let isFirstWrite = true;
  for (const step of plan.steps) {
    // Without a turn of the event loop in between, many frames would travel as one packet.
    if (step.do === 'write' && !isFirstWrite) await yieldToOthers();
    if (wire.isClosed) return;
    if (step.do === 'write') isFirstWrite = false;
    await playStep(step, plan, wire, listener);
  }
}

async function playStep(step: Step, plan: Plan, wire: Wire, listener: PlayListener): Promise<void> {
  switch (step.do) {
    case 'wait':
      return wire.wait(step.ms);
    case 'head':
      wire.head(step.status, step.headers);
      listener.onHead(step.status);
      return;
    case 'write':
      await wire.write(step.data);
      if (!wire.isClosed) listener.onWritten(step.frames, step.outputTokens);
      return;
    case 'settle':
      listener.onSettle();
      return;
    case 'stop':
      return stop(step.how, plan, wire, listener);
  }
}

async function stop(
  how: Extract<Step, { do: 'stop' }>['how'],
  plan: Plan,
  wire: Wire,
  listener: PlayListener,
): Promise<void> {
  if (how === 'hang') return;
  listener.onStop(plan.outcome);
  await wire[how]();
}
