import { Body, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Documented } from '../openapi/operation.ts';
import { TeamAdmin, type TeamView } from '../keys/team-admin.service.ts';
import { Actor } from './actor.ts';
import { AdminController } from './admin-controller.ts';
import { deletedReply, listReply, NEW_TEAM, TEAM, TEAM_CHANGES } from './api-schemas.ts';
import { IdPipe } from './id.pipe.ts';
import { readListQuery } from './list-query.ts';
import { deleted, type Deleted, type Named, named } from './named.ts';
import { toList, type List } from './to-list.ts';
import { PAGING } from './query-schemas.ts';

@AdminController('teams')
export class TeamsController {
  constructor(private readonly teams: TeamAdmin) {}

  @Get()
  @Documented({
    summary: 'Lists the teams of the database, by name',
    query: PAGING,
    reply: listReply(TEAM),
  })
  async list(@Query() query: unknown): Promise<List<Named<'team', TeamView>>> {
    const { page } = readListQuery(query, {}, () => ({}));
    return toList(await this.teams.list(page), named('team'));
  }

  @Post()
  @Documented({
    summary: 'Makes a team',
    body: NEW_TEAM,
    status: 201,
    reply: { 'application/json': TEAM },
  })
  async create(@Actor() actor: string, @Body() body: unknown): Promise<Named<'team', TeamView>> {
    return named('team')(await this.teams.create(actor, body));
  }

  @Patch(':id')
  @Documented({
    summary: 'Gives a team another account, or none',
    body: TEAM_CHANGES,
    reply: { 'application/json': TEAM },
  })
  async update(
    @Actor() actor: string,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Named<'team', TeamView>> {
    return named('team')(await this.teams.update(actor, id, body));
  }

  @Delete(':id')
  @Documented({ summary: 'Deletes a team that has no keys', reply: deletedReply('team') })
  async delete(@Actor() actor: string, @Param('id', IdPipe) id: string): Promise<Deleted<'team'>> {
    await this.teams.delete(actor, id);
    return deleted('team', id);
  }
}
