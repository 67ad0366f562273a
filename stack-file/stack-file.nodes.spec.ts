import { join } from 'node:path';
import { readStackFile, StackFile } from './stack-file';
import { textChanges } from './text-changes';

const before = `# home
config:
  evenkeel:nodes: # the shelf
    - place: home # behind the router
      name: pi1
      roles: [manager, worker, edge] # all
      address: 192.168.1.11

    # the old one
    - place: home
      name: pi2
      roles: [manager, worker, edge]
      address: 192.168.1.12
      maintenance: true # its card is slow
    - { place: home, name: pi3, roles: [worker], address: 192.168.1.13 }
  evenkeel:release: { generation: 1 }
`;
const file = new StackFile('stacks/Pulumi.home.yaml', before);
const edited = (change: Parameters<StackFile['withNodes']>[0]) =>
  textChanges(before, file.withNodes(change)).replaceAll(/@@ .* @@/g, '@@');

describe('StackFile.withNodes', () => {
  it('changes nothing where nothing is wanted', () => {
    expect(file.withNodes((node) => node)).toBe(before);
  });

  it('adds a key to one node, and leaves its comments and its neighbours alone', () => {
    expect(edited((node) => (node['name'] === 'pi1' ? { ...node, maintenance: true } : node))).toContain(`
       address: 192.168.1.11
+      maintenance: true
`);
  });

  it('takes a key out of one', () => {
    const lines = edited((node) => ({ ...node, maintenance: undefined })).split('\n');
    expect(lines.filter((line) => /^[-+]/.test(line))).toEqual([
      '-      maintenance: true # its card is slow',
    ]);
  });

  it('edits one that stands in braces', () => {
    expect(edited((node) => (node['name'] === 'pi3' ? { ...node, maintenance: true } : node))).toContain(
      '+    - { place: home, name: pi3, roles: [worker], address: 192.168.1.13, maintenance: true }',
    );
  });

  it('takes a node out, and a role from another', () => {
    const text = file.withNodes((node) => {
      if (node['name'] === 'pi3') return undefined;
      return node['name'] === 'pi2' ? { ...node, roles: ['worker', 'edge'] } : node;
    });
    expect(text).not.toContain('pi3');
    expect(text).toContain('      name: pi2\n      roles: [worker, edge]\n');
    expect(text).toContain('    # the old one\n    - place: home\n');
    expect(text).toContain('roles: [manager, worker, edge] # all');
  });

  it('edits the example', async () => {
    const example = await readStackFile(join(__dirname, '..', 'stacks', 'Pulumi.example.yaml'));
    const text = example.withNodes((node) =>
      node['name'] === 'pi2' ? { ...node, maintenance: true } : node,
    );
    expect(textChanges(example.text, text)).toMatch(/^\+ +maintenance: true$/m);
    expect(example.withNodes((node) => node)).toBe(example.text);
  });

  it('refuses nodes that are no list of maps', () => {
    const odd = new StackFile('stacks/Pulumi.home.yaml', "config: { evenkeel:nodes: '[]' }\n");
    expect(() => odd.withNodes((node) => node)).toThrow(
      'stacks/Pulumi.home.yaml: evenkeel:nodes can only be edited where it is a list of maps',
    );
  });
});
