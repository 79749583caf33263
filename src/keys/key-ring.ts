import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../config/config.ts';
import { ANONYMOUS, DEFAULT_TEAM, type Caller } from './caller.ts';
import { mergeRosters, type MergedRoster } from './merge-rosters.ts';
import { parseKeyText } from './parse-key-text.ts';
import { readBearer } from './read-bearer.ts';
import type { BudgetRule, KeyRecord, Roster } from './roster.ts';
import { secretDigest } from './secret-digest.ts';

/** Of no secret that anybody knows. */
const NO_DIGEST = Buffer.alloc(32);

interface RingKey {
  readonly caller: Caller;
  readonly digest: Buffer;
  readonly previousDigest: Buffer;
  readonly previousUntil: number;
}

interface StaticRingKey {
  readonly caller: Caller;
  readonly digest: Buffer;
}

/**
 * The keys that open the gateway, from all sources. Only digests of the secrets are kept. Whether
 * a key is needed is said by AUTH alone: without any, nobody gets in.
 */
@Injectable()
export class KeyRing {
  readonly #isOpen: boolean;
  readonly #static: readonly StaticRingKey[];
  readonly #rosters = new Map<'file' | 'database', Roster>();
  #merged: MergedRoster = mergeRosters([]);
  #anonymous = ANONYMOUS;
  /** By public id. */
  #keys: ReadonlyMap<string, RingKey> = new Map();
  /** By the beginning of the digest: which one it is, is then found out in constant time. */
  #staticKeys: ReadonlyMap<number, readonly StaticRingKey[]> = new Map();

  constructor(config: AuthConfig) {
    this.#isOpen = config.mode === 'open';
    this.#static = config.keys.map(({ name, secret }) => ({
      caller: { ...ANONYMOUS, keyId: `env:${name}`, name },
      digest: secretDigest(secret),
    }));
    this.#rebuild();
  }

  /** True when whoever calls is likely the one who set POE_API_KEY. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get budgets(): readonly BudgetRule[] {
    return this.#merged.budgets;
  }

  /** Whether there is such a team or key, in any source. */
  knows(scope: 'team' | 'key', id: string): boolean {
    if (scope === 'team') return id === DEFAULT_TEAM || this.#merged.teams.has(id);
    return this.#merged.keys.has(id) || this.#static.some(({ caller }) => caller.keyId === id);
  }

  teamName(id: string): string | undefined {
    return this.#merged.teams.get(id)?.name;
  }

  /** From now on the source has these; a file goes before a database. */
  take(source: 'file' | 'database', roster: Roster): void {
    this.#rosters.set(source, roster);
    this.#rebuild();
  }

  /**
   * The caller behind an `Authorization` header, or undefined. Secrets are compared in constant
   * time, and as much is done for a key that is not there as for one with a wrong secret.
   * @param now ms since 1970
   */
  identify(authorization: string | undefined, now = Date.now()): Caller | undefined {
    if (this.#isOpen) return this.#anonymous;
    const text = readBearer(authorization);
    if (text === undefined) return undefined;
    return this.#find(text, now) ?? this.#findStatic(text);
  }

  #find(text: string, now: number): Caller | undefined {
    const parts = parseKeyText(text);
    if (!parts) return undefined;
    const key = this.#keys.get(parts.id);
    const digest = secretDigest(parts.secret);
    const isCurrent = timingSafeEqual(digest, key?.digest ?? NO_DIGEST);
    const isPrevious = timingSafeEqual(digest, key?.previousDigest ?? NO_DIGEST);
    if (!key || !(isCurrent || (isPrevious && now < key.previousUntil))) return undefined;
    return now < (key.caller.expiresAt ?? Infinity) ? key.caller : undefined;
  }

  #findStatic(text: string): Caller | undefined {
    const digest = secretDigest(text);
    const alike = this.#staticKeys.get(beginningOf(digest));
    return alike?.find((key) => timingSafeEqual(key.digest, digest))?.caller;
  }

  #rebuild(): void {
    const rosters = [this.#rosters.get('file'), this.#rosters.get('database')];
    this.#merged = mergeRosters(rosters.filter((roster) => roster !== undefined));
    const { keys, teams } = this.#merged;
    const inTeam = (caller: Caller): Caller => {
      const team = teams.get(caller.teamId);
      if (!team) return Object.freeze(caller);
      return Object.freeze({ ...caller, teamName: team.name, poeAccount: team.poeAccount });
    };
    this.#anonymous = teams.has(DEFAULT_TEAM) ? inTeam(ANONYMOUS) : ANONYMOUS;
    this.#keys = new Map(
      [...keys.values()]
        .filter(({ enabled }) => enabled)
        .map((key) => [key.id, { caller: inTeam(callerOf(key)), ...digestsOf(key) }]),
    );
    this.#staticKeys = Map.groupBy(
      this.#static.map(({ caller, digest }) => ({ caller: inTeam(caller), digest })),
      ({ digest }) => beginningOf(digest),
    );
  }
}

function callerOf(key: KeyRecord): Caller {
  const { id, name, teamId, models, limits, footer, heartbeat, expiresAt } = key;
  const preferences = { models, limits, footer, heartbeat };
  return {
    keyId: id,
    name,
    teamId,
    teamName: teamId,
    ...preferences,
    poeAccount: undefined,
    expiresAt,
  };
}

function digestsOf({ digest, previous }: KeyRecord) {
  return {
    digest: bytesOf(digest),
    previousDigest: previous ? bytesOf(previous.digest) : NO_DIGEST,
    previousUntil: previous?.until ?? 0,
  };
}

/** What is no digest, from a row that somebody wrote by hand, fits no secret. */
function bytesOf(hex: string): Buffer {
  const bytes = Buffer.from(hex, 'hex');
  return bytes.length === NO_DIGEST.length ? bytes : NO_DIGEST;
}

function beginningOf(digest: Buffer): number {
  return digest.readUInt32LE(0);
}
