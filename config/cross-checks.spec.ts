import fc from 'fast-check';
import { memoryForSystem } from './memory-checks';
import { formatSize } from './size';
import { BLOG, mistakesWith } from './stack.fixture';

const MIB = 2 ** 20;

describe('memoryForSystem', () => {
  it.each([
    [128, 128],
    [1024, 128],
    [1280, 128],
    [1290, 129],
    [2048, 205],
    [4096, 410],
  ])('of %d MiB leaves %d MiB', (memory, expected) => {
    expect(memoryForSystem(memory * MIB)).toBe(expected * MIB);
  });
});

describe('crossChecks', () => {
  it('accepts services and edges exactly as long as they fit in the memory of each node', () => {
    const sizes = fc.record({
      memory: fc.integer({ min: 128, max: 4096 }),
      shop: fc.integer({ min: 6, max: 1024 }),
      blog: fc.integer({ min: 6, max: 1024 }),
      edge: fc.integer({ min: 6, max: 512 }),
    });
    fc.assert(
      fc.property(sizes, ({ memory, shop, blog, edge }) => {
        const found = mistakesWith({
          ...BLOG,
          'nodes/0/memory': formatSize(memory * MIB),
          'nodes/1/memory': undefined,
          // No edge.
          'nodes/2/memory': formatSize(memory * MIB),
          'services/0/resources/memory': formatSize(shop * MIB),
          'services/1/resources': { memory: formatSize(blog * MIB) },
          'edge/limits': { memory: formatSize(edge * MIB) },
        });
        const left = memory - Math.max(128, Math.ceil(memory / 10)) - 2 * shop - 2 * blog;
        expect(found.map(({ key }) => key)).toStrictEqual([
          ...(left < edge ? ['evenkeel:nodes[0].memory'] : []),
          ...(left < 0 ? ['evenkeel:nodes[2].memory'] : []),
        ]);
      }),
    );
  });

  it('does not count what a service takes on nodes where it does not run', () => {
    const edits = {
      'services/0/resources/memory': '1GiB',
      'services/0/nodes': { disk: 'ssd' },
      'nodes/0/labels': { disk: 'ssd' },
    };
    expect(mistakesWith(edits)).toStrictEqual([]);
  });

  it('accepts ports exactly as long as no two are the same', () => {
    const port = fc.constantFrom(2377, 4789, 7946, 22_000, 22_001, 22_002, 22_003, 22_004, 22_005);
    fc.assert(
      fc.property(fc.tuple(port, port, port, port, port, port), ([ssh, http, ...slots]) => {
        const [blue, green, blogBlue, blogGreen] = slots;
        const found = mistakesWith({
          ...BLOG,
          'ssh/port': ssh,
          'edge/ports/http': http,
          'services/0/slotPorts': { blue, green },
          'services/1/slotPorts': { blue: blogBlue, green: blogGreen },
        });
        const all = [2377, 4789, 7946, ssh, http, ...slots];
        expect(found).toHaveLength(all.length - new Set(all).size);
      }),
    );
  });
});
