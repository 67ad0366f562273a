import type { LabState } from './lab';
import { must } from './must';
import { pushImage, readDigest, type LabRegistry } from './registry';
import { sampleReleases } from './sample/image';

/** What to put into the registry. */
export interface PushSettings {
  docker: string[];
  lab: string;
  registry: LabRegistry;
  /** Name of the edge's image in the engine. */
  edge: string;
  /** Repository of the sample's images in the engine; each release is a tag of it. */
  localSample: string;
  /** What an earlier run put there. */
  known: LabState['pushed'];
}

/** Puts the edge's image and every release of the sample into the registry, except those that are there, and reads their digests back. */
export async function pushImages(
  settings: PushSettings,
): Promise<Pick<LabState, 'edgeImage' | 'sampleRepository' | 'digests' | 'pushed'>> {
  const { docker, lab, registry, edge, localSample, known } = settings;
  const versions = sampleReleases.map(({ version }) => version);
  const wanted = [
    { source: edge, repository: 'haproxy', tag: '2.6' },
    ...versions.map((version) => ({
      source: `${localSample}:${version}`,
      repository: 'sample',
      tag: version,
    })),
  ];
  const sources = wanted.map(({ source }) => source);
  const ids = (await must([...docker, 'image', 'inspect', '-f', '{{.Id}}', ...sources])).split('\n');
  const pushed: LabState['pushed'] = {};
  await Promise.all(
    wanted.map(async ({ source, repository, tag }, index) => {
      const name = `${repository}:${tag}`;
      const id = ids[index] ?? '';
      const before = known[name];
      const there = before?.id === id && (await readDigest(registry, repository, tag)) === before.digest;
      const digest = there
        ? before.digest
        : await pushImage(docker, lab, registry, source, { repository, tag });
      pushed[name] = { id, digest };
    }),
  );
  const digestOf = (name: string) => pushed[name]?.digest ?? '';
  return {
    edgeImage: `${registry.host}/haproxy:2.6@${digestOf('haproxy:2.6')}`,
    sampleRepository: `${registry.host}/sample`,
    digests: Object.fromEntries(versions.map((version) => [version, digestOf(`sample:${version}`)])),
    pushed,
  };
}
