import { fastify } from 'fastify';
import { Pool } from 'undici';

/**
 * The least that a gateway on this stack can be: it passes bodies on and reads nothing. Everything
 * else is measured against it. PARSE=1 makes it parse and print requests, as whoever looks into
 * them must.
 */
const { UPSTREAM = '', PORT, PARSE } = process.env;
const pool = new Pool(UPSTREAM);
const app = fastify({ bodyLimit: 32 * 1024 * 1024, keepAliveTimeout: 600_000 });

app.removeAllContentTypeParsers();
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
  done(null, body);
});

app.get('/health', () => 'ok');

app.post('/v1/chat/completions', async (request, reply) => {
  const body = request.body as Buffer;
  const upstream = await pool.request({
    path: '/v1/chat/completions',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: PARSE === '1' ? JSON.stringify(JSON.parse(body.toString('utf8'))) : body,
  });
  reply.code(upstream.statusCode);
  reply.header('content-type', upstream.headers['content-type']);
  return reply.send(upstream.body);
});

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
