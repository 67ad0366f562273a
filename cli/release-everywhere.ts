import { isCalledStable } from '../release/called-stable';
import { candidateOf, entryOf, liveRelease } from '../release/candidate-of';
import { Refusal } from '../release/refusal';
import * as transitions from '../release/transitions';
import { outputOf, type ChangeOptions } from './change-release';
import { confirmed } from './confirm';
import { GitRepository } from './git-repository';
import type { WaveSite } from './site-views';
import { againCommand, lackingTag, notPushed, pushTag, repositoriesOf, type StableTag } from './stable-tag';

/** The options of `evenkeel release`. */
export interface ReleaseOptions extends ChangeOptions {
  /** Make the candidate live first. */
  switch?: boolean;
  /** Commit the stack file and tag the commit. */
  git?: boolean;
}

/**
 * What a release of several sites has once for all of them: a tag that is pushed, and a commit that is made, when all
 * sites have it.
 */
export class ReleaseEverywhere {
  readonly tag: StableTag;
  /** Whether all stack files say so already. */
  readonly isWritten: boolean;
  private lacking: string[] = [];
  private git: GitRepository | undefined;

  constructor(
    private readonly sites: readonly WaveSite[],
    service: string,
    version: string | undefined,
    private readonly options: ReleaseOptions,
  ) {
    const entry = transitions.serviceOf(sites[0]!.project.release, service);
    // What the first site calls stable, or will.
    const lead = (options.switch ? candidateOf(entry) : undefined) ?? liveRelease(entry);
    this.tag = {
      service,
      version: version ?? transitions.stableVersion(lead.version),
      digest: lead.digest,
      repositories: repositoriesOf(
        service,
        sites.map(({ config }) => config),
      ),
    };
    this.isWritten = sites.every(({ project }) => {
      const own = entryOf(project.release.services, service);
      return own !== undefined && isCalledStable(own, version);
    });
  }

  /** @throws Refusal while nothing was touched */
  async check(): Promise<void> {
    const { service, version } = this.tag;
    this.lacking = await lackingTag(this.tag);
    if (this.options.git)
      this.git = await GitRepository.ready(this.sites[0]!.project.file, `${service}-v${version}`);
  }

  /** Once all sites have it. */
  async finish(): Promise<void> {
    const { tag, options } = this;
    const { log } = outputOf(options);
    const again = againCommand(tag, options);
    if (options.configOnly) log(notPushed(tag, again));
    else {
      // Else the yes that each site was given is for this too.
      if (this.isWritten && this.lacking.length > 0 && !options.yes)
        if (!(await confirmed(`Push the tag ${tag.version}?`)))
          throw new Refusal('Not confirmed: no tag was pushed.');
      await pushTag(tag, again, log);
    }
    const files = this.sites.map(({ project }) => project.file);
    if (this.git) log(await this.git.commitAndTag(files, `${tag.service} ${tag.version}`));
  }
}
