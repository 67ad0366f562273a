import type { SlotName } from '../config/site-config';
import { formatPointer } from '../release/pointer';
import { liveSlotFrozen } from './live-slot-frozen';
import type { DeclaredResource } from './testing/declared-resource';
import { unknown } from './testing/unknown';
import { violationsOf } from './testing/violations-of';

const frozen = ['*'];
const remedy =
  'Allowed: ["*"] on the slot that is live now. Freeze that slot; what is new goes to the idle one: ' +
  'evenkeel prerelease shop VERSION, then evenkeel switch shop.';

describe('liveSlotFrozen', () => {
  it.each([
    ['the live slot frozen', [slot('blue', frozen), slot('green'), edge({ shop: 'blue' })]],
    [
      'a switch: the old live slot is frozen, the pointer names the other',
      [slot('blue', frozen), slot('green'), edge({ shop: 'green' })],
    ],
    ['both slots frozen', [slot('blue', frozen), slot('green', frozen), edge({ shop: 'blue' })]],
    ['one slot declared, frozen', [slot('blue', frozen), edge({ shop: 'blue' })]],
    [
      'a frozen slot with more options',
      [slot('blue', ['labels', '*']), slot('green'), edge({ shop: 'blue' })],
    ],
    ['no edge', [slot('blue', frozen), slot('green')]],
    ['a service that is no slot', [service('monitor', {})]],
    ['no services', []],
  ])('accepts %s', async (_, resources) => {
    expect(await violationsOf(liveSlotFrozen, resources)).toEqual([]);
  });

  it('refuses two slots of which none is frozen', async () => {
    expect(
      await violationsOf(liveSlotFrozen, [slot('blue'), slot('green'), edge({ shop: 'green' })]),
    ).toEqual([
      {
        resource: 'shop-green',
        message:
          'shop: no slot is frozen, so this update can change the live one (evenkeel.pointer names green): ' +
          `option ignoreChanges: shop-blue has [], shop-green has []. ${remedy}`,
      },
    ]);
  });

  it('refuses a slot of which only a part is frozen', async () => {
    const part = ['taskSpec', 'labels'];
    expect(
      await violationsOf(liveSlotFrozen, [slot('green', part), slot('blue'), edge({ shop: 'green' })]),
    ).toEqual([
      {
        resource: 'shop-green',
        message:
          'shop: no slot is frozen, so this update can change the live one (evenkeel.pointer names green): ' +
          `option ignoreChanges: shop-blue has [], shop-green has ["taskSpec","labels"]. ${remedy}`,
      },
    ]);
  });

  it('refuses one slot declared and not frozen', async () => {
    expect(await violationsOf(liveSlotFrozen, [slot('blue'), edge({ shop: 'blue' })])).toEqual([
      {
        resource: 'shop-blue',
        message:
          'shop: no slot is frozen, so this update can change the live one (evenkeel.pointer names blue): ' +
          `option ignoreChanges: shop-blue has []. ${remedy}`,
      },
    ]);
  });

  it.each([
    ['there is no edge', []],
    ['a preview cannot know the pointer', [service('evenkeel-edge', { 'evenkeel.pointer': unknown })]],
    ['the pointer does not name the service', [edge({})]],
  ])('refuses two slots of which none is frozen where %s', async (_, edges) => {
    expect(await violationsOf(liveSlotFrozen, [slot('blue'), slot('green'), ...edges])).toEqual([
      {
        resource: 'shop-blue',
        message:
          'shop: no slot is frozen, so this update can change the live one: ' +
          `option ignoreChanges: shop-blue has [], shop-green has []. ${remedy}`,
      },
    ]);
  });

  it('refuses a plan without the slot that the pointer names, though the other is frozen', async () => {
    expect(await violationsOf(liveSlotFrozen, [slot('green', frozen), edge({ shop: 'blue' })])).toEqual([
      {
        resource: 'shop-green',
        message:
          'shop: evenkeel.pointer names blue as live, and no docker.Service has the labels evenkeel.service=shop and ' +
          'evenkeel.slot=blue: the update would delete what the public sees. Allowed: the live slot is declared. ' +
          'Give blue its release back under evenkeel:release, or switch first: evenkeel switch shop.',
      },
    ]);
  });

  it('refuses a plan without any slot of a service that the pointer names', async () => {
    expect(await violationsOf(liveSlotFrozen, [edge({ shop: 'blue' })])).toEqual([
      {
        message:
          'shop: evenkeel.pointer names blue as live, and no docker.Service has the labels evenkeel.service=shop and ' +
          'evenkeel.slot=blue: the update would delete what the public sees. Allowed: the live slot is declared. ' +
          'Give blue its release back under evenkeel:release, or switch first: evenkeel switch shop.',
      },
    ]);
  });

  it('judges each service by itself', async () => {
    const mail = [slot('blue', frozen, 'mail'), slot('green', [], 'mail')];
    const resources = [...mail, slot('blue'), slot('green'), edge({ mail: 'blue', shop: 'blue' })];
    expect((await violationsOf(liveSlotFrozen, resources)).map(({ resource }) => resource)).toEqual([
      'shop-blue',
    ]);
  });

  it.each([
    ['no slot', { 'evenkeel.service': 'shop' }, 'evenkeel.service=shop and evenkeel.slot=(none)'],
    ['no service', { 'evenkeel.slot': 'blue' }, 'evenkeel.service=(none) and evenkeel.slot=blue'],
    [
      'an empty service',
      { 'evenkeel.service': '', 'evenkeel.slot': 'blue' },
      'evenkeel.service= and evenkeel.slot=blue',
    ],
    [
      'a slot that is none',
      { 'evenkeel.service': 'shop', 'evenkeel.slot': 'red' },
      'evenkeel.service=shop and evenkeel.slot=red',
    ],
  ])('refuses labels that name %s', async (_, labels, found) => {
    expect(await violationsOf(liveSlotFrozen, [service('odd', labels)])).toEqual([
      {
        resource: 'odd',
        message:
          `odd: labels ${found} name no slot. Allowed: both labels, the slot blue or green. ` +
          'Without them nothing shows whether it is live; set both, or neither on a service that is no slot.',
      },
    ]);
  });

  it('refuses a slot that is declared twice, though one of the two is frozen', async () => {
    const twin = { ...slot('blue', frozen), name: 'shop-blue-too' };
    const violations = await violationsOf(liveSlotFrozen, [slot('blue'), twin, slot('green', frozen)]);
    expect(violations).toEqual([
      {
        resource: 'shop-blue-too',
        message:
          'shop-blue-too: labels evenkeel.service=shop and evenkeel.slot=blue are those of shop-blue too. ' +
          'Allowed: one docker.Service for each slot. Remove one of them, or correct its labels.',
      },
    ]);
  });

  it('refuses a pointer that it cannot read', async () => {
    const resources = [slot('blue', frozen), service('evenkeel-edge', { 'evenkeel.pointer': 'H4sI' })];
    expect(await violationsOf(liveSlotFrozen, resources)).toEqual([
      {
        resource: 'evenkeel-edge',
        message:
          'evenkeel-edge: label evenkeel.pointer can\'t be read: not a line of a pointer: "H4sI". ' +
          'The program writes it from evenkeel:release; take out what else sets the label.',
      },
    ]);
  });
});

function slot(name: 'blue' | 'green', ignoreChanges: string[] = [], of = 'shop'): DeclaredResource {
  return { ...service(`${of}-${name}`, { 'evenkeel.service': of, 'evenkeel.slot': name }), ignoreChanges };
}

/** The edge, with a pointer that names these live slots. */
function edge(live: Readonly<Record<string, SlotName>>): DeclaredResource {
  const services = Object.fromEntries(
    Object.entries(live).map(([name, slotName]) => [name, { live: slotName, canary: 0, digests: {} }]),
  );
  return service('evenkeel-edge', { 'evenkeel.pointer': formatPointer({ generation: 7, services }) });
}

function service(name: string, labels: Readonly<Record<string, string>>): DeclaredResource {
  const pairs = Object.entries(labels).map(([label, value]) => ({ label, value }));
  return { type: 'docker:index/service:Service', name, inputs: { labels: pairs } };
}
