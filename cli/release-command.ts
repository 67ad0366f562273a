import type { Command } from 'commander';
import type { ReleaseConfig, SiteConfig } from '../config/site-config';
import { isCalledStable } from '../release/called-stable';
import { candidateOf, liveRelease } from '../release/candidate-of';
import * as transitions from '../release/transitions';
import { author } from './author';
import { changeRelease, type Output } from './change-release';
import { changing } from './changing-command';
import { GitRepository } from './git-repository';
import { ReleaseEverywhere, type ReleaseOptions } from './release-everywhere';
import { againCommand, lackingTag, notPushed, pushTag, repositoriesOf, type StableTag } from './stable-tag';
import { inWave } from './wave';

/** `evenkeel release`: calls the live candidate stable. */
export function releaseCommand(): Command {
  return changing(
    'release',
    'Call the live candidate stable: the same image, under its stable version; no task restarts. The tag in the registry is ' +
      'pushed last, when the image is live. Said again, it pushes a tag that is missing',
    [
      'release shop                  # 1.5.0-rc.2, which is live, becomes 1.5.0',
      'release shop 1.5.0 --switch   # make the candidate live first',
      'release shop --git            # commit the stack file and tag it shop-v1.5.0',
      'release shop --config-only    # for a pull request; pushes no tag',
      'release shop 1.5.0 --yes      # when that is merged: after pulumi up or in its place; pushes the tag',
    ],
  )
    .argument('[version]', "default: the candidate's version without its prerelease tag")
    .option('--switch', 'make the candidate live first')
    .option('--git', 'commit the stack file and make the annotated tag SERVICE-vVERSION')
    .action(async (service: string, version: string | undefined, options: ReleaseOptions) => {
      let all: ReleaseEverywhere | undefined;
      await inWave(
        {
          service,
          act: (sites) => {
            all = new ReleaseEverywhere(sites, service, version, options);
            const { version: stable } = all.tag;
            return { did: 'release', version: stable, switch: options.switch, again: all.isWritten };
          },
          check: () => all!.check(),
          at: (own, output) =>
            releaseAt(
              service,
              all?.tag.version ?? version,
              { ...own, switch: options.switch, git: options.git },
              output,
              all,
            ),
        },
        options,
      );
      await all?.finish();
    });
}

async function releaseAt(
  service: string,
  version: string | undefined,
  options: ReleaseOptions,
  output: Output,
  all: ReleaseEverywhere | undefined,
): Promise<void> {
  let git: GitRepository | undefined;
  const tagOf = (site: SiteConfig): StableTag => {
    const { version: stable, digest } = liveRelease(site.release.services[service]!);
    return { service, version: stable, digest, repositories: repositoriesOf(service, [site]) };
  };
  // In a wave the options name each site in turn, and it is the wave that goes on.
  const asked = all ? {} : options;
  const { change, site, project } = await changeRelease(
    {
      did: 'release',
      service,
      finish: (site) => againCommand(tagOf(site), asked),
      change: async (current, own) => {
        const next = released(current, service, version, options.switch, all !== undefined);
        // In a wave all tags were looked for before the first site was touched.
        if (all) return next;
        const tag = tagOf(own.siteWith(next));
        await lackingTag(tag);
        if (options.git) git = await GitRepository.ready(own.file, `${service}-v${tag.version}`);
        return next;
      },
    },
    options,
    output,
  );
  const tag = tagOf(site);
  const again = againCommand(tag, asked);
  if (!all) {
    if (change.applied) await pushTag(tag, again, output.log);
    else output.log(notPushed(tag, again));
  }
  if (git) output.log(await git.commitAndTag([project.file], `${service} ${tag.version}\n\n${tag.digest}`));
  output.done(change, [
    `${service}: ${tag.version} is stable; it is the image that was tested, ${tag.digest}`,
  ]);
}

/** What the stack file is to say. @throws Refusal */
function released(
  current: ReleaseConfig,
  service: string,
  version: string | undefined,
  isSwitch = false,
  inSeveral: boolean,
): ReleaseConfig {
  const entry = transitions.serviceOf(current, service);
  const candidate = isSwitch ? candidateOf(entry) : undefined;
  if (!candidate && isCalledStable(entry, version)) return current;
  const at = author();
  // In a wave a site may have been switched already, and only lack the stable name.
  const switches = isSwitch && !(inSeveral && !candidate);
  const live = switches ? transitions.switchLive(current, service, at) : current;
  return transitions.makeStable(live, service, at, version);
}
