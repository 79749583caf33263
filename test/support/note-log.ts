import type { Log } from '../../src/observability/log.ts';

/** A log that keeps its lines. */
export function noteLog() {
  const lines: { facts: object; message: string }[] = [];
  const note = (facts: object, message: string) => {
    lines.push({ facts, message });
  };
  return { log: { info: note, warn: note, error: note } satisfies Log, lines };
}
