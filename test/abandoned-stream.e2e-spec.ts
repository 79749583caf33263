import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { embeddedDatabases } from './support/databases.ts';
import { ask, open } from './support/chat.ts';
import { requestsOf, startLedgerGateway, type LedgerGateway } from './support/ledger-gateway.ts';
import { until } from './support/until.ts';

/** Without its client an answer goes on to its end, because only then its cost is known. */
describe('ABANDONED_STREAM=drain', () => {
  const databases = embeddedDatabases();
  let kept: LedgerGateway;

  const start = async (environment: Record<string, string> = {}) => {
    kept = await startLedgerGateway(databases, { ABANDONED_STREAM: 'drain', ...environment });
  };
  beforeEach(() => start());
  afterEach(() => kept.close());

  const calls = () => kept.sandbox.journal.filter(({ path }) => path.endsWith('/completions'));
  const send = (body: Parameters<typeof open>[1]) => {
    const request = open(kept.gateway.url, body);
    request.on('error', () => undefined);
    return request;
  };
  const firstContent = async (request: ClientRequest) => {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    await once(response, 'data');
  };
  const rowOf = async (what: string, isIt: (grade: string) => boolean) => {
    await until(what, async () => {
      const [row] = await requestsOf(kept.database);
      return row?.status === 'abandoned' && isIt(row.grade);
    });
    const [row] = await requestsOf(kept.database);
    return row;
  };

  it('reads a stream to its end, and knows its cost to the point', async () => {
    const request = send(ask('ok tokens=40 delay=10'));
    await firstContent(request);
    request.destroy();
    const row = await rowOf('its cost is known', (grade) => grade === 'exact');
    expect(calls()).toMatchObject([{ outcome: 'completed' }]);
    const [entry] = kept.sandbox.ledger;
    expect(row).toMatchObject({ points: entry?.cost_points, query_id: entry?.query_id });
    expect(row).toMatchObject({ http_status: 200, tokens_out: 40 });
  });

  it('reads an answer in JSON to its end, whose headers had not come', async () => {
    const request = send(ask('ok first=300', { stream: false }));
    await until('Poe was called', () => calls().length === 1);
    request.destroy();
    const row = await rowOf('its cost is known', (grade) => grade === 'exact');
    expect(calls()).toMatchObject([{ outcome: 'completed' }]);
    expect(row?.points).toBe(kept.sandbox.ledger[0]?.cost_points);
  });

  it('counts the request as running until then', async () => {
    const request = send(ask('stall frames=2'));
    await firstContent(request);
    request.destroy();
    await once(request, 'close');
    const isAborted = () => calls()[0]?.outcome !== 'open';
    // A second request, from its arrival to its end: time enough for the first to be given up.
    await fetch(`${kept.gateway.url}/v1/models`);
    expect(isAborted()).toBe(false);
    expect(await requestsOf(kept.database)).toMatchObject([{ status: 'open' }]);
    expect(await kept.gateway.metric('poe_proxy_inflight_requests')).toBe(1);
    expect(kept.gateway.requests()).toMatchObject([{ route: '/v1/models' }]);
  });

  it('asks for nothing more when that call fails', async () => {
    const request = send(ask('unavailable ok headers=300'));
    await until('Poe was called', () => calls().length === 1);
    request.destroy();
    const row = await rowOf('the call failed', () => true);
    expect(row).toMatchObject({ points: 0, attempts: 1, http_status: 499 });
    expect(calls()).toHaveLength(1);
  });

  it('is waited for by the shutdown', async () => {
    await kept.close();
    await start({ SHUTDOWN_GRACE_SECONDS: '20' });
    const request = send(ask('ok tokens=40 delay=10'));
    await firstContent(request);
    request.destroy();
    await kept.gateway.close();
    expect(calls()).toMatchObject([{ outcome: 'completed' }]);
    expect(await requestsOf(kept.database)).toMatchObject([
      { status: 'abandoned', tokens_out: 40 },
    ]);
  });

  it('ends with the grace of the shutdown, as far as it came', async () => {
    const request = send(ask('stall frames=2'));
    await firstContent(request);
    request.destroy();
    await once(request, 'close');
    await kept.gateway.close();
    await until('Poe sees it', () => calls()[0]?.outcome === 'aborted');
    const [row] = await requestsOf(kept.database);
    expect(row).toMatchObject({ status: 'abandoned', http_status: 200 });
    expect(row?.points).toBeGreaterThan(0);
  });
});
