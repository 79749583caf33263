import { Injectable, type CanActivate } from '@nestjs/common';
import { SpendingConfig } from '../config/config.ts';
import { Paused } from '../errors/paused.ts';
import { BalanceService } from '../usage/balance.service.ts';
import { pausedText } from './paused-text.ts';

/** Stops spending while the balance, less what is in flight, is below the cutoff. */
@Injectable()
export class BalanceCutoffGuard implements CanActivate {
  constructor(
    private readonly balance: BalanceService,
    private readonly config: SpendingConfig,
  ) {}

  async canActivate(): Promise<boolean> {
    await this.balance.ensureFresh();
    if (this.balance.mayPay()) return true;
    throw new Paused(pausedText(this.balance.available, this.config.pointsCutoff));
  }
}
