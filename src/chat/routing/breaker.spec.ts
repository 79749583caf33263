import { CircuitState } from 'cockatiel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Breaker } from './breaker.ts';

const OPEN_MS = 10_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function breaker() {
  const states: CircuitState[] = [];
  const circuit = new Breaker({ calls: 2, models: 1, silentMs: 0 }, OPEN_MS, (state) =>
    states.push(state),
  );
  return { circuit, states };
}

/** Outcomes are promises' business: they count a moment later. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

async function opened() {
  const made = breaker();
  for (let call = 0; call < 2; call++) made.circuit.watch().fail('GPT');
  await settle();
  return made;
}

describe('Breaker', () => {
  it('opens after failures, for a while', async () => {
    const { circuit, states } = await opened();
    expect(states).toEqual([CircuitState.Open]);
    expect(circuit.waitMs).toBe(OPEN_MS);
    vi.advanceTimersByTime(OPEN_MS - 1);
    expect(circuit.waitMs).toBe(1);
    vi.advanceTimersByTime(1);
    expect(circuit.waitMs).toBe(0);
  });

  it('lets one call probe and closes when it succeeds', async () => {
    const { circuit } = await opened();
    vi.advanceTimersByTime(OPEN_MS);
    const probe = circuit.watch();
    expect(probe.isRoutine).toBe(false);
    expect(circuit.waitMs).toBe(OPEN_MS);
    probe.succeed();
    await settle();
    expect(circuit.state).toBe(CircuitState.Closed);
    expect(circuit.waitMs).toBe(0);
  });

  it.each<[string, (probe: ReturnType<Breaker['watch']>) => void]>([
    [
      'fails',
      (probe) => {
        probe.fail('GPT');
      },
    ],
    [
      'is abandoned',
      (probe) => {
        probe.abandon();
      },
    ],
  ])('stays open when the probe %s', async (_, end) => {
    const { circuit } = await opened();
    vi.advanceTimersByTime(OPEN_MS);
    end(circuit.watch());
    await settle();
    expect(circuit.state).toBe(CircuitState.Open);
    expect(circuit.waitMs).toBe(OPEN_MS);
  });

  it('does not wait for a slow probe: another one may close the circuit', async () => {
    const { circuit } = await opened();
    vi.advanceTimersByTime(OPEN_MS);
    const slow = circuit.watch();
    vi.advanceTimersByTime(OPEN_MS);
    expect(circuit.waitMs).toBe(0);
    const further = circuit.watch();
    expect([further.isRoutine, circuit.waitMs]).toEqual([false, OPEN_MS]);
    further.succeed();
    await settle();
    expect(circuit.state).toBe(CircuitState.Closed);
    slow.fail('GPT');
    await settle();
    expect(circuit.state).toBe(CircuitState.Closed);
  });

  it('stays half open when the client of a further probe leaves', async () => {
    const { circuit } = await opened();
    vi.advanceTimersByTime(OPEN_MS);
    const slow = circuit.watch();
    vi.advanceTimersByTime(OPEN_MS);
    circuit.watch().abandon();
    await settle();
    expect(circuit.state).toBe(CircuitState.HalfOpen);
    slow.succeed();
    await settle();
    expect(circuit.state).toBe(CircuitState.Closed);
  });

  it('does not count calls whose clients left', async () => {
    const { circuit } = breaker();
    for (let call = 0; call < 10; call++) circuit.watch().abandon();
    circuit.watch().fail('GPT');
    await settle();
    expect(circuit.state).toBe(CircuitState.Closed);
  });

  it('counts only what is told first', async () => {
    const { circuit } = breaker();
    for (let call = 0; call < 10; call++) {
      const probe = circuit.watch();
      probe.succeed();
      probe.fail('GPT');
      probe.abandon();
    }
    await settle();
    expect(circuit.state).toBe(CircuitState.Closed);
  });
});
