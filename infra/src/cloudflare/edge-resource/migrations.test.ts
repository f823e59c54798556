import { describe, expect, it } from 'vitest';
import { planMigrations } from './migrations.ts';

const V1 = { tag: 'v1', new_sqlite_classes: ['One'] };
const V2 = { tag: 'v2', new_sqlite_classes: ['Two'] };
const V3 = { tag: 'v3', renamed_classes: [{ from: 'Two', to: 'Second' }] };

describe('what is to be done with a Worker’s classes', () => {
  it('is everything for a new one', () => {
    expect(planMigrations([V1, V2], undefined)).toEqual({
      kind: 'steps',
      upload: { new_tag: 'v2', steps: [{ new_sqlite_classes: ['One'] }, { new_sqlite_classes: ['Two'] }] },
    });
  });

  it('is what came after the last time', () => {
    const renamed = { renamed_classes: [{ from: 'Two', to: 'Second' }] };
    expect(planMigrations([V1, V2, V3], 'v2')).toEqual({
      kind: 'steps',
      upload: { old_tag: 'v2', new_tag: 'v3', steps: [renamed] },
    });
  });

  it('is nothing where nothing came', () => expect(planMigrations([V1, V2], 'v2')).toEqual({ kind: 'none' }));

  it('cannot be told where the Worker is of a later version', () => {
    expect(planMigrations([V1], 'v2')).toEqual({ kind: 'ahead', tag: 'v2' });
  });
});
