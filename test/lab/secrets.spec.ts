import { TestSite } from './test-site';

const secret = 'shop-db-password';

describe('a secret', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    // An earlier test may have left another version in the idle slot, which would be a candidate.
    await site.edit(({ release }) => {
      release.services['shop']![site.idle] = site.stack.release('1.0.0');
      release.generation += 1;
    });
  }, 300_000);

  /** As a person does it: `pulumi config set --secret`. */
  async function setSecret(value: string): Promise<void> {
    const key = `evenkeel:secrets.${secret}`;
    const { code, output } = await site.stack.withConfig(['config', 'set', '--secret', '--path', key, value]);
    if (code !== 0) throw new Error(output);
    site.config = (await site.stack.read())!;
  }

  /** What a slot's task on a machine finds in /run/secrets; undefined: no such file. */
  async function inSlot(machine: string, slot: string): Promise<string | undefined> {
    const label = `label=com.docker.swarm.service.name=shop-${slot}`;
    const id = await site.dockerOn(machine, 'ps', '-q', '--filter', label);
    const pid = await site.dockerOn(machine, 'inspect', '-f', '{{.State.Pid}}', id);
    const { stdout, code } = await site.lab.exec(machine, ['cat', `/proc/${pid}/root/run/secrets/${secret}`]);
    return code === 0 ? stdout : undefined;
  }

  const everywhere = (slot: string) => Promise.all(site.lab.machines.map(({ name }) => inSlot(name, slot)));
  const liveTasks = async () =>
    Object.entries(await site.taskIds()).filter(([task]) => task.startsWith(`shop-${site.live}.`));

  it('gets to the live slot by a redeploy and a switch, and no task of the live slot restarts before', async () => {
    await setSecret('sesame-one');
    await site.edit(({ services }) => void (services[0]!['secrets'] = [secret]));
    const before = await liveTasks();
    await site.up();
    expect(await liveTasks()).toEqual(before);
    expect(await everywhere(site.live)).toEqual([undefined, undefined, undefined]);
    await site.must('redeploy', 'shop');
    expect(await liveTasks()).toEqual(before);
    expect(await everywhere(site.idle)).toEqual(['sesame-one', 'sesame-one', 'sesame-one']);
    await site.must('switch', 'shop');
    expect(await everywhere(site.live)).toEqual(['sesame-one', 'sesame-one', 'sesame-one']);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  }, 300_000);

  it('is rotated in the same way, under load, without a lost request', async () => {
    await setSecret('sesame-two');
    const load = site.load((version) => version === '1.0.0');
    await site.must('redeploy', 'shop');
    expect(await everywhere(site.live)).toEqual(['sesame-one', 'sesame-one', 'sesame-one']);
    await site.must('switch', 'shop');
    expect(await everywhere(site.live)).toEqual(['sesame-two', 'sesame-two', 'sesame-two']);
    expect((await load.stop()).failures).toEqual([]);
    await site.must('rollback', 'shop');
    expect(await everywhere(site.live)).toEqual(['sesame-one', 'sesame-one', 'sesame-one']);
  }, 300_000);

  it('that is taken out of the config stays with the live slot until its next turn, and is gone then', async () => {
    await site.edit(({ services }) => void delete services[0]!['secrets']);
    await site.up();
    expect(await everywhere(site.live)).toEqual(['sesame-one', 'sesame-one', 'sesame-one']);
    await site.must('abort', 'shop');
    await site.must('redeploy', 'shop');
    await site.must('switch', 'shop');
    await site.up();
    expect(await everywhere(site.live)).toEqual([undefined, undefined, undefined]);
    expect(await site.docker('secret', 'ls', '-q')).toBe('');
  }, 300_000);

  it('is in no label, no environment and no plain text of the stack file', async () => {
    expect(await site.stack.readText()).not.toMatch(/sesame/);
  });
});
