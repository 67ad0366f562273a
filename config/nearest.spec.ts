import { nearest } from './nearest';

describe('nearest', () => {
  it.each([
    ['adress', 'address'],
    ['manger', 'manager'],
    ['Label', 'labels'],
    ['nmae', 'name'],
  ])('takes %s for %s', (word, expected) => {
    expect(nearest(word, ['name', 'address', 'labels', 'manager'])).toBe(expected);
  });

  it('takes the nearer of two', () => {
    expect(nearest('hostnam', ['hostnames', 'hostname'])).toBe('hostname');
  });

  it.each(['colour', 'x', ''])('takes %j for none', (word) => {
    expect(nearest(word, ['name', 'ssh', 'arch'])).toBeUndefined();
  });
});
