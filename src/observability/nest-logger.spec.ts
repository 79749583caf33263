import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { NestLogger } from './nest-logger.ts';

function make() {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'trace', base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  return { logger: new NestLogger(log), lines };
}

describe('NestLogger', () => {
  it.each([
    ['log', 20],
    ['debug', 20],
    ['verbose', 10],
    ['warn', 40],
    ['fatal', 60],
  ] as const)('writes what Nest says by %s at level %i', (method, level) => {
    const { logger, lines } = make();
    logger[method]('Mapped {/v1/models, GET}', 'RouterExplorer');
    expect(lines).toEqual([{ level, context: 'RouterExplorer', msg: 'Mapped {/v1/models, GET}' }]);
  });

  it('keeps the stack of an error', () => {
    const { logger, lines } = make();
    logger.error('it broke', 'Error: it broke\n    at …', 'ExceptionsHandler');
    expect(lines).toEqual([
      {
        level: 50,
        context: 'ExceptionsHandler',
        stack: 'Error: it broke\n    at …',
        msg: 'it broke',
      },
    ]);
  });

  it.each([
    [new TypeError('no'), 'TypeError: no'],
    [undefined, 'undefined'],
    [5, '5'],
  ])('writes %o as text', (message, msg) => {
    const { logger, lines } = make();
    logger.warn(message);
    expect(lines).toMatchObject([{ msg }]);
  });
});
