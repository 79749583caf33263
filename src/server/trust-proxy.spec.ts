import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { trustProxy } from './trust-proxy.ts';

type Trusted = Parameters<typeof trustProxy>[0];

it.each<[what: string, trusted: Trusted, peer: string, forwarded: string, client: string]>([
  ['nobody', false, '10.0.0.1', '6.6.6.6', '10.0.0.1'],
  ['a number of hops', 2, '9.9.9.9', '6.6.6.6, 203.0.113.7, 8.8.8.8', '203.0.113.7'],
  ['an address', ['10.0.0.1'], '10.0.0.1', '203.0.113.7, 10.0.0.2', '10.0.0.2'],
  ['a range', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  ['a range in the form of IPv6', ['10.0.0.0/8'], '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['a range of IPv6', ['10.0.0.1', 'fd00::/8'], 'fd00::1', '2001:db8::1, fd12::1', '2001:db8::1'],
  ['everybody', ['0.0.0.0/0', '::/0'], '9.9.9.9', '2001:db8::1, 203.0.113.7', '2001:db8::1'],
  ['proxies with a port', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.7, 10.0.0.2:80', '203.0.113.7'],
  ['with a port, in IPv6', ['fd00::/8'], 'fd00::1', '2001:db8::1, [fd12::1]:80', '2001:db8::1'],
  ['no stranger', ['10.0.0.0/8'], '9.9.9.9', '203.0.113.7', '9.9.9.9'],
  ['nothing that is no address', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, unknown', 'unknown'],
])('believes %s', async (_what, trusted, remoteAddress, forwarded, client) => {
  const app = fastify({ trustProxy: trustProxy(trusted) });
  app.get('/', ({ ip }) => ip);
  const headers = { 'x-forwarded-for': forwarded };
  expect((await app.inject({ url: '/', remoteAddress, headers })).body).toBe(client);
});
