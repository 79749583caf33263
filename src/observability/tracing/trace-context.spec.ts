import { describe, expect, it } from 'vitest';
import { parseTraceContext, writeTraceContext } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('parseTraceContext', () => {
  it('reads trace, span and flags, and writes them as they were', () => {
    const header = `00-${TRACE}-${SPAN}-01`;
    const context = parseTraceContext(header);
    expect(context).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1 });
    expect(context && writeTraceContext(context)).toBe(header);
  });

  it('reads what newer versions have at the same places', () => {
    expect(parseTraceContext(`01-${TRACE}-${SPAN}-00-more`)).toMatchObject({ traceId: TRACE });
  });

  it.each([
    ['nothing', undefined],
    ['several headers', [`00-${TRACE}-${SPAN}-01`]],
    ['an empty text', ''],
    ['another form', `${TRACE}-${SPAN}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['more than version 00 has', `00-${TRACE}-${SPAN}-01-more`],
    ['a line break', `00-${TRACE}-${SPAN}-01\n`],
  ])('takes %s for no context', (_what, header) => {
    expect(parseTraceContext(header)).toBeUndefined();
  });
});
