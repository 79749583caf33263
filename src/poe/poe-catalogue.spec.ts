import type { HttpService } from '@nestjs/axios';
import { of } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { PoeCatalogue } from './poe-catalogue.ts';

it('asks with the first key, for the list is the same for all', async () => {
  const get = vi.fn(() => of({ data: { data: [] } }));
  const { poe } = loadConfig({ POE_API_KEYS: 'a@acme:pk-a,b@labs:pk-b' });
  const catalogue = new PoeCatalogue({ get } as unknown as HttpService, poe);
  expect(await catalogue.list()).toEqual([]);
  expect(get).toHaveBeenCalledWith('/v1/models', { headers: { authorization: 'Bearer pk-a' } });
});
