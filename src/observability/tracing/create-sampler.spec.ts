import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { SAMPLERS } from '../../config/tracing-config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { createSampler } from './create-sampler.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

function samples(name: string, ratio: string, parentFlags?: number): boolean {
  const { tracing } = loadConfig({
    POE_API_KEY: 'a-key',
    OTEL_TRACES_SAMPLER: name,
    OTEL_TRACES_SAMPLER_ARG: ratio,
  });
  const parent = { traceId: TRACE, spanId: 'b7ad6b7169203331', isRemote: true };
  const context =
    parentFlags === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags: parentFlags });
  const sampler = createSampler(tracing);
  const { decision } = sampler.shouldSample(context, TRACE, 'a span', SpanKind.SERVER, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

const TRUE = [true, true, true];
const FALSE = [false, false, false];
/** Without a parent; with one that is sampled; with one that is not. */
const EXPECTED: Record<(typeof SAMPLERS)[number], [all: boolean[], none: boolean[]]> = {
  always_on: [TRUE, TRUE],
  always_off: [FALSE, FALSE],
  traceidratio: [TRUE, FALSE],
  parentbased_always_on: [
    [true, true, false],
    [true, true, false],
  ],
  parentbased_always_off: [
    [false, true, false],
    [false, true, false],
  ],
  parentbased_traceidratio: [
    [true, true, false],
    [false, true, false],
  ],
};

it.each(SAMPLERS)('%s decides as OpenTelemetry says', (name) => {
  const [all, none] = EXPECTED[name];
  const parents = [undefined, 1, 0];
  expect(parents.map((flags) => samples(name, '1', flags))).toEqual(all);
  expect(parents.map((flags) => samples(name, '0', flags))).toEqual(none);
});
