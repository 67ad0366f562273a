import { unknownCheckingProxy } from '@pulumi/policy';
import { unknown } from '../testing/unknown';
import { ifKnown } from './if-known';

const withUnknowns = unknownCheckingProxy as (props: object) => { name: string };

describe('ifKnown', () => {
  it('gives what is read', () => {
    expect(ifKnown(() => withUnknowns({ name: 'shop' }).name)).toBe('shop');
  });

  it('gives undefined for what a preview cannot know yet', () => {
    expect(ifKnown(() => withUnknowns({ name: unknown }).name)).toBeUndefined();
  });

  it('hides no other error', () => {
    const broken = () => {
      throw new TypeError('broken');
    };
    expect(() => ifKnown(broken)).toThrow(new TypeError('broken'));
  });
});
