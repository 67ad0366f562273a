import { itRefuses } from './stack.fixture';

describe('readSiteConfig: the edges', () => {
  itRefuses([
    {
      rule: 'an edge image without a digest',
      edits: { 'edge/image': 'haproxy:3.0.5' },
      key: 'evenkeel:edge.image',
      value: 'haproxy:3.0.5',
      allowed: 'an image with its tag and its digest, <repository>:<tag>@sha256:<64 hex digits>',
      remedy: 'Add the digest that `docker buildx imagetools inspect haproxy:3.0.5` shows.',
    },
    {
      rule: 'an edge image without a tag',
      edits: { 'edge/image': `haproxy@sha256:${'1'.repeat(64)}` },
      key: 'evenkeel:edge.image',
      value: `haproxy@sha256:${'1'.repeat(64)}`,
      allowed: 'an image with its tag and its digest, <repository>:<tag>@sha256:<64 hex digits>',
      remedy: 'Write it with its tag: <repository>:<tag>@sha256:….',
    },
    {
      rule: 'too few connections',
      edits: { 'edge/limits/maxConnections': 50 },
      key: 'evenkeel:edge.limits.maxConnections',
      value: 50,
      allowed: 'a whole number from 100 to 100000',
      remedy: 'Write for example `4000`.',
    },
    {
      rule: 'no time to finish',
      edits: { 'edge/timeouts/hardStop': '0s' },
      key: 'evenkeel:edge.timeouts.hardStop',
      value: '0s',
      allowed: 'a whole number with its unit (ms, s, m or h), from 1s to 10m',
      remedy: 'Write for example `30s`.',
    },
    {
      rule: 'a drain shorter than the hard stop',
      edits: { 'edge/timeouts/drain': '10s' },
      key: 'evenkeel:edge.timeouts.drain',
      value: '10s',
      allowed: 'hardStop or more, so at least 30s',
      remedy: 'Make drain longer or hardStop shorter.',
    },
  ]);
});
