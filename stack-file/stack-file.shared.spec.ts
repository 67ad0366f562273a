import { StackFile } from './stack-file';
import { textChanges } from './text-changes';

/** The release of a file as a command edits it. */
type Release = { generation: number; services: Record<string, Record<string, unknown>> };

function edited(text: string, edit: (release: Release) => unknown): string {
  const file = new StackFile('stacks/Pulumi.home.yaml', text);
  const release = structuredClone(file.config().release) as Release;
  edit(release);
  return file.withRelease(release);
}

function changes(text: string, edit: (release: Release) => unknown): string {
  return textChanges(text, edited(text, edit));
}

describe('StackFile.withRelease, where something is shared', () => {
  const text = `config:
  evenkeel:edge: &edge { image: haproxy }
  evenkeel:release:
    generation: 1
    services:
      shop:
        live: blue
        blue: &first { version: 1.0.0 }
        previous: *first
        green: !mine { version: 2.0.0 }
`;
  const shop = ({ services }: Release) => services.shop ?? {};

  it('leaves anchors and aliases alone where nothing changes', () => {
    expect(changes(text, (release) => release.generation++)).toBe(
      '@@ -3,3 +3,3 @@\n   evenkeel:release:\n-    generation: 1\n+    generation: 2\n     services:\n',
    );
  });

  it.each([
    ['a change behind an alias', 'previous: { version: 3 }', '9:19: the alias *first stands'],
    ['the end of an alias', 'previous: null', '9:19: the alias *first stands'],
    [
      'a change below an anchor',
      'blue: { version: 3 }',
      '8:22: a change is wanted in what the anchor &first names',
    ],
    ['the end of an anchor', 'blue: null', '8:22: a change is wanted in what the anchor &first names'],
    [
      'a change below a tag',
      'green: { version: 3 }',
      '10:22: a change is wanted in a value with the tag !mine',
    ],
  ])('refuses %s, with its line', (_, change, message) => {
    const wanted = (release: Release) =>
      Object.assign(
        shop(release),
        new StackFile('x', `config: { evenkeel:release: { ${change} } }`).config().release,
      );
    expect(() => edited(text, wanted)).toThrow(`stacks/Pulumi.home.yaml:${message}`);
  });

  it.each([
    ['an alias', 'previous', '9:19: the alias *first stands'],
    ['an anchor', 'blue', '8:22: a change is wanted in what the anchor &first names'],
    ['a tag', 'green', '10:22: a change is wanted in a value with the tag !mine'],
  ])('refuses to remove the key of %s, with its line', (_, key, message) => {
    expect(() => edited(text, (release) => delete shop(release)[key])).toThrow(
      `stacks/Pulumi.home.yaml:${message}`,
    );
  });

  it('refuses to replace a map with an anchor in it, with its line', () => {
    const replace = ({ services }: Release) => Object.assign(services, { shop: null });
    expect(() => edited(text, replace)).toThrow('stacks/Pulumi.home.yaml:8:22: a change is wanted');
  });

  it('refuses a release that is an alias as a whole', () => {
    const alias = 'config:\n  a: &a { generation: 1 }\n  evenkeel:release: *a\n';
    expect(() => edited(alias, (release) => release.generation++)).toThrow(
      'Pulumi.home.yaml:3:21: the alias *a',
    );
  });

  it.each([
    ['? a\n      : 1', 'write it as `key: value`'],
    ['&k a: 1', 'write it as `key: value`'],
    ['{ b: 1, # one\n      c: 2 }', 'write each entry in a line of its own'],
  ])('refuses to edit what it can’t: %j', (inner, message) => {
    const odd = `config:\n  evenkeel:release:\n    services:\n      ${inner}\n`;
    expect(() =>
      edited(odd, ({ services }) => delete services.b && delete (services as Record<string, unknown>).a),
    ).toThrow(new RegExp(`^stacks/Pulumi\\.home\\.yaml:4:\\d+: .*${message}`));
  });
});
