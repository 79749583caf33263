import { Injectable, type PipeTransform } from '@nestjs/common';
import { catalogue } from '../errors/catalogue.ts';

/** What can be no id is not there: PostgreSQL takes no NUL, not even to look for it. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (/\p{Cc}/u.test(id)) throw catalogue.routeNotFound('There is nothing of that id.');
    return id;
  }
}
