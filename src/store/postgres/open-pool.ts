import { Pool, types } from 'pg';

/** Longest wait for a connection: a new one, or one that others use. */
const CONNECT_MS = 2000;
const STATEMENT_MS = 2000;
/** The server ends what is too slow; one that does not answer is given up a little later. */
const ANSWER_MS = 3000;
const MOST_CONNECTIONS = 8;

const INT8 = 20;
/** Of sums over int8. */
const NUMERIC = 1700;

/** @param limited whether statements have to be quick, as all do but migrations */
export function openPool(connectionString: string, limited: boolean): Pool {
  return new Pool({
    connectionString,
    max: limited ? MOST_CONNECTIONS : 1,
    connectionTimeoutMillis: CONNECT_MS,
    ...(limited ? { statement_timeout: STATEMENT_MS, query_timeout: ANSWER_MS } : {}),
    keepAlive: true,
    application_name: 'poe-proxy',
    // An idle connection does not keep the process alive.
    allowExitOnIdle: true,
    types: { getTypeParser },
  });
}

/** Points and times are far below 2^53. */
function getTypeParser(...[type, format]: Parameters<typeof types.getTypeParser>): unknown {
  const isWhole = [INT8, NUMERIC].includes(type);
  return isWhole ? Number : types.getTypeParser(type, format);
}
