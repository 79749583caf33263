import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { Paused } from '../errors/paused.ts';
import { PoeAccounts } from '../poe/poe-accounts.ts';
import { BalanceService } from '../usage/balance.service.ts';
import type { UsageClient } from '../usage/usage-client.ts';
import { BalanceCutoffGuard } from './balance-cutoff.guard.ts';

function guardFor(readBalance: () => Promise<number>, settings: Record<string, string> = {}) {
  const { poe, spending } = loadConfig({ POE_API_KEY: 'a-key', ...settings });
  const client = { readBalance } as unknown as UsageClient;
  const log = pino({ enabled: false });
  const balance = new BalanceService(client, new PoeAccounts(poe), spending, log);
  return { guard: new BalanceCutoffGuard(balance, spending), balance };
}
const failing = () => Promise.reject(new Error('no answer'));

describe('BalanceCutoffGuard', () => {
  it.each([100_000, 100_001])('lets pass with %d points of a cutoff of 100,000', async (points) => {
    const { guard } = guardFor(() => Promise.resolve(points));
    expect(await guard.canActivate()).toBe(true);
  });

  it.each([99_999, 0, -5])('pauses with %d points, and says so', async (points) => {
    const { guard } = guardFor(() => Promise.resolve(points));
    await expect(guard.canActivate()).rejects.toThrow(Paused);
    await expect(guard.canActivate()).rejects.toThrow(
      `is ${points.toLocaleString('en-US')} points, below its cutoff of 100,000`,
    );
  });

  it('pauses when what is in flight would take the balance under the cutoff', async () => {
    const { guard, balance } = guardFor(() => Promise.resolve(100_500));
    await balance.ensureFresh();
    const hold = balance.hold(501);
    await expect(guard.canActivate()).rejects.toThrow('is 99,999 points');
    hold.release();
    expect(await guard.canActivate()).toBe(true);
  });

  it('lets pass while no balance is known', async () => {
    expect(await guardFor(failing).guard.canActivate()).toBe(true);
  });

  it('pauses while no balance is known, if told to', async () => {
    const { guard } = guardFor(failing, { BALANCE_UNKNOWN: 'block' });
    await expect(guard.canActivate()).rejects.toThrow('cannot read its Poe balance');
  });

  it('goes on to the last point when the cutoff is 0', async () => {
    const { guard, balance } = guardFor(() => Promise.resolve(0), { POINTS_CUTOFF: '0' });
    expect(await guard.canActivate()).toBe(true);
    balance.hold(1);
    await expect(guard.canActivate()).rejects.toThrow('is -1 points, below its cutoff of 0');
  });
});
