import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { isAxiosError } from 'axios';
import { firstValueFrom } from 'rxjs';
import { parseHistory, type HistoryPage } from './parse-history.ts';

/** Why the Usage API gave no answer, in words that may be logged. */
export class UsageUnavailable extends Error {
  constructor(path: string, cause: unknown) {
    // axios's own error carries the request with its Authorization header: it stays out.
    super(`${path}: ${reasonOf(cause)}`);
    this.name = 'UsageUnavailable';
  }
}

/** Poe's Usage API. It lives at the root of the host, not under `/v1`. */
@Injectable()
export class UsageClient {
  constructor(private readonly http: HttpService) {}

  /**
   * Points left on the account, plan and add-on together; may be negative.
   * @throws UsageUnavailable
   */
  async readBalance(): Promise<number> {
    const path = '/usage/current_balance';
    const body = (await this.#get(path)) as { current_point_balance?: unknown } | null;
    const points = body?.current_point_balance;
    if (typeof points !== 'number' || !Number.isFinite(points)) {
      throw new UsageUnavailable(path, new Error('no current_point_balance in the answer'));
    }
    return points;
  }

  /**
   * Up to 100 rows, newest first; `after` is the `query_id` to go on from.
   * @throws UsageUnavailable
   */
  async readHistory(after?: string): Promise<HistoryPage> {
    const path = '/usage/points_history';
    const query = after === undefined ? '' : `&starting_after=${encodeURIComponent(after)}`;
    const body = (await this.#get(`${path}?limit=100${query}`)) as { data?: unknown } | null;
    if (!Array.isArray(body?.data)) {
      throw new UsageUnavailable(path, new Error('no data in the answer'));
    }
    return parseHistory(body);
  }

  async #get(path: string): Promise<unknown> {
    try {
      return (await firstValueFrom(this.http.get<unknown>(path))).data;
    } catch (error) {
      throw new UsageUnavailable(path, error);
    }
  }
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
