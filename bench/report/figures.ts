/** One thing that is measured, as readers see it. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** Whose figure ratios are to. */
  readonly reference: string;
  /** A difference to something in the same run, of which no ratio makes sense. */
  readonly isDifference?: true;
}

/** In the order of the report. What is measured besides is for judging the measurement. */
export const FIGURES: readonly Figure[] = [
  higher('json-rps-32', 'JSON requests a second, 32 connections', 'req/s'),
  higher('json-rps-256', 'JSON requests a second, 256 connections', 'req/s'),
  lower('json-us-32', 'CPU time per JSON request, 32 connections', 'µs'),
  added('json-added-p50-ms', 'Latency added to JSON at half of capacity, p50', 'ms'),
  added('json-added-p99-ms', 'Latency added to JSON at half of capacity, p99', 'ms'),
  added('first-token-added-p50-ms', 'Time added to the first token, p50', 'ms'),
  added('first-token-added-p99-ms', 'Time added to the first token, p99', 'ms'),
  lower('frame-us-100', 'CPU time per SSE frame, 100 streams of 50 frames/s', 'µs'),
  lower('frame-us-500', 'CPU time per SSE frame, 500 streams of 50 frames/s', 'µs'),
  lower('frame-us-2000', 'CPU time per SSE frame, 2,000 streams of 10 frames/s', 'µs'),
  lower('stream-kb-500', 'Memory per open stream, 500 streams', 'KB'),
  lower('stream-kb-1000', 'Memory per open stream, 1,000 streams', 'KB'),
  lower('stream-kb-2000', 'Memory per open stream, 2,000 streams', 'KB'),
  lower('idle-mb', 'Memory in use when idle', 'MB'),
  lower('ready-ms', 'Start to first answer', 'ms'),
  lower(
    'conversation-kept-ms',
    'Event loop per request of 200,000 tokens, under the cap',
    'ms',
    'bare-parse',
  ),
  lower(
    'conversation-clipped-ms',
    'Event loop per request of 200,000 tokens, clipped',
    'ms',
    'bare-parse',
  ),
  added('conversation-kept-added-ms', 'The same under the cap, less JSON parsed and printed', 'ms'),
  added('conversation-clipped-added-ms', 'The same clipped, less JSON parsed and printed', 'ms'),
];

function higher(id: string, title: string, unit: string): Figure {
  return { id, title, unit, better: 'higher', reference: 'bare' };
}

function lower(id: string, title: string, unit: string, reference = 'bare'): Figure {
  return { id, title, unit, better: 'lower', reference };
}

function added(id: string, title: string, unit: string): Figure {
  return { ...lower(id, title, unit), isDifference: true };
}
