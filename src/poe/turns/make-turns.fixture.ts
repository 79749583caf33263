import { Subject } from 'rxjs';
import type { PacingConfig, PoeConfig, PoeKey } from '../../config/config.ts';
import type { ApiError } from '../../errors/api-error.ts';
import type { Drain } from '../../observability/drain.ts';
import { Metrics } from '../../observability/metrics.ts';
import { ReadinessDetail } from '../../observability/readiness-detail.ts';
import { PoeAccounts } from '../poe-accounts.ts';
import { RequestWindows } from './request-windows.ts';
import { TurnRefused } from './turn-refused.ts';
import type { Turn } from './turn.ts';
import { Turns } from './turns.ts';

const NO_LIMITS = {
  requestsPerMinute: 0,
  concurrentCalls: 0,
  concurrentCallsPerCaller: 0,
  maxWaitMs: 30_000,
  maxWaiting: 1000,
} satisfies PacingConfig;

/** Turns for keys given as `name@account`, and a diary of who got one and who was refused. */
export function makeTurns(
  settings: Partial<typeof NO_LIMITS>,
  names: readonly string[] = ['only@default'],
  windows?: Pick<RequestWindows, 'of'>,
) {
  const config = { ...NO_LIMITS, ...settings };
  const keys = names.map((text) => {
    const [name = '', account = ''] = text.split('@');
    return { name, account, secret: `pk-${name}` };
  });
  const accounts = new PoeAccounts({ keys } as unknown as PoeConfig);
  const metrics = new Metrics();
  const shared = windows ?? new RequestWindows(config);
  const expired$ = new Subject<void>();
  const turns = new Turns(
    accounts,
    shared as RequestWindows,
    config,
    metrics,
    { expired$ } as unknown as Drain,
    new ReadinessDetail(),
  );
  const diary: string[] = [];
  const given = new Map<string, Turn>();

  const keyOf = (name: string): PoeKey => {
    const key = keys.find((one) => one.name === name);
    if (!key) throw new Error(`no key ${name}`);
    return key;
  };
  /** `who` is `caller`, `caller/address` or `caller/address#number`. */
  const take = (who: string, without?: readonly string[]) => {
    const [caller = '', address = 'home'] = (who.split('#')[0] ?? '').split('/');
    return turns.take({ caller, address }, without && new Set(without.map(keyOf))).subscribe({
      next: (turn) => {
        given.set(who, turn);
        diary.push(names.length > 1 ? `${who}: ${turn.key.name}` : who);
      },
      error: (error: TurnRefused | ApiError) => {
        const isRefused = error instanceof TurnRefused;
        diary.push(`${who}: ${isRefused ? `${error.reason}, ${error.retryAfterMs}` : error.code}`);
      },
    });
  };
  const turnOf = (who: string): Turn => {
    const turn = given.get(who);
    if (!turn) throw new Error(`${who} has no turn`);
    return turn;
  };
  const end = (who: string) => {
    turnOf(who).end();
  };
  return { turns, accounts, metrics, diary, take, turnOf, end, keyOf, expired$ };
}
