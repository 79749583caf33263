import { Body, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { TeamAdmin, type TeamView } from '../keys/team-admin.service.ts';
import { Actor } from './actor.ts';
import { AdminController } from './admin-controller.ts';
import { readListQuery } from './list-query.ts';
import { deleted, type Deleted, type Named, named } from './named.ts';
import { toList, type List } from './to-list.ts';

@AdminController('teams')
export class TeamsController {
  constructor(private readonly teams: TeamAdmin) {}

  @Get()
  async list(@Query() query: unknown): Promise<List<Named<'team', TeamView>>> {
    const { page } = readListQuery(query, [], () => ({}));
    return toList(await this.teams.list(page), named('team'));
  }

  @Post()
  async create(@Actor() actor: string, @Body() body: unknown): Promise<Named<'team', TeamView>> {
    return named('team')(await this.teams.create(actor, body));
  }

  @Patch(':id')
  async update(
    @Actor() actor: string,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Named<'team', TeamView>> {
    return named('team')(await this.teams.update(actor, id, body));
  }

  @Delete(':id')
  async delete(@Actor() actor: string, @Param('id') id: string): Promise<Deleted<'team'>> {
    await this.teams.delete(actor, id);
    return deleted('team', id);
  }
}
