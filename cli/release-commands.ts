import { Argument, InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '../config/duration';
import { canaryRules } from '../release/canary-verdict';
import { liveRelease } from '../release/candidate-of';
import { redeploy } from '../release/redeploy';
import { rollingService } from '../release/rolls';
import * as transitions from '../release/transitions';
import { tagImage } from '../registry/tag-image';
import { author } from './author';
import { takeAway } from './abort';
import { autoCanary, giveShare } from './canary';
import { candidateImage } from './candidate-image';
import { changeRelease, outputOf, type ChangeOptions } from './change-release';
import { GitRepository } from './git-repository';
import { lookAt } from './preview-address';
import { rollBack } from './roll-back';
import { stackCommand } from './stack-options';

/** The commands that a person releases with. Each edits the stack file, shows the edit, asks, and runs `pulumi up`. */
export function releaseCommands(): Command[] {
  return [
    prerelease(),
    redeployLive(),
    switchLive(),
    release(),
    rollback(),
    canary(),
    abort(),
    hold(),
    unhold(),
    maintenance(),
  ];
}

function prerelease(): Command {
  return changing(
    'prerelease',
    'Put a release candidate beside the live version; the public does not see it',
    [
      'prerelease shop 1.5.0-rc.1',
      'prerelease shop 1.5.0-rc.1 --config-only   # for a pull request',
      'prerelease shop 1.5.0-rc.1 --yes --json    # for a script',
    ],
  )
    .argument('<version>', "the image's tag: a semver version with a prerelease tag")
    .option('--force', 'take a version that is not above the live one too; the history says so')
    .action(async (service: string, version: string, options: ChangeOptions & { force?: boolean }) => {
      const output = outputOf(options);
      const { change, site } = await changeRelease(
        {
          did: 'prerelease',
          service,
          change: async (release, project) => {
            const put = (digest: string) =>
              transitions.prerelease(release, service, { version, digest }, author(), options.force);
            return put(await candidateImage(project, service, version, put));
          },
        },
        options,
        output,
      );
      output.done(change, change.applied ? lookAt(site, service) : []);
    });
}

function redeployLive(): Command {
  return changing(
    'redeploy',
    'Put the live version into the idle slot once more, with the settings and secrets of now; then switch',
    ['redeploy shop', 'redeploy shop --config-only   # for a pull request'],
  ).action(async (service: string, options: ChangeOptions) => {
    const output = outputOf(options);
    const { change, site } = await changeRelease(
      { did: 'redeploy', service, change: (release) => redeploy(release, service, author()) },
      options,
      output,
    );
    output.done(change, change.applied ? lookAt(site, service) : []);
  });
}

function switchLive(): Command {
  return changing(
    'switch',
    'Send the public to the candidate, at all edges at once; the old version stays warm',
    ['switch shop', 'switch shop --yes'],
  ).action(async (service: string, options: ChangeOptions) => {
    const output = outputOf(options);
    const { change, site } = await changeRelease(
      {
        did: 'switch',
        service,
        change: (release) => transitions.switchLive(release, service, author()),
      },
      options,
      output,
    );
    const live = liveRelease(site.release.services[service]!).version;
    const slowly = rollingService(site, service) ? ', which takes the nodes back one after the other' : '';
    output.done(change, [`${service}: ${live} is live. To undo it: evenkeel rollback ${service}${slowly}`]);
  });
}

function release(): Command {
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
    .action(
      async (
        service: string,
        version: string | undefined,
        options: ChangeOptions & { switch?: boolean; git?: boolean },
      ) => {
        const output = outputOf(options);
        let git: GitRepository | undefined;
        const { change, site, project } = await changeRelease(
          {
            did: 'release',
            service,
            change: async (current, { file }) => {
              const at = author();
              const live = options.switch ? transitions.switchLive(current, service, at) : current;
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
        if (git) output.log(await git.commitAndTag(project.file, `${service} ${stable}\n\n${digest}`));
        output.done(change, [`${service}: ${stable} is stable; it is the image that was tested, ${digest}`]);
      },
    );
}

function rollback(): Command {
  return changing(
    'rollback',
    'Send the public back to what was live before the last switch, at once; asks nothing',
    ['rollback shop', 'rollback shop --config-only   # edges and stack file; pulumi up later'],
  ).action((service: string, options: ChangeOptions) => rollBack(service, options, outputOf(options)));
}

function canary(): Command {
  return changing('canary', "Give the candidate a share of the service's clients, by hand or on its own", [
    'canary shop 5',
    'canary shop 0                              # take the clients back',
    'canary shop --auto 5,25,50,100 --bake 60s  # exit code 4 when it was not good enough',
  ])
    .argument('[percent]', 'whole number from 0 to 100')
    .option('--auto <shares>', 'one share after the other, each judged by what the edges saw of both slots')
    .option('--bake <duration>', 'with --auto: how long each share is watched', readBake, 60_000)
    .action(
      async (
        service: string,
        percent: string | undefined,
        options: ChangeOptions & { auto?: string; bake: number },
        command: Command,
      ) => {
        const output = outputOf(options);
        if ((percent === undefined) === (options.auto === undefined))
          command.error('error: give either a percentage or --auto, e.g. canary shop 5');
        if (options.auto === undefined) return giveShare(service, Number(percent), options, output);
        return autoCanary(service, options.auto.split(',').map(Number), options.bake, options, output);
      },
    );
}

function readBake(value: string): number {
  const bake = parseDuration(value);
  // Less than the warm-up would leave nothing to judge.
  if (bake === undefined || bake <= canaryRules.warmUp)
    throw new InvalidArgumentError(`more than ${canaryRules.warmUp / 1000}s, as in 60s or 5m.`);
  return bake;
}

function abort(): Command {
  return changing(
    'abort',
    'Take the candidate away: its clients go back to the live version, and its slot gets what it had',
    ['abort shop'],
  ).action((service: string, options: ChangeOptions) => takeAway(service, options, outputOf(options)));
}

function hold(): Command {
  return changing(
    'hold',
    'Let nobody release this service until unhold; a rollback and an abort stay possible',
    ['hold shop --why "stocktaking until Monday"'],
  )
    .requiredOption('--why <text>', 'for whoever wants to release')
    .action((service: string, options: ChangeOptions & { why: string }) =>
      written('hold', service, options, (release) =>
        transitions.hold(release, service, options.why, author()),
      ),
    );
}

function unhold(): Command {
  return changing('unhold', 'End a hold', ['unhold shop']).action((service: string, options: ChangeOptions) =>
    written('unhold', service, options, (release) => transitions.unhold(release, service, author())),
  );
}

function maintenance(): Command {
  return changing(
    'maintenance',
    'Let all edges answer 503 with your page, or serve again; no task is touched',
    ['maintenance shop on', 'maintenance shop off'],
  )
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .action(async (service: string, state: 'on' | 'off', options: ChangeOptions) => {
      const output = outputOf(options);
      const { change } = await changeRelease(
        {
          did: 'maintenance',
          service,
          change: (release) => transitions.setMaintenance(release, service, state === 'on', author()),
        },
        options,
        output,
      );
      output.done(change, [`${service}: maintenance is ${state}`]);
    });
}

/** An act that is only written down: no `up` follows, so it can be done with the site unreachable. */
async function written(
  did: string,
  service: string,
  options: ChangeOptions,
  change: Parameters<typeof changeRelease>[0]['change'],
): Promise<void> {
  const output = outputOf(options);
  const done = await changeRelease(
    { did, service, change },
    { ...options, yes: true, configOnly: true },
    output,
  );
  output.done(done.change, []);
}

/** A command on one service, with the options that all of them have. */
function changing(name: string, description: string, examples: readonly string[]): Command {
  return stackCommand(name, description, examples)
    .argument('<service>', 'its name in evenkeel:services')
    .option('--yes', 'ask nothing')
    .option('--json', 'print the result as JSON on standard output, and the progress on standard error')
    .option('--config-only', 'edit the stack file and stop there: for a pull request');
}
