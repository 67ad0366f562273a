import type { Command } from 'commander';
import { candidateOf, liveRelease } from '../release/candidate-of';
import * as transitions from '../release/transitions';
import { tagImage } from '../registry/tag-image';
import { author } from './author';
import { changeRelease, type ChangeOptions, type Output } from './change-release';
import { changing } from './changing-command';
import { GitRepository } from './git-repository';
import type { WaveSite } from './site-views';
import { inWave } from './wave';

interface ReleaseOptions extends ChangeOptions {
  switch?: boolean;
  git?: boolean;
}

/** `evenkeel release`: calls the live candidate stable. */
export function releaseCommand(): Command {
  return changing(
    'release',
    'Call the live candidate stable: the same image, under its stable version; no task restarts',
    [
      'release shop                  # 1.5.0-rc.2, which is live, becomes 1.5.0',
      'release shop 1.5.0 --switch   # make the candidate live first',
      'release shop --git            # commit the stack file and tag it shop-v1.5.0',
    ],
  )
    .argument('[version]', "default: the candidate's version without its prerelease tag")
    .option('--switch', 'make the candidate live first')
    .option('--git', 'commit the stack file and make the annotated tag SERVICE-vVERSION')
    .action(async (service: string, version: string | undefined, options: ReleaseOptions) => {
      let everywhere: { git?: GitRepository; stable: string; sites: readonly WaveSite[] } | undefined;
      await inWave(
        {
          service,
          act: async (sites) => {
            const stable = version ?? stableOf(sites[0]!, service, options.switch);
            const git = options.git
              ? await GitRepository.ready(sites[0]!.project.file, `${service}-v${stable}`)
              : undefined;
            everywhere = { git, stable, sites };
            return { did: 'release', version: stable, switch: options.switch };
          },
          // One commit has all stack files, so it is made when all of them are written.
          at: (own, output) =>
            releaseAt(
              service,
              everywhere?.stable ?? version,
              { ...own, switch: options.switch, git: options.git && !everywhere },
              output,
              everywhere !== undefined,
            ),
        },
        options,
      );
      if (!everywhere?.git) return;
      const files = everywhere.sites.map(({ project }) => project.file);
      const said = await everywhere.git.commitAndTag(files, `${service} ${everywhere.stable}`);
      (options.json ? console.error : console.log)(said);
    });
}

/** The version under which a wave makes its image stable: what the first site calls it, or will call it. */
function stableOf({ project }: WaveSite, service: string, isSwitch = false): string {
  const entry = transitions.serviceOf(project.release, service);
  const lead = (isSwitch ? candidateOf(entry) : undefined) ?? liveRelease(entry);
  return transitions.stableVersion(lead.version);
}

async function releaseAt(
  service: string,
  version: string | undefined,
  options: ReleaseOptions,
  output: Output,
  inSeveral: boolean,
): Promise<void> {
  let git: GitRepository | undefined;
  const { change, site, project } = await changeRelease(
    {
      did: 'release',
      service,
      change: async (current, { file }) => {
        const at = author();
        // In a wave a site may have been switched already, and only lack the stable name.
        const isLive = inSeveral && !candidateOf(transitions.serviceOf(current, service));
        const live = options.switch && !isLive ? transitions.switchLive(current, service, at) : current;
        const next = transitions.makeStable(live, service, at, version);
        const stable = liveRelease(next.services[service]!).version;
        if (options.git) git = await GitRepository.ready(file, `${service}-v${stable}`);
        return next;
      },
      before: async (site) => {
        const { version: stable, digest } = liveRelease(site.release.services[service]!);
        const { repository } = site.services.find(({ name }) => name === service)!;
        const made = await tagImage(repository, digest, stable);
        output.log(`${repository}:${stable} is ${digest} (${made})`);
      },
    },
    options,
    output,
  );
  const { version: stable, digest } = liveRelease(site.release.services[service]!);
  if (git) output.log(await git.commitAndTag([project.file], `${service} ${stable}\n\n${digest}`));
  output.done(change, [`${service}: ${stable} is stable; it is the image that was tested, ${digest}`]);
}
