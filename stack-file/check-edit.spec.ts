import { checkEdit } from './check-edit';
import { YamlSource } from './yaml-source';

describe('checkEdit', () => {
  const source = new YamlSource('Pulumi.home.yaml', 'a: 1\nconfig: { b: 2, r: { generation: 1 } }\n');
  const check = (text: string) => () => checkEdit(source, text, 'r', { generation: 2 });

  it('lets pass what means what was wanted', () => {
    expect(check('config: { r: { generation: 2 }, b: 2 } # other\na: 1\n')).not.toThrow();
  });

  it.each([
    ['the old release', 'a: 1\nconfig: { b: 2, r: { generation: 1 } }\n'],
    ['a text for a number', "a: 1\nconfig: { b: 2, r: { generation: '2' } }\n"],
    ['a key too many', 'a: 1\nconfig: { b: 2, r: { generation: 2, x: null } }\n'],
    ['a change beside the release', 'a: 1\nconfig: { b: 3, r: { generation: 2 } }\n'],
    ['a change beside the config', 'a: 2\nconfig: { b: 2, r: { generation: 2 } }\n'],
  ])('refuses %s', (_, text) => {
    expect(check(text)).toThrow('would not give what was wanted, so nothing was written');
  });
});
