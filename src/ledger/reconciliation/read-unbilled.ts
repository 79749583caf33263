import type { Database } from '../../store/database.ts';
import { hasNoCalls } from '../has-no-calls.ts';
import type { Unbilled } from './bookkeeper.ts';

/** Poe keeps entries for 30 days: what is older was judged long ago. */
const KEPT_MS = 30 * 24 * 3600 * 1000;
const MOST = 500;

/**
 * What was made with an account, ended before `endedBefore`, and has no entry and a cost all the
 * same; ms UTC.
 */
export async function readUnbilledCalls(
  { reports }: Database,
  account: string,
  endedBefore: number,
): Promise<Unbilled[]> {
  const calls = await reports
    .selectFrom('calls')
    .innerJoin('requests', 'requests.id', 'calls.request_id')
    .select(['calls.id as call_id', 'calls.bot', 'calls.points'])
    .select(['requests.id', 'team_id', 'key_id', 'opened_at', 'requests.model'])
    .where('calls.query_id', 'is', null)
    .where('calls.sent_at', '>=', endedBefore - KEPT_MS)
    .where('calls.account', '=', account)
    .where('requests.closed_at', '<', endedBefore)
    .where((where) =>
      where.or([where('calls.points', '<>', 0), where('calls.grade', '<>', 'unmatched')]),
    )
    .orderBy('calls.sent_at')
    .limit(MOST)
    .execute();
  return calls.map(({ call_id: callId, bot, points, ...request }) => {
    return { callId, request, models: [bot], points };
  });
}

/** The same of requests whose process died before it could write down a call of any account. */
export async function readUnbilledLost(
  { reports }: Database,
  endedBefore: number,
): Promise<Unbilled[]> {
  const lost = await reports
    .selectFrom('requests')
    .select(['id', 'team_id', 'key_id', 'opened_at', 'model', 'points'])
    .where('status', '=', 'lost')
    .where('opened_at', '>=', endedBefore - KEPT_MS)
    .where('closed_at', '<', endedBefore)
    .where('points', '<>', 0)
    .where(hasNoCalls)
    .orderBy('opened_at')
    .limit(MOST)
    .execute();
  return lost.map(({ points, ...request }) => {
    return { callId: undefined, request, models: [request.model], points };
  });
}
