import type { ModelRegistry } from '../../models/model-registry.ts';
import type { Database } from '../../store/database.ts';
import type { CallRow, RequestRow } from '../../store/schema.ts';
import { SKEW_MS } from '../../usage/match-row.ts';
import { hasNoCalls } from '../has-no-calls.ts';
import type { Case } from './case.ts';
import type { Undecided } from './claimant.ts';
import { isOwnName, keyNamed, type NamedAccount } from './own-names.ts';

/** More than can be under way in one deployment within the time of its longest call. */
const MOST = 20_000;

interface Settings {
  /** Of the calls that there are. */
  readonly longestMs: number;
  /** See ReconciliationConfig. */
  readonly leaveMs: number;
  readonly registry: ModelRegistry;
}

type Call = CallRow & Pick<RequestRow, 'team_id' | 'key_id' | 'opened_at' | 'closed_at' | 'model'>;
type Request = Pick<
  RequestRow,
  'id' | 'team_id' | 'key_id' | 'opened_at' | 'closed_at' | 'model' | 'model_used' | 'points'
>;

/** What is without an entry, of the time in which entries are that are without a call. */
export class CaseReader {
  constructor(
    private readonly database: Database,
    private readonly accounts: ReadonlyMap<string, NamedAccount>,
    private readonly settings: Settings,
  ) {}

  /** For entries that were created from `first` to `last`, ms UTC. */
  async read(first: number, last: number, now: number): Promise<Case[]> {
    const from = first - SKEW_MS - this.settings.longestMs;
    const until = last + SKEW_MS;
    const calls = await this.#calls(from, until);
    const lost = await this.#lost(from, until);
    return [
      ...calls.map((call) => this.#ofCall(call, now)),
      ...lost.map((request) => this.#ofLost(request, now)),
    ];
  }

  /** Requests under way that were opened before `last`. */
  async undecided(last: number): Promise<Undecided[]> {
    const open = await this.database.reports
      .selectFrom('requests')
      .select(['model', 'model_used', 'opened_at'])
      .where('status', '=', 'open')
      .where('opened_at', '<=', last + SKEW_MS)
      .execute();
    return open.map((request) => ({
      bots: lowerCase(this.#modelsOf(request)),
      from: request.opened_at - SKEW_MS,
    }));
  }

  #calls(from: number, until: number): Promise<Call[]> {
    return this.database.reports
      .selectFrom('calls')
      .innerJoin('requests', 'requests.id', 'calls.request_id')
      .selectAll('calls')
      .select(['team_id', 'key_id', 'opened_at', 'closed_at', 'model'])
      .where('calls.query_id', 'is', null)
      .where('sent_at', '>=', from)
      .where('sent_at', '<=', until)
      .orderBy('sent_at')
      .limit(MOST)
      .execute();
  }

  #lost(from: number, until: number): Promise<Request[]> {
    return this.database.reports
      .selectFrom('requests')
      .select(['id', 'team_id', 'key_id', 'opened_at', 'closed_at', 'model', 'model_used'])
      .select('points')
      .where('status', '=', 'lost')
      .where('opened_at', '>=', from)
      .where('opened_at', '<=', until)
      .where(hasNoCalls)
      .orderBy('opened_at')
      .limit(MOST)
      .execute();
  }

  #ofCall(call: Call, now: number): Case {
    const { account, key_name, bot, sent_at, responded_at, tokens_in, tokens_out } = call;
    const named = this.accounts.get(account);
    const key = named && keyNamed(named, key_name);
    const name = key && named.names.of(key);
    const endedAt = call.closed_at ?? now;
    const counts = tokens_in !== null && tokens_out !== null;
    return {
      callId: call.id,
      request: { ...call, id: call.request_id },
      models: [bot],
      bots: lowerCase([bot]),
      key,
      points: call.points,
      from: sent_at - SKEW_MS,
      until: Math.min(responded_at ?? endedAt, sent_at + this.settings.longestMs) + SKEW_MS,
      usage: counts
        ? {
            promptTokens: tokens_in,
            completionTokens: tokens_out,
            reasoningTokens: call.tokens_reasoning ?? 0,
          }
        : undefined,
      mayOwn: (entry) =>
        entry.account === account &&
        (name === undefined || entry.key_name === name) &&
        !(key && named.names.isOfAnother(key, entry.key_name ?? undefined)),
      isNameKnown: name !== undefined,
      isRipe: this.#isRipe(call, now),
    };
  }

  #ofLost(request: Request, now: number): Case {
    const models = this.#modelsOf(request);
    const { opened_at, closed_at } = request;
    return {
      callId: undefined,
      request,
      models,
      bots: lowerCase(models),
      key: undefined,
      points: request.points,
      from: opened_at - SKEW_MS,
      until: Math.min(closed_at ?? now, opened_at + this.settings.longestMs) + SKEW_MS,
      usage: undefined,
      mayOwn: (entry) => {
        const named = this.accounts.get(entry.account);
        return named !== undefined && isOwnName(named, entry.key_name);
      },
      isNameKnown: true,
      isRipe: this.#isRipe(request, now),
    };
  }

  #isRipe({ closed_at }: Pick<RequestRow, 'closed_at'>, now: number): boolean {
    return closed_at !== null && closed_at <= now - this.settings.leaveMs;
  }

  /** Those that it may have been answered by. */
  #modelsOf({ model, model_used }: Pick<RequestRow, 'model' | 'model_used'>): string[] {
    const { registry } = this.settings;
    const asked = registry.find(model);
    const known = asked ? [asked, ...registry.fallbacksOf(asked)] : [];
    const names = [model_used ?? [], known.length > 0 ? known.map(({ name }) => name) : model];
    return [...new Set(names.flat())];
  }
}

function lowerCase(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}
