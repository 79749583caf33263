import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { authorization } from '../poe/authorization.ts';
import type { PoeAccount } from '../poe/poe-accounts.ts';
import { Turns } from '../poe/turns/turns.ts';
import { parseHistory, type HistoryPage } from './parse-history.ts';

/** Why the Usage API gave no answer, in words that may be logged. */
export class UsageUnavailable extends Error {
  constructor(path: string, cause: unknown) {
    // axios's own error carries the request with its Authorization header: it stays out.
    super(`${path}: ${reasonOf(cause)}`);
    this.name = 'UsageUnavailable';
  }
}

/** Poe's Usage API, paced with all other calls. It lives at the root of the host, not under `/v1`. */
@Injectable()
export class UsageClient {
  /** By account, which of its keys was accepted last: one that was revoked is not tried each time. */
  readonly #accepted = new Map<string, number>();

  constructor(
    private readonly http: HttpService,
    private readonly turns: Turns,
  ) {}

  /**
   * Points left on the account, plan and add-on together; may be negative.
   * @throws UsageUnavailable
   */
  async readBalance(account: PoeAccount): Promise<number> {
    const path = '/usage/current_balance';
    const body = (await this.#get(account, path)) as { current_point_balance?: unknown } | null;
    const points = body?.current_point_balance;
    if (typeof points !== 'number' || !Number.isFinite(points)) {
      throw new UsageUnavailable(path, new Error('no current_point_balance in the answer'));
    }
    return points;
  }

  /**
   * Up to 100 rows of the account, newest first; `after` is the `query_id` to go on from.
   * @throws UsageUnavailable
   */
  async readHistory(account: PoeAccount, after?: string): Promise<HistoryPage> {
    const path = '/usage/points_history';
    const query = after === undefined ? '' : `&starting_after=${encodeURIComponent(after)}`;
    const body = (await this.#get(account, `${path}?limit=100${query}`)) as {
      data?: unknown;
    } | null;
    if (!Array.isArray(body?.data)) {
      throw new UsageUnavailable(path, new Error('no data in the answer'));
    }
    return parseHistory(body);
  }

  /** Any key of the account sees all of it: one that is refused does not hide what is left. */
  async #get({ name, keys }: PoeAccount, path: string): Promise<unknown> {
    const first = this.#accepted.get(name) ?? 0;
    for (let tried = 1; ; tried++) {
      const index = (first + tried - 1) % keys.length;
      try {
        await this.turns.takeForUsage(name);
        const headers = authorization(keys[index]);
        const { data } = await firstValueFrom(this.http.get<unknown>(path, { headers }));
        this.#accepted.set(name, index);
        return data;
      } catch (error) {
        if (tried >= keys.length || statusOf(error) !== 401)
          throw new UsageUnavailable(path, error);
      }
    }
  }
}

function statusOf(error: unknown): number | undefined {
  return isAxiosError(error) ? error.response?.status : undefined;
}

function reasonOf(cause: unknown): string {
  if (isAxiosError(cause)) {
    if (cause.response) return `status ${cause.response.status}`;
    return codeOf(cause.cause) ?? cause.code ?? cause.message;
  }
  return cause instanceof Error ? cause.message : String(cause);
}

/** fetch wraps what the socket said: `fetch failed`, because of ECONNREFUSED. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return codeOf(error.cause) ?? (error as NodeJS.ErrnoException).code;
}
