import { BlockList, isIP } from 'node:net';
import type { FastifyServerOptions } from 'fastify';
import type { ServerConfig } from '../config/config.ts';
import { bareAddress } from '../guards/bare-address.ts';

type TrustProxy = NonNullable<FastifyServerOptions['trustProxy']>;

/** Which hops are believed; Fastify's own lists know no entry that has a port. */
export function trustProxy(trusted: ServerConfig['trustedProxies']): TrustProxy {
  if (trusted === false) return false;
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  const proxies = new BlockList();
  for (const item of trusted) {
    const [address = '', prefix] = item.split('/');
    if (prefix === undefined) proxies.addAddress(address, familyOf(address));
    else proxies.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (entry) => {
    const address = bareAddress(entry);
    return isIP(address) !== 0 && proxies.check(address, familyOf(address));
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
