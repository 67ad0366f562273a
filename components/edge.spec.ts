import { randomBytes } from 'node:crypto';
import * as docker from '@pulumi/docker';
import { decodeHaproxyLabel } from '../edge/haproxy-label';
import { formatPointer, pointerFromConfig } from '../release/pointer';
import { runProgram } from '../test/registrations';
import { threeNodes } from '../test/sites';
import { Edge } from './edge';

/** Registers the edges of `threeNodes` with a haproxy.cfg; its labels. */
async function labelsWith(haproxyCfg: string): Promise<Record<string, string>> {
  const { registrations } = await runProgram('home', () => {
    const provider = new docker.Provider('docker', {});
    new Edge('edge', { site: threeNodes(), haproxyCfg, provider });
  });
  const service = registrations.find(({ name }) => name === 'evenkeel-edge')!;
  const labels = service.inputs['labels'] as { label: string; value: string }[];
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

/** A text that gzip can't make smaller than about three quarters of it. */
const dense = (length: number) => randomBytes(length).toString('base64').slice(0, length);

describe('Edge', () => {
  it('has pointer and haproxy.cfg as labels, as an edge is to read them', async () => {
    const labels = await labelsWith('global\n');
    expect(labels['evenkeel.pointer']).toBe(formatPointer(pointerFromConfig(threeNodes().release)));
    expect(decodeHaproxyLabel(labels['evenkeel.haproxy']!)).toBe('global\n');
  });

  it('takes a haproxy.cfg that just fits into the edge’s one variable', async () => {
    const cfg = dense(120_000);
    expect(decodeHaproxyLabel((await labelsWith(cfg))['evenkeel.haproxy']!)).toBe(cfg);
  });

  it('refuses one that does not, and says what to do', async () => {
    await expect(labelsWith(dense(140_000))).rejects.toThrow(
      /^The pointer and haproxy\.cfg of this site take 1[34]\d{4} bytes, and an edge can be given 131072 \(one string of a process's environment\)\. Split the services over two sites\.$/,
    );
  });
});
