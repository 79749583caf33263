import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toClientError } from './chat/upstream/to-client-error.ts';
import { UpstreamError, type FailureKind } from './chat/upstream/upstream-error.ts';
import type { ApiError } from './errors/api-error.ts';
import { catalogue } from './errors/catalogue.ts';

type Catalogue = typeof catalogue;

/** Typed so that an entry of the catalogue without arguments here does not compile. */
const ARGUMENTS: { [Name in keyof Catalogue]: Parameters<Catalogue[Name]> } = {
  invalidJson: [],
  invalidRequest: [''],
  badHttpRequest: [431, ''],
  invalidApiKey: [],
  maxPointsPerMessage: [''],
  paused: [''],
  budgetExceeded: [''],
  keyLimited: ['', 1, {}],
  routeNotFound: [''],
  endpointNotServed: [''],
  modelNotFound: ['', undefined],
  modelNotAllowed: ['', []],
  bodyTooLarge: [0],
  unsupportedMediaType: [],
  contextTooLong: [''],
  conflict: [''],
  rateLimited: [1, 1, 1, {}],
  tooBusy: ['requests', 1],
  internal: [undefined],
  modelUnavailable: ['', 1],
  upstreamUnreachable: [''],
  upstreamAuth: [],
  upstreamKeyRefused: [],
  upstreamCutOff: [''],
  accountUnavailable: [],
  invalidAdminToken: [],
  tooManyFailures: [1],
  noDatabase: [],
  noLedger: [],
  storeUnavailable: [1],
  shuttingDown: [],
  overloaded: [],
  upstreamTimeout: [''],
};

const KINDS: FailureKind[] = ['status', 'frame', 'cut', 'network', 'timeout'];

function ownErrors(): ApiError[] {
  return Object.entries(catalogue).map(([name, build]) =>
    (build as (...args: unknown[]) => ApiError)(...ARGUMENTS[name as keyof Catalogue]),
  );
}

function errorsOfPoe(): ApiError[] {
  const statuses = Array.from({ length: 200 }, (_, index) => 400 + index);
  return statuses.flatMap((status) =>
    KINDS.flatMap((kind) =>
      [true, false].map((isOpen) =>
        toClientError(new UpstreamError({ kind, status, message: '' }), isOpen),
      ),
    ),
  );
}

interface Row {
  readonly code: string;
  readonly statuses: string[];
  readonly types: string[];
}

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
const rows: Row[] = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, code = '', status = '', type = ''] = line.replaceAll('`', '').split(/ *\| */);
    return { code, statuses: status.split(', '), types: type.split(', ') };
  });
const errors = [...ownErrors(), ...errorsOfPoe()];

describe('docs/errors.md', () => {
  it('lists each code once', () => {
    expect(rows.length).toBeGreaterThan(10);
    expect(new Set(rows.map(({ code }) => code)).size).toBe(rows.length);
  });

  it('lists all codes that a client can meet, and no others', () => {
    const met = new Set(errors.map(({ code }) => code));
    expect(rows.map(({ code }) => code).sort()).toEqual([...met].sort());
  });

  it.each(rows)('says the statuses and types of $code', ({ code, statuses, types }) => {
    const alike = errors.filter((error) => error.code === code);
    const met = new Set(
      alike.map(({ status }) => (statuses.includes('4xx') && status < 500 ? '4xx' : `${status}`)),
    );
    expect([...met].sort()).toEqual(statuses);
    expect([...new Set(alike.map(({ type }) => type))].sort()).toEqual([...types].sort());
  });
});
