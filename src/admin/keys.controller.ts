import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { KeyAdmin, type KeyWithText } from '../keys/key-admin.service.ts';
import type { KeyView } from '../keys/key-view.ts';
import { readInput } from '../keys/read-input.ts';
import { Documented } from '../openapi/operation.ts';
import { TEXT } from '../openapi/schema.ts';
import { Actor } from './actor.ts';
import { AdminController } from './admin-controller.ts';
import {
  deletedReply,
  KEY,
  KEY_CHANGES,
  KEY_WITH_VALUE,
  listReply,
  NEW_KEY,
  ROTATION,
} from './api-schemas.ts';
import { IdPipe } from './id.pipe.ts';
import { readListQuery, readText } from './list-query.ts';
import { deleted, named, type Deleted, type Named } from './named.ts';
import { toList, type List } from './to-list.ts';
import { PAGING } from './query-schemas.ts';

type Key = Named<'key', KeyView>;
/** With the whole text of the key, which nobody will see again. */
type KeyWithValue = Key & { readonly value: string };

const OF_TEAM = { team: TEXT };
const SECOND_MS = 1000;
/** A day. */
const DEFAULT_GRACE_SECONDS = 86_400;

@AdminController('keys')
export class KeysController {
  constructor(private readonly keys: KeyAdmin) {}

  @Get()
  @Documented({
    summary: 'Lists the keys of the database, the oldest first',
    query: { ...OF_TEAM, ...PAGING },
    reply: listReply(KEY),
  })
  async list(@Query() query: unknown): Promise<List<Key>> {
    const { page, filter } = readListQuery(query, OF_TEAM, (entry) => readText(entry, 'team'));
    return toList(await this.keys.list(page, filter), named('key'));
  }

  @Post()
  @Documented({
    summary: 'Makes a key, and shows it this once',
    body: NEW_KEY,
    status: 201,
    reply: { 'application/json': KEY_WITH_VALUE },
  })
  async create(@Actor() actor: string, @Body() body: unknown): Promise<KeyWithValue> {
    return withValue(await this.keys.create(actor, body));
  }

  @Get(':id')
  @Documented({ summary: 'Shows a key, without its secret', reply: { 'application/json': KEY } })
  async get(@Param('id', IdPipe) id: string): Promise<Key> {
    return named('key')(await this.keys.get(id));
  }

  @Patch(':id')
  @Documented({
    summary: 'Changes what is named; null takes it away',
    body: KEY_CHANGES,
    reply: { 'application/json': KEY },
  })
  async update(
    @Actor() actor: string,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Key> {
    return named('key')(await this.keys.update(actor, id, body));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Documented({
    summary: 'Gives a key a new secret, and lets the old one be good for a while',
    body: ROTATION,
    reply: { 'application/json': KEY_WITH_VALUE },
  })
  async rotate(
    @Actor() actor: string,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<KeyWithValue> {
    const graceSeconds = readInput(
      body ?? {},
      ['grace_seconds'],
      (entry) => entry.whole('grace_seconds', 0) ?? DEFAULT_GRACE_SECONDS,
    );
    return withValue(await this.keys.rotate(actor, id, graceSeconds * SECOND_MS));
  }

  @Post(':id/disable')
  @HttpCode(200)
  @Documented({
    summary: 'Lets nobody in with a key until it is enabled again',
    reply: { 'application/json': KEY },
  })
  async disable(@Actor() actor: string, @Param('id', IdPipe) id: string): Promise<Key> {
    return named('key')(await this.keys.disable(actor, id));
  }

  @Delete(':id')
  @Documented({ summary: 'Deletes a key for good', reply: deletedReply('key') })
  async delete(@Actor() actor: string, @Param('id', IdPipe) id: string): Promise<Deleted<'key'>> {
    await this.keys.delete(actor, id);
    return deleted('key', id);
  }
}

function withValue({ key, text }: KeyWithText): KeyWithValue {
  return { ...named('key')(key), value: text };
}
