import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Synthesized } from '../testing/synthesized.ts';

const watched = new Synthesized({
  aws: { accountId: '111122223333', regions: ['eu-west-1', 'us-east-1'] },
  observability: { emails: ['ops@example.com'], monthlyBudgetUsd: 250 },
});

describe('alarms', () => {
  it('write to whom the team names, in each region', () => {
    for (const region of [0, 1]) {
      watched.observability(region).hasResourceProperties('AWS::SNS::Topic', { TopicName: 'sluice-test-alarms' });
      watched.observability(region).hasResourceProperties('AWS::SNS::Subscription', {
        Protocol: 'email',
        Endpoint: 'ops@example.com',
      });
    }
  });

  it('write when they begin and when they are over', () => {
    const arn = 'arn:aws:sns:us-east-1:111122223333:sluice-test-alarms';
    watched.ingest(1).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('Parts could not be stored'),
      MetricName: 'PartsLost',
      Namespace: 'Sluice/test',
      Threshold: 0,
      AlarmActions: [arn],
      OKActions: [arn],
    });
  });

  it('take silence for bad where nodes ought to speak', () => {
    watched.ingest().hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('Fewer than 1 ingest nodes'),
      TreatMissingData: 'breaching',
    });
    const zero = new Synthesized({ ingest: { nodesMin: 0 } });
    const told = Object.values(zero.ingest().findResources('AWS::CloudWatch::Alarm'));
    expect(told.map(({ Properties }) => Properties.AlarmDescription).join('\n')).not.toContain('Fewer than');
  });
});

describe('figures', () => {
  it('are read from what nodes log', () => {
    for (const [metric, field] of [
      ['SlotsUsed', 'slotsUsed'],
      ['PartsLost', 'partsLost'],
    ]) {
      watched.ingest().hasResourceProperties('AWS::Logs::MetricFilter', {
        FilterPattern: `{ $.msg = "figures" && $.${field} >= 0 }`,
        MetricTransformations: [{ MetricNamespace: 'Sluice/test', MetricName: metric, MetricValue: `$.${field}` }],
      });
    }
  });

  it('of every region are on one dashboard, in the first', () => {
    const [dashboard] = Object.values(watched.overview.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    for (const region of ['eu-west-1', 'us-east-1']) expect(body).toContain(region);
  });
});

describe('the budget', () => {
  it('is of this deployment’s bill, and writes before it is gone', () => {
    watched.overview.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: Match.objectLike({
        BudgetLimit: { Amount: 250, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:sluice:deployment$test'] },
      }),
      NotificationsWithSubscribers: [
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'ACTUAL', Threshold: 80 }) }),
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'FORECASTED', Threshold: 100 }) }),
      ],
    });
    new Synthesized().overview.resourceCountIs('AWS::Budgets::Budget', 0);
  });
});
