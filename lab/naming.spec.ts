import { bridgeName, containerName, labName } from './naming';

describe('labName', () => {
  it('is the same for the same checkout, and another for another', () => {
    expect(labName('/home/ada/evenkeel')).toBe(labName('/home/ada/evenkeel'));
    expect(labName('/home/ada/evenkeel')).not.toBe(labName('/home/ada/evenkeel-2'));
  });

  it('is a name that Docker takes', () => {
    expect(labName('/home/Ada Lovelace/ébauche')).toMatch(/^[a-z0-9][a-z0-9_.-]+$/);
  });
});

describe('containerName', () => {
  it('has the lab first, so that a list of containers is sorted by lab', () => {
    expect(containerName('evenkeel-0123ab', 'pi1')).toBe('evenkeel-0123ab-pi1');
  });
});

describe('bridgeName', () => {
  it('fits into the 15 characters of a network interface, whatever the lab is called', () => {
    expect(bridgeName('a-lab-with-a-name-that-is-much-longer').length).toBeLessThanOrEqual(15);
  });
});
