import { join } from 'node:path';
import { readStackFile, StackFile } from './stack-file';
import { textChanges } from './text-changes';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const act = { at: '2026-11-21T13:00:00.000Z', by: 'me@laptop', did: 'prerelease shop 1.5.0-rc.1' };

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

function prerelease(release: Release): void {
  release.generation++;
  const shop = release.services.shop ?? {};
  release.services.shop = {
    ...shop,
    history: [act],
    green: { version: '1.5.0-rc.1', digest: digest('3') },
    hold: undefined,
  };
}

describe('StackFile.withRelease', () => {
  it('adds to the example in its style, and touches nothing else', async () => {
    const { text } = await readStackFile(join(__dirname, '..', 'stacks', 'Pulumi.example.yaml'));
    // Where in the example it is may change.
    expect(changes(text, prerelease).replaceAll(/@@ .* @@/g, '@@')).toBe(`@@
   evenkeel:release: # \`evenkeel prerelease\`, \`switch\`, \`release\` and \`rollback\` edit this part
-    generation: 1 # one more with every change of what the public sees
+    generation: 2 # one more with every change of what the public sees
     services:
@@
           digest: sha256:${'2'.repeat(64)}
+        green:
+          version: 1.5.0-rc.1
+          digest: ${digest('3')}
+        history:
+          - { at: '2026-11-21T13:00:00.000Z', by: me@laptop, did: prerelease shop 1.5.0-rc.1 }
`);
  });

  const readme = `config:
  evenkeel:release:
    generation: 1                          # grows with each change of a release
    services:
      shop: { live: blue, blue: { version: 1.4.2, digest: 'sha256:…' } }   # mine
  "evenkeel:edge": {image:   haproxy}
`;

  it('unfolds a service in one line when it gets a history, with the text of each entry as it is', () => {
    expect(changes(readme, prerelease)).toBe(`@@ -2,5 +2,10 @@
   evenkeel:release:
-    generation: 1                          # grows with each change of a release
+    generation: 2                          # grows with each change of a release
     services:
-      shop: { live: blue, blue: { version: 1.4.2, digest: 'sha256:…' } }   # mine
+      shop:   # mine
+        live: blue
+        blue: { version: 1.4.2, digest: 'sha256:…' }
+        green: { version: 1.5.0-rc.1, digest: '${digest('3')}' }
+        history:
+          - { at: '2026-11-21T13:00:00.000Z', by: me@laptop, did: prerelease shop 1.5.0-rc.1 }
   "evenkeel:edge": {image:   haproxy}
`);
  });

  it('leaves a service in its line when it gets nothing but a canary share', () => {
    const canary = (release: Release) => Object.assign(release.services.shop ?? {}, { canary: 5 });
    expect(changes(readme, canary)).toContain(
      "+      shop: { live: blue, canary: 5, blue: { version: 1.4.2, digest: 'sha256:…' } }   # mine\n",
    );
  });

  it('keeps CRLF, and the lack of a line break at the end', () => {
    const text = readme.replaceAll('\n', '\r\n').trimEnd();
    const result = edited(text, prerelease);
    expect(result.replaceAll('\r\n', '\n')).toBe(edited(readme, prerelease).trimEnd());
    expect(result.match(/(?<!\r)\n/)).toBeNull();
  });

  it('keeps CRLF where a text of its own lines is replaced', () => {
    const text = 'config:\r\n  evenkeel:release:\r\n    a: |\r\n      text\r\n    b: 1\r\n';
    expect(new StackFile('Pulumi.home.yaml', text).withRelease({ a: 'x', b: 1 })).toBe(
      'config:\r\n  evenkeel:release:\r\n    a: x\r\n    b: 1\r\n',
    );
  });

  it('keeps a byte order mark', () => {
    const result = edited(`\uFEFF${readme}`, prerelease);
    expect(result).toBe(`\uFEFF${edited(readme, prerelease)}`);
  });

  it('keeps four columns of indentation, and dashes below their key', () => {
    const text = `config:
    evenkeel:nodes:
    -   name: pi1
    evenkeel:release:
        generation: 1
        services:
            shop:
                live: blue
`;
    expect(changes(text, prerelease)).toBe(`@@ -4,3 +4,3 @@
     evenkeel:release:
-        generation: 1
+        generation: 2
         services:
@@ -8,1 +8,6 @@
                 live: blue
+                green:
+                    version: 1.5.0-rc.1
+                    digest: ${digest('3')}
+                history:
+                - { at: '2026-11-21T13:00:00.000Z', by: me@laptop, did: prerelease shop 1.5.0-rc.1 }
`);
  });

  const busy = `config:
  evenkeel:release:
    generation: '7' # quoted by somebody
    services:
      shop:
        live: "blue"   # the public's
        hold:
          why: |
            Christmas
          # until January
          by: me
          # deeper than hold: goes with it

        # the acts
        history:
        - {at: '1', by: a}   # first
        # a pause
        -   at: '2'
            by: b # by b
        - {at: '3',   by: c}
      # the blog
      blog: {live: green}
  # end
`;

  it('removes keys and items with their lines, and keeps the comments around', () => {
    const result = changes(busy, ({ services }) => {
      delete services.shop?.hold;
      (services.shop?.history as unknown[]).shift();
      (services.shop?.history as unknown[]).push({ at: '4', by: 'd: e' });
      delete services.blog;
    });
    expect(result).toBe(`@@ -6,8 +6,2 @@
         live: "blue"   # the public's
-        hold:
-          why: |
-            Christmas
-          # until January
-          by: me
-          # deeper than hold: goes with it
 
@@ -15,3 +9,2 @@
         history:
-        - {at: '1', by: a}   # first
         # a pause
@@ -20,4 +13,4 @@
         - {at: '3',   by: c}
+        - {at: '4', by: 'd: e'}
       # the blog
-      blog: {live: green}
   # end
`);
  });

  it('changes a scalar in its place and in its quotes, and an item of a list where it stands', () => {
    const result = changes(busy, (release) => {
      release.generation = 8;
      Object.assign(release.services.shop ?? {}, { live: 'green' });
      Object.assign((release.services.shop?.history as object[])[1] ?? {}, { by: 'z', note: 'more' });
    });
    expect(result).toBe(`@@ -2,6 +2,6 @@
   evenkeel:release:
-    generation: '7' # quoted by somebody
+    generation: 8 # quoted by somebody
     services:
       shop:
-        live: "blue"   # the public's
+        live: "green"   # the public's
         hold:
@@ -18,3 +18,4 @@
         -   at: '2'
-            by: b # by b
+            by: z # by b
+            note: more
         - {at: '3',   by: c}
`);
  });

  it('empties a map and fills it again', () => {
    const empty = edited(busy, (release) => (release.services = {}));
    expect(empty).toBe(`config:
  evenkeel:release:
    generation: '7' # quoted by somebody
    services: {}
      # the blog
  # end
`);
    expect(edited(empty, ({ services }) => (services.cafe = { live: 'blue' }))).toBe(`config:
  evenkeel:release:
    generation: '7' # quoted by somebody
    services:
      cafe:
        live: blue
      # the blog
  # end
`);
  });

  it('edits brackets over several lines in lines, and keeps their comments', () => {
    const text = `config:
  evenkeel:release: {
    generation: 1, # grows
    services: {shop: {
      # the public's
      live: blue,
      canary: 5, # per cent
      blue: {version: 1.0.0} # tested
    } }
  }
`;
    const result = changes(text, ({ services }) => {
      delete services.shop?.canary;
      Object.assign(services.shop ?? {}, { green: { version: '2.0.0' }, maintenance: true });
    });
    expect(result).toBe(`@@ -6,4 +6,5 @@
       live: blue,
-      canary: 5, # per cent
-      blue: {version: 1.0.0} # tested
+      blue: {version: 1.0.0}, # tested
+      green: {version: 2.0.0},
+      maintenance: true
     } }
`);
  });

  it.each([
    ['', 'config:\n  evenkeel:release:\n    generation: 1\n'],
    ['# mine\n', '# mine\nconfig:\n  evenkeel:release:\n    generation: 1\n'],
    ['encryptionsalt: v1:x\n', 'encryptionsalt: v1:x\nconfig:\n  evenkeel:release:\n    generation: 1\n'],
    ['config: # mine\n', 'config: # mine\n  evenkeel:release:\n    generation: 1\n'],
    ['config: {}', 'config:\n  evenkeel:release:\n    generation: 1'],
    ['config: {a: 1}\n', 'config: {a: 1, evenkeel:release: {generation: 1}}\n'],
    [
      'config:\n   a:\n    b: 1 # b\n    # c\n# d',
      'config:\n   a:\n    b: 1 # b\n    # c\n   evenkeel:release:\n      generation: 1\n# d',
    ],
  ])('adds a release where there is none: %j', (text, result) => {
    expect(new StackFile('Pulumi.home.yaml', text).withRelease({ generation: 1, services: undefined })).toBe(
      result,
    );
  });

  it('replaces a release that `pulumi config set` wrote as JSON', () => {
    expect(
      edited(`config:\n  evenkeel:release: '{"generation": 4}' # set\n`, (release) => release.generation++),
    ).toBe('config:\n  evenkeel:release: # set\n    generation: 5\n');
  });

  it('writes times so that Pulumi reads texts, also where they stood without quotes', () => {
    const text = 'config:\n  evenkeel:release:\n    at: 2026-11-21T13:00:00Z\n';
    expect(new StackFile('Pulumi.home.yaml', text).withRelease({ at: '2026-11-21T13:00:00Z' })).toBe(
      "config:\n  evenkeel:release:\n    at: '2026-11-21T13:00:00Z'\n",
    );
  });

  it('writes what Go’s YAML takes for a line break so that it is read as it is', () => {
    const text = new StackFile('Pulumi.home.yaml', '').withRelease({ a: 'x\u2028\u0085\nx' });
    expect(text).toBe('config:\n  evenkeel:release:\n    a: "x\\u2028\\u0085\\nx"\n');
  });

  it('never folds a long line', () => {
    const why = 'because '.repeat(100).trim();
    const result = edited(
      busy,
      ({ services }) => (services.shop = { ...services.shop, hold: { why, by: why } }),
    );
    expect(result).toContain(`          why: ${why}\n`);
    expect(result).toContain(`          by: ${why}\n`);
  });
});
