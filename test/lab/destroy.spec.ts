import { TestSite } from './test-site';

describe('pulumi destroy', () => {
  it('leaves the Swarm without our services, networks, configs and secrets', async () => {
    const site = await TestSite.standing('1.0.0');
    const networks = await site.docker('network', 'ls', '--filter', 'scope=swarm', '--format', '{{.Name}}');
    const { code, output } = await site.stack.destroy();
    expect(output).not.toContain('error');
    expect(code).toBe(0);
    expect(await site.docker('service', 'ls', '-q')).toBe('');
    expect(await site.docker('config', 'ls', '-q')).toBe('');
    expect(await site.docker('secret', 'ls', '-q')).toBe('');
    expect(await site.docker('network', 'ls', '--filter', 'scope=swarm', '--format', '{{.Name}}')).toBe(
      networks,
    );
    const nodes = await site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}');
    expect(nodes.split('\n').sort()).toEqual(['pi1 Ready', 'pi2 Ready', 'pi3 Ready']);
    await site.stack.remove();
  }, 300_000);
});
