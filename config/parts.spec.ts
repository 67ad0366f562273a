import { z } from 'zod';
import { readParts, wholeOf } from './parts';

const schema = z.strictObject({
  name: z.string(),
  port: z.number().prefault(22),
  path: z.string().optional(),
  roles: z.array(z.enum(['manager', 'worker'])).min(1),
  labels: z.record(z.string(), z.strictObject({ value: z.string() })).prefault({}),
});

describe('readParts', () => {
  it('is all of it, with defaults, where nothing is wrong', () => {
    expect(readParts(schema, { name: 'pi1', roles: ['worker'] })).toStrictEqual({
      name: 'pi1',
      port: 22,
      roles: ['worker'],
      labels: {},
    });
  });

  it('has undefined in the place of what is wrong, and the rest with defaults', () => {
    const raw = { name: 5, roles: ['worker', 'boss'], labels: { a: { value: 'x' }, b: 'y' }, colour: 'red' };
    expect(readParts(schema, raw)).toStrictEqual({
      name: undefined,
      port: 22,
      roles: ['worker', undefined],
      labels: { a: { value: 'x' }, b: undefined },
    });
  });

  it('tells what is wrong from what is not there', () => {
    const parts = readParts(schema, { path: 5 }) ?? {};
    expect('path' in parts).toBe(true);
    expect('name' in parts).toBe(false);
  });

  it.each([null, 'text', 5, []])('is undefined for %j', (raw) => {
    expect(readParts(schema, raw)).toBeUndefined();
  });
});

describe('wholeOf', () => {
  it('is undefined where a part is', () => {
    expect(wholeOf<string[]>(['a', 'b'])).toStrictEqual(['a', 'b']);
    expect(wholeOf<string[]>(['a', undefined])).toBeUndefined();
    expect(wholeOf<Record<string, string>>({ a: undefined })).toBeUndefined();
    expect(wholeOf<string[]>(undefined)).toBeUndefined();
  });
});
