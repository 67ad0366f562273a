import { digestOf } from '../test/pointers';
import { threeNodes } from '../test/sites';
import type { DueHook } from './due-hooks';
import { chooseSecrets, type SlotAttachments } from './hook-secrets';

const repository = 'registry.example.com/shop';

function due(...secrets: string[]): DueHook {
  return {
    service: { ...threeNodes().services[0]!, secrets, hooks: {} },
    hook: 'beforePrerelease',
    slot: 'green',
    release: { version: '1.5.0', digest: digestOf('b') },
    previousVersion: '1.4.2',
  };
}

/** A slot with this image, and secrets as `file: ID`; an ID begins with the hour at which the secret was made. */
function slot(digest: string, secrets: Record<string, string> = {}): SlotAttachments {
  return {
    image: `${repository}:1.0.0@${digest}`,
    secrets: Object.entries(secrets).map(([file, id]) => ({ file, id, name: `${file}-0123456789ab` })),
  };
}

const nothing: SlotAttachments = { image: '', secrets: [] };
const createdAt = (id: string) => Number.parseInt(id, 10);

function chosen(hook: DueHook, own: SlotAttachments, other: SlotAttachments) {
  const { found, missing } = chooseSecrets(hook, own, other, createdAt);
  return [...found.map(({ id }) => id), ...missing.map((file) => `missing ${file}`)];
}

describe('chooseSecrets', () => {
  const candidate = digestOf('b');
  const old = digestOf('a');

  it.each<[string, string[], string[]]>([
    [
      'those of its own slot when that runs its image, even if the other has newer ones',
      chosen(due('password'), slot(candidate, { password: '1-own' }), slot(old, { password: '2-other' })),
      ['1-own'],
    ],
    [
      'the newer one before that: the password was changed with the version that is live',
      chosen(due('password'), slot(old, { password: '1-own' }), slot(digestOf('c'), { password: '2-other' })),
      ['2-other'],
    ],
    [
      'the newer one before that: the slot has had a version that was taken back',
      chosen(due('password'), slot(old, { password: '3-own' }), slot(digestOf('c'), { password: '2-other' })),
      ['3-own'],
    ],
    [
      'those of the other slot when its own was never used',
      chosen(due('password'), nothing, slot(old, { password: '1-other' })),
      ['1-other'],
    ],
    [
      'each where it is to be had, and only what the config names',
      chosen(
        due('password', 'token'),
        slot(old, { token: '1-token', forgotten: '1-forgotten' }),
        slot(digestOf('c'), { password: '2-password' }),
      ),
      ['2-password', '1-token'],
    ],
    [
      'none that no slot has: it is named',
      chosen(due('password', 'token'), slot(old, { password: '1-own' }), nothing),
      ['1-own', 'missing token'],
    ],
    ['none where none is asked for', chosen(due(), slot(old, { password: '1-own' }), nothing), []],
  ])('are %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
