import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { PoeConfig } from '../config/config.ts';
import { authorization } from './authorization.ts';
import { readCatalogueBot, type CatalogueBot } from './catalogue-bot.ts';

/** The bots that Poe offers the first key; its list is the same for everybody. */
@Injectable()
export class PoeCatalogue {
  constructor(
    private readonly http: HttpService,
    private readonly config: PoeConfig,
  ) {}

  /** Fails with axios's error, which carries the request: show its message, never the whole. */
  async list(): Promise<CatalogueBot[]> {
    const headers = authorization(this.config.keys[0]);
    const { data } = await firstValueFrom(
      this.http.get<{ data?: unknown } | null>('/v1/models', { headers }),
    );
    const entries: unknown = data?.data;
    if (!Array.isArray(entries)) throw new Error('the answer has no list of models');
    return entries.flatMap((entry) => readCatalogueBot(entry) ?? []);
  }
}
