import { readdirSync } from 'node:fs';
import { PolicyPack, type PolicyPackArgs } from '@pulumi/policy';
import './pack';

// The real PolicyPack starts a gRPC server when it is constructed.
jest.mock('@pulumi/policy', () => ({
  ...jest.requireActual<object>('@pulumi/policy'),
  PolicyPack: jest.fn(),
}));

describe('the policy pack', () => {
  const [name, pack] = jest.mocked(PolicyPack).mock.calls[0] as [string, PolicyPackArgs];

  it('is called evenkeel, and every policy in it is mandatory', () => {
    expect(name).toBe('evenkeel');
    expect(pack.enforcementLevel).toBe('mandatory');
    expect(pack.policies.filter(({ enforcementLevel }) => enforcementLevel !== undefined)).toEqual([]);
  });

  it('holds one policy for each file, named like the file, and each file has its spec', () => {
    const files = readdirSync(__dirname).filter((file) => file.endsWith('.ts'));
    const specs = files.filter((file) => file.endsWith('.spec.ts'));
    const policies = files.filter((file) => !specs.includes(file));
    expect(pack.policies.map((policy) => `${policy.name}.ts`).sort()).toEqual(
      policies.filter(isNotPack).sort(),
    );
    expect(specs.map((file) => file.replace('.spec.ts', '.ts')).sort()).toEqual(policies.sort());
  });

  it('exports from each file that one policy only', async () => {
    for (const policy of pack.policies) {
      const exported = Object.values((await import(`./${policy.name}`)) as object);
      expect(exported).toHaveLength(1);
      expect(exported[0]).toBe(policy);
    }
  });
});

function isNotPack(file: string): boolean {
  return file !== 'pack.ts';
}
