/** What a socket may cost before a request on it is understood. Both listeners have the same. */
export interface HttpLimits {
  /** Request line and headers together; above: 431. */
  readonly maxHeaderBytes: number;
  /** Above: 431. Node alone would drop the rest without a word, an authorization included. */
  readonly maxHeaders: number;
  /** From the first byte, or the connection, to the end of the headers; above: 408. */
  readonly headersTimeoutMs: number;
  /** From the first byte to the end of the body; above: 408. */
  readonly requestTimeoutMs: number;
  /** How often both are looked at: what is late is noticed so much later at most. */
  readonly checkIntervalMs: number;
  /** An idle socket between two requests; KEEP_ALIVE_SECONDS. */
  readonly keepAliveTimeoutMs: number;
  /** Silence of a socket, busy or idle, before TCP asks whether its peer still exists. */
  readonly tcpKeepAliveDelayMs: number;
  /** Above: connections are dropped as they come. */
  readonly maxConnections: number;
}

/** The default of Node 24 is in brackets. Requests per socket are not limited (nor there). */
export const HTTP_LIMITS: HttpLimits = {
  /** [16 KiB] */
  maxHeaderBytes: 16 * 1024,
  /** [1,000, the rest dropped] Clients and proxies together send some thirty. */
  maxHeaders: 200,
  /** [60 s] They fit in a few packets. */
  headersTimeoutMs: 30_000,
  /** [300 s] 25 MB of pictures need 1.7 Mbit/s. */
  requestTimeoutMs: 120_000,
  /** [30 s] */
  checkIntervalMs: 5000,
  /**
   * [5 s] Load balancers keep theirs for 60 s (nginx, ALB). Whoever closes first must be the one
   * that sends requests, or some of them meet a socket that is just being closed.
   */
  keepAliveTimeoutMs: 75_000,
  /** [off] Then ten probes, a second apart: a peer that lost its power is gone after 40 s. */
  tcpKeepAliveDelayMs: 30_000,
  /** [none] Some 200 MB of sockets, and fewer than the file descriptors of a container. */
  maxConnections: 10_000,
};
