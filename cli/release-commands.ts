import { Argument, InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '../config/duration';
import { canaryRules } from '../release/canary-verdict';
import { liveRelease } from '../release/candidate-of';
import { redeploy } from '../release/redeploy';
import { rollingService } from '../release/rolls';
import * as transitions from '../release/transitions';
import { author } from './author';
import { takeAway } from './abort';
import { autoCanary, giveShare } from './canary';
import { candidateImage } from './candidate-image';
import { changeRelease, outputOf, type ChangeOptions, type Output } from './change-release';
import { lookAt } from './preview-address';
import { releaseCommand } from './release-command';
import { rollBackSites } from './roll-back-sites';
import { changing, withChangeOptions } from './changing-command';
import { stackCommand } from './stack-options';
import { prereleaseEverywhere } from './prerelease-everywhere';
import { inWave } from './wave';

/** The commands that a person releases with. Each edits the stack file, shows the edit, asks, and runs `pulumi up`. */
export function releaseCommands(): Command[] {
  return [
    prerelease(),
    redeployLive(),
    switchLive(),
    releaseCommand(),
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
    .action((service: string, version: string, options: ChangeOptions & { force?: boolean }) =>
      inWave(
        {
          service,
          act: (sites) => prereleaseEverywhere(sites, service, version, options.force),
          at: (own, output) => prereleaseAt(service, version, { ...own, force: options.force }, output),
        },
        options,
      ),
    );
}

async function prereleaseAt(
  service: string,
  version: string,
  options: ChangeOptions & { force?: boolean },
  output: Output,
): Promise<void> {
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
}

function redeployLive(): Command {
  return withChangeOptions(
    stackCommand(
      'redeploy',
      'Put the live version into the idle slot once more, with the settings and secrets of now; then switch',
      ['redeploy shop', 'redeploy shop --config-only   # for a pull request'],
    ),
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
  ).action((service: string, options: ChangeOptions) =>
    inWave(
      {
        service,
        act: () => ({ did: 'switch' }),
        at: (own, output) => switchAt(service, own, output),
      },
      options,
    ),
  );
}

async function switchAt(service: string, options: ChangeOptions, output: Output): Promise<void> {
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
}

function rollback(): Command {
  return changing(
    'rollback',
    'Send the public back to what was live before the last switch, at once; asks nothing',
    ['rollback shop', 'rollback shop --config-only   # edges and stack file; pulumi up later'],
  ).action((service: string, options: ChangeOptions) => rollBackSites(service, options));
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
        const { auto, bake } = options;
        if ((percent === undefined) === (auto === undefined))
          command.error('error: give either a percentage or --auto, e.g. canary shop 5');
        const shares = auto?.split(',').map(Number);
        return inWave(
          {
            service,
            act: () => ({
              did: 'canary',
              percent: shares?.at(-1) ?? Number(percent),
              auto: shares !== undefined,
            }),
            at: (own, output) =>
              shares
                ? autoCanary(service, shares, bake, own, output)
                : giveShare(service, Number(percent), own, output),
          },
          options,
        );
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
  ).action((service: string, options: ChangeOptions) =>
    inWave(
      { service, act: () => ({ did: 'abort' }), at: (own, output) => takeAway(service, own, output) },
      options,
    ),
  );
}

function hold(): Command {
  return changing(
    'hold',
    'Let nobody release this service until unhold; a rollback and an abort stay possible',
    ['hold shop --why "stocktaking until Monday"'],
  )
    .requiredOption('--why <text>', 'for whoever wants to release')
    .action((service: string, options: ChangeOptions & { why: string }) =>
      inWave(
        {
          service,
          act: () => ({ did: 'hold', why: options.why }),
          at: (own, output) =>
            written('hold', service, own, output, (release) =>
              transitions.hold(release, service, options.why, author()),
            ),
        },
        options,
      ),
    );
}

function unhold(): Command {
  return changing('unhold', 'End a hold', ['unhold shop']).action((service: string, options: ChangeOptions) =>
    inWave(
      {
        service,
        act: () => ({ did: 'unhold' }),
        at: (own, output) =>
          written('unhold', service, own, output, (release) =>
            transitions.unhold(release, service, author()),
          ),
      },
      options,
    ),
  );
}

function maintenance(): Command {
  return changing(
    'maintenance',
    'Let all edges answer 503 with your page, or serve again; no task is touched',
    ['maintenance shop on', 'maintenance shop off'],
  )
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .action((service: string, state: 'on' | 'off', options: ChangeOptions) =>
      inWave(
        {
          service,
          act: () => ({ did: 'maintenance', on: state === 'on' }),
          at: async (own, output) => {
            const { change } = await changeRelease(
              {
                did: 'maintenance',
                service,
                change: (release) => transitions.setMaintenance(release, service, state === 'on', author()),
              },
              own,
              output,
            );
            output.done(change, [`${service}: maintenance is ${state}`]);
          },
        },
        options,
      ),
    );
}

/** An act that is only written down: no `up` follows, so it can be done with the site unreachable. */
async function written(
  did: string,
  service: string,
  options: ChangeOptions,
  output: Output,
  change: Parameters<typeof changeRelease>[0]['change'],
): Promise<void> {
  const done = await changeRelease(
    { did, service, change },
    { ...options, yes: true, configOnly: true },
    output,
  );
  output.done(done.change, []);
}
