import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

export const authorityFile = fixture('ca.pem');

const listening = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });

/** The sandbox behind TLS, with a certificate that only the private authority vouches for. */
export async function startTlsFront(sandboxUrl: string) {
  const server = createHttpsServer(
    { key: readFileSync(fixture('server.key')), cert: readFileSync(fixture('server.pem')) },
    (incoming, outgoing) => {
      const { method, headers, url } = incoming;
      const forward = request(sandboxUrl + (url ?? ''), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(forward);
    },
  );
  const port = await listening(server);
  return { url: `https://localhost:${port}`, close: () => server.close() };
}

/** A forward proxy that opens tunnels and remembers to where. */
export async function startForwardProxy() {
  const tunnels: string[] = [];
  const server = createHttpServer();
  server.on('connect', (incoming, socket, head) => {
    tunnels.push(incoming.url ?? '');
    const [host, port] = (incoming.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const port = await listening(server);
  return { url: `http://127.0.0.1:${port}`, tunnels, close: () => server.close() };
}
