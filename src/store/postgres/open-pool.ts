import { Pool, types, type PoolConfig } from 'pg';

/** Longest wait for a connection: a new one, or one that others use. */
const CONNECT_MS = 2000;
/** The server ends what is too slow; one that does not answer is given up a little later. */
const LIMITS = {
  requests: { max: 8, statement_timeout: 2000, query_timeout: 3000 },
  reports: { max: 2, statement_timeout: 30_000, query_timeout: 31_000 },
  migrations: { max: 1 },
} satisfies Record<string, PoolConfig>;

export type PoolUse = keyof typeof LIMITS;

const INT8 = 20;
/** Of sums over int8. */
const NUMERIC = 1700;

/** Connects with the first statement. */
export function openPool(connectionString: string, use: PoolUse): Pool {
  const pool = new Pool({
    connectionString,
    ...LIMITS[use],
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'poe-proxy',
    // An idle connection does not keep the process alive.
    allowExitOnIdle: true,
    types: { getTypeParser },
  });
  // One that breaks while it is lent out fails its statement, and would end the process as well.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Points and times are far below 2^53. */
function getTypeParser(...[type, format]: Parameters<typeof types.getTypeParser>): unknown {
  const isWhole = [INT8, NUMERIC].includes(type);
  return isWhole ? Number : types.getTypeParser(type, format);
}
