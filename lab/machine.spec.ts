import { boundingCapabilities } from './machine';

const status = (mask: string) =>
  `Name:\tinit\nCapEff:\t0000000000000000\nCapBnd:\t${mask}\nCapAmb:\t0000000000000000\n`;

describe('boundingCapabilities', () => {
  it('leaves out what the sandbox lacks (SYS_RESOURCE, bit 24) and what Docker 20.10 does not know (from bit 38 on)', () => {
    const capabilities = boundingCapabilities(status('000001fffeffffff'));
    expect(capabilities).toHaveLength(37);
    expect(capabilities).not.toContain('SYS_RESOURCE');
    expect(capabilities).toContain('SYS_ADMIN');
    expect(capabilities[0]).toBe('CHOWN');
    expect(capabilities.at(-1)).toBe('AUDIT_READ');
  });

  it('has one capability for a single bit', () => {
    expect(boundingCapabilities(status('0000000000200000'))).toEqual(['SYS_ADMIN']);
  });

  it('is empty when the text has no bounding set', () => {
    expect(boundingCapabilities('Name:\tinit\n')).toEqual([]);
  });
});
