import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

export interface MonthlyBudgetProps {
  readonly deploymentName: string;
  readonly usd: number;
  readonly emails: readonly string[];
}

const WARNED_AT_PERCENT = 80;

/**
 * Writes when a month's bill of what is tagged with this deployment is at 80 % of the budget, and when it is going to be
 * above it. It stops nothing. The tag has to be activated once in the account ("Cost allocation tags"): docs/DEPLOY.md.
 */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { deploymentName, usd, emails }: MonthlyBudgetProps) {
    super(scope, id);
    const subscribers = emails.map((address) => ({ address, subscriptionType: 'EMAIL' }));
    const at = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers,
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `sluice-${deploymentName}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: usd, unit: 'USD' },
        // AWS Budgets, "Filter by tags": user:KEY$VALUE.
        costFilters: { TagKeyValue: [`user:sluice:deployment$${deploymentName}`] },
      },
      notificationsWithSubscribers: [at('ACTUAL', WARNED_AT_PERCENT), at('FORECASTED', 100)],
    });
  }
}
